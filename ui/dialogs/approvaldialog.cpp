// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/approvaldialog.h"

#include "ui/dialogs/codeview.h"
#include "ui/dialogs/factsheet.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/strategyscanner.h"
#include "ui/models/words.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ui::dialogs {

namespace {

using core::strategy::Kind;
using core::trust::State;

constexpr int CONTEXT_LINES = 3;

const char* stateRole(State state)
{
    switch (state) {
    case State::Approved:
    case State::Signed:
        return "ok";
    case State::Changed:
        return "warn";
    case State::Revoked:
    case State::Invalid:
        return "bad";
    case State::Unknown:
        break;
    }
    return "secondary";
}

QString approvedLine(const core::trust::Approval& approval)
{
    QString line = ApprovalDialog::tr("approved on %1 by %2")
                       .arg(format::dateTime(approval.time), QString::fromStdString(approval.user));
    if (!approval.note.empty())
        line += QStringLiteral(" (%1)").arg(QString::fromStdString(approval.note));
    return line;
}

QLabel* wrapped(const QString& text, const char* role, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    setRole(label, role);
    return label;
}

} // namespace

ApprovalDialog::ApprovalDialog(models::StrategyScanner& scanner, models::StrategyItem item,
                               QWidget* parent)
    : QDialog(parent), m_scanner(scanner), m_item(std::move(item))
{
    setWindowTitle(tr("Strategy %1").arg(QString::fromStdString(m_item.entry.name)));
    resize(880, 660);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    m_column->setSpacing(3 * SPACE);
    m_message = wrapped({}, "bad", this);
    m_message->hide();
    build();
    connect(&m_scanner, &models::StrategyScanner::decided, this, &ApprovalDialog::handleDecided);
    connect(&m_scanner, &models::StrategyScanner::decisionFailed, this,
            &ApprovalDialog::handleFailed);
    connect(&m_scanner, &models::StrategyScanner::scanned, this, &ApprovalDialog::handleScanned);
}

void ApprovalDialog::build()
{
    const QString note = m_note ? m_note->text() : QString();
    if (m_content) {
        // The button that asked for this is in it and still at work.
        m_content->hide();
        m_content->setParent(nullptr);
        m_content->deleteLater();
    }
    m_content = new QWidget(this);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3 * SPACE);
    column->addWidget(makeHeading());
    column->addWidget(makeTabs(), 1);
    column->addWidget(makeHashRow());
    auto* noteRow = new QHBoxLayout;
    auto* noteLabel = new QLabel(tr("No&te"), m_content);
    setRole(noteLabel, "dim");
    m_note = new QLineEdit(note, m_content);
    m_note->setPlaceholderText(tr("Why you trust these bytes; kept with the approval"));
    m_note->setMaxLength(400);
    noteLabel->setBuddy(m_note);
    noteRow->addWidget(noteLabel);
    noteRow->addWidget(m_note, 1);
    column->addLayout(noteRow);
    column->addWidget(makeButtons());
    m_column->insertWidget(0, m_content, 1);
    m_column->insertWidget(1, m_message);
    m_tabs->setFocus();
}

QWidget* ApprovalDialog::makeHeading()
{
    const auto& entry = m_item.entry;
    auto* heading = new QWidget(m_content);
    auto* column = new QVBoxLayout(heading);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(SPACE);
    auto* row = new QHBoxLayout;
    auto* name = new QLabel(QString::fromStdString(entry.name), heading);
    setRole(name, "headline");
    auto* state = new QLabel(models::words::trustState(entry.state), heading);
    setRole(state, stateRole(entry.state));
    row->addWidget(name);
    row->addSpacing(2 * SPACE);
    row->addWidget(state, 1, Qt::AlignBottom);
    column->addLayout(row);
    if (!entry.metadata.description.empty())
        column->addWidget(
            wrapped(QString::fromStdString(entry.metadata.description), "secondary", heading));
    if (entry.kind == Kind::Native) {
        auto* warning =
            wrapped(tr("This is native code. It may do whatever you may: read and change your files, use the "
                       "network, trade. If it crashes, so does the program; a replay goes on from where it was at "
                       "the next start. There is no source to read here: approve it only if you trust whoever "
                       "built it."),
                    "bad", heading);
        warning->setObjectName(QStringLiteral("native"));
        column->addWidget(warning);
    }
    if (entry.state == State::Signed)
        column->addWidget(wrapped(models::words::signature(entry.signature), "ok", heading));
    if (!entry.reason.empty() && entry.state != State::Unknown)
        column->addWidget(
            wrapped(QString::fromStdString(entry.reason), stateRole(entry.state), heading));
    return heading;
}

