// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/strategiespanel.h"

#include "ui/elidedlabel.h"
#include "ui/format.h"
#include "ui/models/strategylistmodel.h"
#include "ui/panels/infocard.h"
#include "ui/panels/strategydelegate.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::panels {

namespace {

using core::trust::State;

QString folderName(const QString& path)
{
    const auto parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    return parts.isEmpty() ? path : parts.back() + QLatin1Char('/');
}

/// Keeps the current strategy in sight when the card below takes room.
class StrategyList final : public QListView
{
public:
    using QListView::QListView;

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        QListView::resizeEvent(event);
        scrollTo(currentIndex());
    }
};

/// What the card says about a strategy that may not run.
struct Advice
{
    Token token = Token::Text;
    QString title;
    QStringList lines;
    QString link;
};

Advice changedAdvice(const models::StrategyItem& item, const QString& name)
{
    using P = StrategiesPanel;
    const bool native = item.entry.kind == core::strategy::Kind::Native;
    const int lines = std::max(item.addedLines, item.removedLines);
    const auto& approval = item.entry.approval;
    QString since = P::tr("It is not the version you approved.");
    if (approval && native)
        since = P::tr("It is not the file you approved on %1.").arg(format::date(approval->time));
    else if (approval && lines == 1)
        since = P::tr("1 line differs from the version you approved on %1.")
                    .arg(format::date(approval->time));
    else if (approval)
        since = P::tr("%1 lines differ from the version you approved on %2.")
                    .arg(lines)
                    .arg(format::date(approval->time));
    return {Token::Warn,
            P::tr("%1 changed on disk").arg(name),
            {since + QLatin1Char(' ') + P::tr("It will not start.")},
            native ? P::tr("Review it") : P::tr("Review the difference")};
}

QString revokedLine(const core::strategy::CatalogEntry& entry)
{
    using P = StrategiesPanel;
    const auto& signature = entry.signature;
    // Its own revocation is the first reason, whoever signed it.
    const bool bySigner = signature.outcome == core::trust::SignatureOutcome::RevokedKey &&
                          (!entry.approval || !entry.approval->revoked);
    if (bySigner)
        return P::tr("Its signer %1 was revoked on %2. It will not start.")
            .arg(QString::fromStdString(signature.signer), format::date(*signature.revoked));
    return P::tr("You revoked it. It will not start.");
}

Advice unknownAdvice(const models::StrategyItem& item, const QString& name)
{
    using P = StrategiesPanel;
    const QString title = P::tr("%1 is not approved").arg(name);
    if (models::mayRun(item))
        return {Token::Bad,
                title,
                {P::tr("It runs all the same: unsigned strategies are allowed.")},
                P::tr("Read the source")};
    if (item.entry.kind == core::strategy::Kind::Native)
        return {Token::Warn,
                title,
                {P::tr("It is native code with all of your powers, and waits for your approval.")},
                P::tr("Review it")};
    return {Token::Text,
            title,
            {P::tr("It will not start until you have read it and approved it.")},
            P::tr("Read the source")};
}

Advice adviceFor(const models::StrategyItem& item)
{
    using P = StrategiesPanel;
    const QString name = QString::fromStdString(item.entry.name);
    const QString reason = QString::fromStdString(item.entry.reason);
    switch (item.entry.state) {
    case State::Approved:
    case State::Signed:
        return {};
    case State::Changed:
        return changedAdvice(item, name);
    case State::Unknown:
        return unknownAdvice(item, name);
    case State::Revoked:
        return {Token::Bad,
                P::tr("%1 was revoked").arg(name),
                {revokedLine(item.entry)},
                P::tr("Review it again")};
    case State::Invalid:
        return {Token::Bad,
                P::tr("%1 cannot be used").arg(name),
                {reason.isEmpty() ? P::tr("The file breaks the interface of strategies.") : reason},
                item.entry.source.empty() ? QString() : P::tr("Read the source")};
    }
    return {};
}

} // namespace

StrategiesPanel::StrategiesPanel(QWidget* parent)
    : Panel(QStringLiteral("panel.strategies"), tr("Strategies"), parent),
      m_model(new models::StrategyListModel(this))
{
    setBody(makeBody());
    setLoading(tr("Reading the strategies…"));
    connect(m_model, &models::StrategyListModel::checkedChanged, this, [this] {
        updateDetails();
        emit checkedChanged(checkedNames());
    });
    connect(this, &Panel::actionTriggered, this,
            [this] { m_offersRestore ? emit restoreRequested() : emit rescanRequested(); });
    connect(&themeManager(), &ThemeManager::themeChanged, m_list->viewport(),
            qOverload<>(&QWidget::update));
    updateDetails();
}

QWidget* StrategiesPanel::makeBody()
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, SPACE);
    column->setSpacing(0);
    m_list = new StrategyList(body);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new StrategyDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setAccessibleName(
        tr("Strategies; Space chooses one for the next replay, Enter opens it"));
    connect(m_list, &QListView::activated, this, &StrategiesPanel::handleActivated);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &StrategiesPanel::updateDetails);

    auto* lower = new QVBoxLayout;
    lower->setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 0);
    lower->setSpacing(2 * SPACE);
    m_card = new InfoCard(body);
    m_card->addLink(QStringLiteral("review"), tr("Review the difference"));
    connect(m_card, &InfoCard::linkActivated, this,
            [this] { emit reviewRequested(selectedName()); });
    lower->addWidget(m_card);
    lower->addWidget(makeButtons());
    lower->addWidget(makeFooter());
    column->addWidget(m_list, 1);
    column->addLayout(lower);
    return body;
}

