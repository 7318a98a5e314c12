// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/moveform.h"

#include "ui/models/databasewords.h"
#include "ui/models/jobwords.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::dialogs {

using core::history::DatabaseUrl;
namespace words = models::words;

namespace {

constexpr int PROGRESS_STEPS = 1000;
/// As many as a person reads.
constexpr int MOST_DIFFERENCES = 6;

/// A sentence; some begin small, to stand after the name of an option.
QString textOf(const core::Error& error)
{
    QString text = QString::fromStdString(error.message());
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

} // namespace

MoveForm::MoveForm(models::DatabaseKeeper& keeper, QWidget* parent) : QWidget(parent), m_keeper(keeper)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * SPACE);
    column->addWidget(makeUrlRow());
    auto* hint = new QLabel(tr("The password comes from ~/.pgpass or the environment variable PGPASSWORD. The history here "
                               "stays as it is; a move that was stopped goes on by moving again."),
                            this);
    hint->setWordWrap(true);
    setRole(hint, "dim");
    column->addWidget(hint);
    m_replace = new QCheckBox(tr("Let mine take the place of &other rows of the same time there"), this);
    m_replace->setToolTip(tr("Without this, a database that has other candles, trades or rates of the same time is refused"));
    column->addWidget(m_replace);
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, PROGRESS_STEPS);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the move"));
    column->addWidget(m_progress);
    m_progressText = new QLabel(this);
    m_progressText->setObjectName(QStringLiteral("progress"));
    m_progressText->setFont(figureFont());
    column->addWidget(m_progressText);
    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->hide();
    column->addWidget(m_message);
    column->addWidget(makeButtons());
    connectKeeper();
    updateButtons();
    if (m_keeper.isStopping())
        sayStopping();
}

QWidget* MoveForm::makeUrlRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    auto* label = new QLabel(tr("Other &database"), box);
    setRole(label, "dim");
    m_url = new QLineEdit(box);
    m_url->setFont(figureFont());
    m_url->setPlaceholderText(QStringLiteral("postgresql://USER@HOST/DATABASE"));
    m_url->setAccessibleName(tr("URL of another database"));
    label->setBuddy(m_url);
    m_test = new QPushButton(tr("&Test connection"), box);
    m_test->setToolTip(tr("Connects and says what is there; changes nothing"));
    m_test->setAutoDefault(false);
    row->addWidget(label);
    row->addWidget(m_url, 1);
    row->addWidget(m_test);
    connect(m_url, &QLineEdit::textChanged, this, [this] {
        m_usable.reset();
        updateButtons();
    });
    connect(m_url, &QLineEdit::returnPressed, this, &MoveForm::test);
    connect(m_test, &QPushButton::clicked, this, &MoveForm::test);
    return box;
}

QWidget* MoveForm::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_move = new QPushButton(tr("&Move this history there"), box);
    m_move->setProperty("primary", true);
    m_move->setToolTip(tr("Copies everything and compares it row by row"));
    m_stop = new QPushButton(tr("&Stop"), box);
    m_stop->setToolTip(tr("What was sent is kept"));
    m_choose = new QPushButton(tr("&Use it from the next start"), box);
    m_choose->setToolTip(tr("For this workspace; works once a history was found or moved there. Until that start, jobs write "
                            "to the present database"));
    for (auto* button : {m_move, m_stop, m_choose}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    connect(m_move, &QPushButton::clicked, this, &MoveForm::move);
    connect(m_stop, &QPushButton::clicked, this, &MoveForm::stop);
    connect(m_choose, &QPushButton::clicked, this, &MoveForm::choose);
    return box;
}

void MoveForm::connectKeeper()
{
    using models::DatabaseKeeper;
    connect(&m_keeper, &DatabaseKeeper::tested, this, &MoveForm::handleTested);
    connect(&m_keeper, &DatabaseKeeper::testFailed, this, &MoveForm::handleFailed);
    connect(&m_keeper, &DatabaseKeeper::moveTold, this, &MoveForm::handleTold);
    connect(&m_keeper, &DatabaseKeeper::moved, this, &MoveForm::handleMoved);
    connect(&m_keeper, &DatabaseKeeper::moveFailed, this, &MoveForm::handleFailed);
}

void MoveForm::setUrl(const QString& url)
{
    m_url->setText(url);
}