QWidget* ApprovalDialog::makeTabs()
{
    const auto& entry = m_item.entry;
    m_tabs = new QTabWidget(m_content);
    m_tabs->setAccessibleName(tr("Source, difference and facts"));
    if (entry.kind == Kind::Native) {
        m_tabs->addTab(new FactSheet(entry, m_tabs), tr("A&bout"));
        return m_tabs;
    }
    if (entry.approval && entry.approval->source != entry.source) {
        const auto diff = models::compareLines(entry.approval->source, entry.source);
        auto* page = new QWidget(m_tabs);
        auto* column = new QVBoxLayout(page);
        column->setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE);
        column->addWidget(wrapped(tr("+%1 \u2212%2 lines against the version %3")
                                      .arg(format::count(diff.added), format::count(diff.removed),
                                           approvedLine(*entry.approval)),
                                  "secondary", page));
        auto* view = new CodeView(page);
        view->setAccessibleName(tr("Difference to the approved version"));
        view->setDiff(models::foldUnchanged(diff, CONTEXT_LINES));
        column->addWidget(view, 1);
        m_tabs->addTab(page, tr("&Difference"));
    }
    auto* source = new CodeView(m_tabs);
    source->setAccessibleName(tr("Source"));
    source->setSource(entry.source);
    m_tabs->addTab(source, tr("&Source"));
    m_tabs->addTab(new FactSheet(entry, m_tabs), tr("A&bout"));
    return m_tabs;
}

QWidget* ApprovalDialog::makeHashRow()
{
    auto* box = new QWidget(m_content);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    auto* label = new QLabel(tr("SHA-256"), box);
    setRole(label, "dim");
    auto* hash = new QLabel(models::words::hash(shownHash()), box);
    hash->setObjectName(QStringLiteral("hash"));
    hash->setFont(figureFont());
    hash->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* copy = new QPushButton(tr("&Copy"), box);
    copy->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this, [this, copy] {
        QGuiApplication::clipboard()->setText(models::words::hash(shownHash()));
        copy->setText(tr("Copied"));
    });
    row->addWidget(label);
    row->addWidget(hash, 1);
    row->addWidget(copy);
    return box;
}

QWidget* ApprovalDialog::makeButtons()
{
    const auto& entry = m_item.entry;
    auto* box = new QWidget(m_content);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_revoke = new QPushButton(tr("&Revoke"), box);
    m_revoke->setIcon(icon(QLatin1StringView("revoke"), Token::Bad));
    m_refresh = new QPushButton(tr("Show the &present version"), box);
    m_refresh->hide();
    auto* close = new QPushButton(tr("Close"), box);
    m_approve = new QPushButton(tr("&Approve"), box);
    m_approve->setProperty("primary", true);
    // No default button: Enter must not approve what nobody has read.
    for (auto* button : {m_revoke, m_refresh, close, m_approve})
        button->setAutoDefault(false);
    row->addWidget(m_revoke);
    row->addStretch(1);
    row->addWidget(m_refresh);
    row->addWidget(close);
    row->addWidget(m_approve);
    m_revoke->setEnabled(canRevoke());
    m_approve->setEnabled(canApprove());
    m_approve->setText(entry.state == State::Approved ? tr("Approved") : tr("&Approve"));
    connect(m_revoke, &QPushButton::clicked, this, &ApprovalDialog::revoke);
    connect(m_refresh, &QPushButton::clicked, this, [this] {
        m_item = *m_newer;
        m_newer.reset();
        m_message->hide();
        build();
    });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_approve, &QPushButton::clicked, this, &ApprovalDialog::approve);
    return box;
}

bool ApprovalDialog::canApprove() const
{
    const auto& entry = m_item.entry;
    return entry.state != State::Invalid && entry.state != State::Approved &&
           entry.size > 0 && !m_newer;
}

bool ApprovalDialog::canRevoke() const
{
    const auto& entry = m_item.entry;
    return entry.state == State::Signed || (entry.approval && !entry.approval->revoked);
}

void ApprovalDialog::approve()
{
    setBusy(true);
    m_token = m_scanner.approve(m_item.entry.file, m_note->text(), shownHash());
}

void ApprovalDialog::revoke()
{
    setBusy(true);
    m_token = m_scanner.revoke(QString::fromStdString(m_item.entry.name));
}

void ApprovalDialog::setBusy(bool busy)
{
    m_approve->setEnabled(!busy && canApprove());
    m_revoke->setEnabled(!busy && canRevoke());
    m_note->setReadOnly(busy);
    if (busy)
        m_message->hide();
}

void ApprovalDialog::handleDecided(quint64 token)
{
    if (token == m_token)
        accept();
}

void ApprovalDialog::handleFailed(quint64 token, const QString& what, const QString& remedy)
{
    if (token != m_token)
        return;
    setBusy(false);
    showMessage(remedy.isEmpty() ? what : what + QStringLiteral(". ") + remedy, "bad");
}

void ApprovalDialog::handleScanned(const models::StrategyListPtr& strategies)
{
    for (const auto& item : *strategies) {
        if (item.entry.file != m_item.entry.file || item.entry.sha256 == shownHash())
            continue;
        m_newer = item;
        m_approve->setEnabled(false);
        m_refresh->show();
        showMessage(
            tr("The file changed while it was shown here: these are not its bytes any more."),
            "warn");
    }
}

void ApprovalDialog::showMessage(const QString& text, const char* role)
{
    setRole(m_message, role);
    m_message->setText(text);
    m_message->show();
}

} // namespace ui::dialogs