QWidget* StrategiesPanel::makeButtons()
{
    auto* buttons = new QWidget(this);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_approve = new QPushButton(tr("&Approve…"), buttons);
    m_newReplay = new QPushButton(tr("&New replay…"), buttons);
    m_newReplay->setToolTip(tr("New replay with the checked strategies"));
    for (auto* button : {m_approve, m_newReplay}) {
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setMinimumWidth(60);
        row->addWidget(button, 1);
    }
    connect(m_approve, &QPushButton::clicked, this,
            [this] { emit reviewRequested(selectedName()); });
    connect(m_newReplay, &QPushButton::clicked, this,
            [this] { emit newReplayRequested(checkedNames()); });
    return buttons;
}

QWidget* StrategiesPanel::makeFooter()
{
    auto* footer = new QWidget(this);
    auto* column = new QVBoxLayout(footer);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(SPACE);
    const auto addRow = [&](const QString& label, const QString& value, const char* role) {
        auto* row = new QHBoxLayout;
        auto* name = new QLabel(label, footer);
        setRole(name, "dim");
        auto* shown = new ElidedLabel(footer, Qt::ElideLeft);
        shown->setText(value);
        shown->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        shown->setFont(textFont(LABEL_PIXELS));
        if (role)
            setRole(shown, role);
        row->addWidget(name);
        row->addWidget(shown, 1);
        column->addLayout(row);
        return shown;
    };
    m_unsigned = addRow(tr("Unsigned strategies"), tr("blocked"), "ok");
    m_folder = addRow(tr("Folder watched"), QString(format::NONE), nullptr);
    return footer;
}

QString StrategiesPanel::selectedName() const
{
    return m_list->currentIndex().data().toString();
}

void StrategiesPanel::select(const QString& name)
{
    const int row = m_model->rowOf(name);
    if (row >= 0)
        m_list->setCurrentIndex(m_model->index(row));
}

QStringList StrategiesPanel::checkedNames() const
{
    return m_model->checked();
}

void StrategiesPanel::setCheckedNames(const QStringList& names)
{
    m_model->setChecked(names);
}

void StrategiesPanel::setWatchedFolder(const QString& folder)
{
    m_folder->setText(folderName(folder));
    m_folder->setToolTip(folder);
}

void StrategiesPanel::setUnsignedAllowed(bool allowed)
{
    m_unsigned->setText(allowed ? tr("allowed") : tr("blocked"));
    setRole(m_unsigned, allowed ? "bad" : "ok");
}

void StrategiesPanel::setStrategies(const models::StrategyListPtr& strategies)
{
    m_offersRestore = false;
    m_model->setStrategies(strategies);
    const int count = m_model->rowCount();
    setContextText(count == 1 ? tr("1 file") : tr("%1 files").arg(count));
    if (count == 0) {
        setEmptyState(
            tr("No strategies yet. Put a .lua or .so file into the strategies folder; it "
               "appears here at once."),
            tr("Look again"));
        return;
    }
    showBody();
    if (!m_list->currentIndex().isValid()) {
        // The first look goes to what needs a decision.
        int row = 0;
        while (row < count && models::mayRun(*m_model->itemAt(row)))
            ++row;
        m_list->setCurrentIndex(m_model->index(row < count ? row : 0));
    }
    updateDetails();
}

void StrategiesPanel::setScanError(const QString& what, const QString& remedy)
{
    m_offersRestore = false;
    setError(what, remedy, tr("Look again"));
}

void StrategiesPanel::offerRestore(const QString& what)
{
    m_offersRestore = true;
    setError(what,
             tr("Nothing runs until the last good copy is brought back. If you did not change the file, somebody else "
                "did."),
             tr("&Restore…"));
}

void StrategiesPanel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_model->setSnapshot(snapshot);
}

void StrategiesPanel::updateDetails()
{
    const auto* item = m_model->itemAt(m_list->currentIndex().row());
    const Advice advice = item ? adviceFor(*item) : Advice{};
    m_card->setVisible(!advice.title.isEmpty());
    m_card->setToken(advice.token);
    m_card->setContent(advice.title, advice.lines);
    m_card->setLink(QStringLiteral("review"), advice.link);

    const bool approved = item && models::mayRun(*item);
    m_approve->setText(approved ? tr("Re&view…") : tr("&Approve…"));
    m_approve->setEnabled(item != nullptr);
    const bool ready = !checkedNames().isEmpty();
    m_newReplay->setEnabled(ready);
    // One primary action at a time: deciding about a blocked strategy, or else replaying.
    const bool decide = item && !approved && item->entry.state != State::Invalid;
    setPrimary(m_approve, decide);
    setPrimary(m_newReplay, !decide && ready);
}

void StrategiesPanel::handleActivated(const QModelIndex& index)
{
    emit reviewRequested(index.data().toString());
}

} // namespace ui::panels