std::optional<DatabaseUrl> MoveForm::url()
{
    const std::string written = m_url->text().trimmed().toStdString();
    auto url = DatabaseUrl::parse(written);
    if (url)
        return *url;
    const std::string clean = DatabaseUrl::withoutPassword(written);
    if (clean != written)
        m_url->setText(QString::fromStdString(clean));
    say(textOf(url.error()), "bad");
    m_url->setFocus();
    return {};
}

void MoveForm::test()
{
    if (m_keeper.isMoving() || m_testing)
        return;
    const auto other = url();
    if (!other)
        return;
    m_testing = true;
    say(tr("Connecting to %1…").arg(QString::fromStdString(other->text())), "secondary");
    updateButtons();
    m_keeper.test(*other);
}

void MoveForm::move()
{
    m_moving = url();
    if (!m_moving)
        return;
    m_progress->setValue(0);
    m_progressText->setText(tr("Connecting…"));
    m_message->hide();
    m_keeper.move(*m_moving, m_replace->isChecked() ? core::history::OtherRows::Replace : core::history::OtherRows::Refuse);
    updateButtons();
    m_stop->setFocus();
}

void MoveForm::stop()
{
    m_keeper.cancelMove();
    updateButtons();
    sayStopping();
}

void MoveForm::sayStopping()
{
    m_progressText->setText(tr("Stopping; what was sent is kept…"));
}

void MoveForm::choose()
{
    if (const auto done = m_keeper.choose(*m_usable); !done)
        say(textOf(done.error()), "bad");
}

void MoveForm::handleTested(const DatabaseUrl& tested, const core::history::DatabaseProbe& probe)
{
    m_testing = false;
    updateButtons();
    const auto named = DatabaseUrl::parse(m_url->text().trimmed().toStdString());
    if (!named || named->url() != tested.url())
        return;
    const bool fits = probe.writable && probe.keepsEveryCharacter();
    say(tr("Connected: %1 · %2").arg(QString::fromStdString(probe.database), words::probe(probe)), fits ? "ok" : "warn");
    if (probe.migration > 0)
        m_usable = tested;
    updateButtons();
}

void MoveForm::handleTold(const core::history::MoveProgress& progress)
{
    if (!m_stop->isEnabled())
        return;
    const double total = static_cast<double>(std::max<std::int64_t>(progress.rowsTotal, 1));
    m_progress->setValue(static_cast<int>(std::min(1.0, static_cast<double>(progress.rowsDone) / total) * PROGRESS_STEPS));
    QString text = words::progress(progress);
    if (const QString left = models::words::duration(progress.secondsLeft); !left.isEmpty())
        text += QStringLiteral(" · ") + left;
    m_progressText->setText(text);
}

void MoveForm::handleMoved(const core::history::MoveReport& report)
{
    QStringList lines = {words::verdict(report)};
    if (!report.cancelled)
        lines += words::differences(report, MOST_DIFFERENCES);
    if (report.isComplete())
        lines += tr("Until it is used, jobs still write to the present database; move again after them.");
    say(lines.join(QLatin1Char('\n')), report.isComplete() ? "ok" : "warn");
    m_move->setText(report.cancelled ? tr("Go on &moving") : tr("&Move this history there"));
    if (report.isComplete())
        m_usable = m_moving;
    updateButtons();
    (m_choose->isEnabled() ? m_choose : m_move)->setFocus();
}

void MoveForm::handleFailed(const core::Error& error)
{
    if (!m_testing)
        m_move->setText(tr("Go on &moving"));
    m_testing = false;
    say(textOf(error), "bad");
    updateButtons();
}

void MoveForm::say(const QString& text, const char* role)
{
    setRole(m_message, role);
    m_message->setText(text);
    m_message->show();
}

void MoveForm::updateButtons()
{
    const bool moving = m_keeper.isMoving();
    const bool named = !m_url->text().trimmed().isEmpty();
    m_url->setReadOnly(moving);
    m_test->setEnabled(named && !moving && !m_testing);
    m_replace->setEnabled(!moving);
    m_progress->setVisible(moving);
    m_progressText->setVisible(moving);
    m_move->setVisible(!moving);
    m_move->setEnabled(named && !m_testing);
    m_stop->setVisible(moving);
    m_stop->setEnabled(moving && !m_keeper.isStopping());
    m_choose->setEnabled(m_usable && !moving && m_keeper.mayChoose());
}

} // namespace ui::dialogs
