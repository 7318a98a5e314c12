// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/replaypanel.h"

#include "ui/charts/timeline.h"
#include "ui/elidedlabel.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

#include <algorithm>

namespace ui::panels {
namespace {

constexpr double SPEEDS[] = {1.0, 10.0, 60.0, 600.0, 3600.0, 0.0};
constexpr int DEFAULT_SPEED = 4;
constexpr int BUTTON_WIDTH = 34;
constexpr int FIGURES_WIDTH = 132;

QToolButton* makeButton(QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setProperty("framed", true);
    button->setFixedSize(BUTTON_WIDTH, 30);
    button->setIconSize(QSize(16, 16));
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

ReplayPanel::ReplayPanel(QWidget* parent) : Panel(QStringLiteral("replay"), tr("Replay"), parent)
{
    makeActions();
    setBody(makeBody());
    setMaximumHeight(HEADER_HEIGHT + 64);
    connect(this, &Panel::actionTriggered, this, &ReplayPanel::newReplayRequested);
    setSnapshot({});
}

QAction* ReplayPanel::addTransport(const char* iconName, const QString& text, const QString& keys)
{
    auto* action = new QAction(icon(QLatin1StringView(iconName), Token::Text), text, this);
    action->setShortcut(QKeySequence(keys));
    QString name = text;
    name.remove(QLatin1Char('&'));
    action->setToolTip(tr("%1 (%2)").arg(name, keys));
    return action;
}

void ReplayPanel::makeActions()
{
    m_toStart = addTransport("to-start", tr("Go to the &start"), tr("Ctrl+Home"));
    m_stepBack = addTransport("step-back", tr("Step one bar &back"), tr("Ctrl+Left"));
    m_play = addTransport("play", tr("&Play"), tr("Ctrl+Space"));
    m_stepBar = addTransport("step-bar", tr("Step one &bar"), tr("Ctrl+Right"));
    m_stepNext = addTransport("step-next", tr("Run to the &next fill"), tr("Ctrl+Shift+Right"));
    m_faster = addTransport("chevron-up", tr("&Faster"), tr("Ctrl+Up"));
    m_slower = addTransport("chevron-down", tr("S&lower"), tr("Ctrl+Down"));
    connect(m_toStart, &QAction::triggered, this,
            [this] { emit seekRequested(m_timeline->begin()); });
    connect(m_stepBack, &QAction::triggered, this, &ReplayPanel::stepBack);
    connect(m_play, &QAction::triggered, this, &ReplayPanel::togglePlaying);
    connect(m_stepBar, &QAction::triggered, this, &ReplayPanel::stepBarRequested);
    connect(m_stepNext, &QAction::triggered, this, &ReplayPanel::stepToNext);
    connect(m_faster, &QAction::triggered, this, [this] { changeSpeed(+1); });
    connect(m_slower, &QAction::triggered, this, [this] { changeSpeed(-1); });
}

QWidget* ReplayPanel::makeBody()
{
    auto* body = new QWidget(this);
    auto* row = new QHBoxLayout(body);
    row->setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, 0);
    row->setSpacing(SPACE);
    row->addWidget(makeButton(m_toStart, body));
    row->addWidget(makeButton(m_stepBack, body));
    m_playButton = makeButton(m_play, body);
    m_playButton->setObjectName(QStringLiteral("play"));
    m_playButton->setProperty("primary", true);
    row->addWidget(m_playButton);
    row->addWidget(makeButton(m_stepBar, body));
    row->addWidget(makeButton(m_stepNext, body));
    row->addWidget(makeNextButton());
    row->addSpacing(SPACE);
    row->addWidget(makeSpeeds());
    row->addSpacing(2 * SPACE);
    m_timeline = new charts::Timeline(body);
    connect(m_timeline, &charts::Timeline::seekRequested, this, &ReplayPanel::seekRequested);
    row->addWidget(m_timeline, 1);
    row->addSpacing(2 * SPACE);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    m_figures = new ElidedLabel(body);
    m_figures->setFont(figureFont(VALUE_PIXELS));
    m_state = new ElidedLabel(body);
    setRole(m_state, "dim");
    column->addStretch(1);
    for (ElidedLabel* label : {m_figures, m_state}) {
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        label->setFixedWidth(FIGURES_WIDTH);
        column->addWidget(label);
    }
    column->addStretch(1);
    row->addLayout(column);
    return body;
}

QWidget* ReplayPanel::makeNextButton()
{
    m_nextButton = new QToolButton(this);
    m_nextMenu = new QMenu(tr("Next stop"), this);
    auto* group = new QActionGroup(this);
    const std::pair<Next, QString> stops[] = {{Next::Fill, tr("Fill")},
                                              {Next::MarginCall, tr("Margin call")},
                                              {Next::End, tr("End of the replay")}};
    for (const auto& [stop, text] : stops) {
        QAction* action = m_nextMenu->addAction(text);
        action->setCheckable(true);
        action->setChecked(stop == Next::Fill);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, kind = stop] { setNext(kind); });
    }
    m_nextButton->setMenu(m_nextMenu);
    m_nextButton->setPopupMode(QToolButton::InstantPopup);
    m_nextButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_nextButton->setFocusPolicy(Qt::TabFocus);
    m_nextButton->setAccessibleName(tr("What the next stop is"));
    m_nextButton->setMinimumWidth(112);
    setNext(Next::Fill);
    return m_nextButton;
}

QWidget* ReplayPanel::makeSpeeds()
{
    m_speeds = new QComboBox(this);
    for (const double speed : SPEEDS)
        m_speeds->addItem(speed > 0.0 ? QStringLiteral("%1×").arg(speed) : tr("max"), speed);
    m_speeds->setCurrentIndex(DEFAULT_SPEED);
    m_speeds->setFont(figureFont(VALUE_PIXELS));
    m_speeds->setAccessibleName(tr("Speed"));
    m_speeds->setToolTip(tr("Market time per real time (Ctrl+Up, Ctrl+Down)"));
    connect(m_speeds, &QComboBox::currentIndexChanged, this,
            [this] { emit speedRequested(speed()); });
    return m_speeds;
}

void ReplayPanel::addActionsTo(QMenu* menu)
{
    for (QAction* action : {m_play, m_stepBar, m_stepBack, m_stepNext})
        menu->addAction(action);
    menu->addMenu(m_nextMenu);
    menu->addAction(m_toStart);
    menu->addSeparator();
    menu->addAction(m_faster);
    menu->addAction(m_slower);
}

double ReplayPanel::speed() const
{
    return m_speeds->currentData().toDouble();
}

void ReplayPanel::setSpeed(double speed)
{
    const int index = m_speeds->findData(speed);
    if (index >= 0)
        m_speeds->setCurrentIndex(index);
}

void ReplayPanel::changeSpeed(int step)
{
    m_speeds->setCurrentIndex(
        std::clamp(m_speeds->currentIndex() + step, 0, m_speeds->count() - 1));
}

void ReplayPanel::setNext(Next next)
{
    m_next = next;
    const char* const arrow = " \u25BE";
    switch (next) {
    case Next::Fill:
        m_nextButton->setText(tr("next: fill") + QString::fromUtf8(arrow));
        m_stepNext->setText(tr("Run to the &next fill"));
        break;
    case Next::MarginCall:
        m_nextButton->setText(tr("next: margin call") + QString::fromUtf8(arrow));
        m_stepNext->setText(tr("Run to the &next margin call"));
        break;
    case Next::End:
        m_nextButton->setText(tr("next: end") + QString::fromUtf8(arrow));
        m_stepNext->setText(tr("Run to the e&nd"));
        break;
    }
}

void ReplayPanel::stepToNext()
{
    switch (m_next) {
    case Next::Fill:
        emit stepToNextFillRequested();
        break;
    case Next::MarginCall:
        emit stepToNextMarginCallRequested();
        break;
    case Next::End:
        emit seekRequested(m_timeline->end());
        break;
    }
}

void ReplayPanel::stepBack()
{
    // A seek lands on the batch at or before its time, so just before this one is the previous one.
    if (m_snapshot)
        emit seekRequested(std::max(m_timeline->begin(), m_snapshot->time - core::Nanoseconds(1)));
}

void ReplayPanel::togglePlaying()
{
    if (m_playing)
        emit pauseRequested();
    else
        emit playRequested();
}

void ReplayPanel::setRange(core::Timestamp begin, core::Timestamp end)
{
    m_timeline->setRange(begin, end);
}

void ReplayPanel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
    m_timeline->setSnapshot(snapshot);
    if (!snapshot) {
        m_busyText.clear();
        setContextText({});
        setEmptyState(
            tr("Check strategies, choose a range and costs, and play them over the history."),
            tr("New replay…"));
    } else if (!showsBody()) {
        showBody();
    }
    updateActions();
    updateFigures();
}

void ReplayPanel::setPlaying(bool playing)
{
    m_playing = playing;
    updateActions();
    updateFigures();
}

void ReplayPanel::setBusy(const QString& what, double fraction)
{
    if (fraction >= 1.0) {
        m_busyText.clear();
        m_timeline->endSeek();
        if (m_snapshot)
            showBody();
        else
            setSnapshot({});
    } else if (m_snapshot) {
        m_busyText = tr("%1 %2").arg(what, format::percent(fraction, 0, format::Sign::Minus));
    } else {
        setLoading(what, fraction);
    }
    updateFigures();
}

void ReplayPanel::updateActions()
{
    const bool loaded = m_snapshot != nullptr;
    const bool ended = loaded && m_snapshot->barsDone >= m_snapshot->barsTotal;
    for (QAction* action : {m_toStart, m_stepBack})
        action->setEnabled(loaded && m_snapshot->barsDone > 0);
    m_play->setEnabled(loaded && (m_playing || !ended));
    m_stepBar->setEnabled(loaded && !ended);
    m_stepNext->setEnabled(loaded && !ended);
    // While playing nothing asks for attention; standing still, play is the thing to press.
    m_play->setIcon(icon(QLatin1StringView(m_playing ? "pause" : "play"), Token::OnAccent));
    m_play->setText(m_playing ? tr("&Pause") : tr("&Play"));
    m_play->setToolTip(m_playing ? tr("Pause (Ctrl+Space)") : tr("Play (Ctrl+Space)"));
}

void ReplayPanel::updateFigures()
{
    if (!m_snapshot)
        return;
    m_figures->setText(m_snapshot->barsPerSecond > 0.0
                           ? tr("%1 bars/s").arg(format::compact(m_snapshot->barsPerSecond))
                           : QString());
    const bool ended = m_snapshot->barsDone >= m_snapshot->barsTotal;
    QString state = m_playing ? tr("playing") : ended ? tr("played to the end") : tr("paused");
    if (!m_busyText.isEmpty())
        state = m_busyText;
    m_state->setText(state);
    setContextText(
        tr("%1 of %2 bars")
            .arg(format::count(m_snapshot->barsDone), format::count(m_snapshot->barsTotal)));
}

} // namespace ui::panels
