// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/marketpanel.h"

#include "ui/charts/candlechart.h"
#include "ui/elidedlabel.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/historytablemodel.h"
#include "ui/theme.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace ui::panels {
namespace {

/// What the header offers; the stored ones between are for the automatic choice.
const QStringList& offeredTimeframes()
{
    static const QStringList offered = {
        QStringLiteral("auto"), QStringLiteral("1m"), QStringLiteral("5m"), QStringLiteral("15m"),
        QStringLiteral("1h"),   QStringLiteral("4h"), QStringLiteral("1d")};
    return offered;
}

QString capitalised(const std::string& name)
{
    QString text = QString::fromStdString(name);
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

} // namespace

MarketPanel::MarketPanel(QWidget* parent) : Panel(QStringLiteral("market"), tr("Market"), parent)
{
    m_chart = new charts::CandleChart(this);
    setBody(m_chart);
    setTitleWidget(makeTitle());
    m_readout = new ElidedLabel(this, Qt::ElideLeft);
    m_readout->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_readout->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_readout->setFont(figureFont(VALUE_PIXELS));
    m_readout->setAccessibleName(tr("Values of the candle"));
    setContextWidget(m_readout);
    makeActions();
    connect(m_chart, &charts::CandleChart::readoutChanged, this, &MarketPanel::updateReadout);
    connect(this, &Panel::actionTriggered, this, &MarketPanel::importRequested);
    applyOverlays();
    setLoading(tr("Looking at the history…"));
}

QWidget* MarketPanel::makeTitle()
{
    auto* title = new QWidget(this);
    auto* row = new QHBoxLayout(title);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(SPACE);
    m_picker = new QComboBox(title);
    m_picker->setProperty("flat", true);
    m_picker->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_picker->setAccessibleName(tr("Symbol"));
    connect(m_picker, &QComboBox::activated, this, &MarketPanel::handleSymbolChosen);
    m_source = new ElidedLabel(title);
    setRole(m_source, "dim");
    row->addWidget(m_picker);
    row->addWidget(m_source);
    row->addSpacing(2 * SPACE);
    makeTimeframes();
    for (QAbstractButton* button : m_timeframes->buttons())
        row->addWidget(button);
    makeOverlayMenu();
    auto* overlays = new QToolButton(title);
    overlays->setIcon(icon(QLatin1StringView("overlays")));
    overlays->setToolTip(tr("Overlays"));
    overlays->setAccessibleName(tr("Overlays"));
    overlays->setMenu(m_overlayMenu);
    overlays->setPopupMode(QToolButton::InstantPopup);
    overlays->setFocusPolicy(Qt::TabFocus);
    row->addWidget(overlays);
    makeTradesMenu(row);
    m_followAction = new QAction(icon(QLatin1StringView("follow")), tr("&Follow the replay"), this);
    m_followAction->setCheckable(true);
    m_followAction->setChecked(true);
    m_followAction->setShortcut(tr("Ctrl+L"));
    m_followAction->setToolTip(tr("Follow the replay's time (Ctrl+L)"));
    connect(m_followAction, &QAction::triggered, m_chart, &charts::CandleChart::setFollowing);
    connect(m_chart, &charts::CandleChart::followingChanged, m_followAction, &QAction::setChecked);
    auto* follow = new QToolButton(title);
    follow->setDefaultAction(m_followAction);
    follow->setFocusPolicy(Qt::TabFocus);
    row->addWidget(follow);
    return title;
}

void MarketPanel::makeTimeframes()
{
    m_timeframes = new QButtonGroup(this);
    auto* group = new QActionGroup(this);
    for (const QString& text : offeredTimeframes()) {
        auto* action = new QAction(text, group);
        action->setCheckable(true);
        action->setChecked(text == QLatin1StringView("auto"));
        action->setShortcut(QKeySequence(tr("Alt+%1").arg(m_timeframeActions.size())));
        action->setToolTip(text == QLatin1StringView("auto")
                               ? tr("Choose the timeframe by the zoom")
                               : tr("Candles of %1").arg(text));
        connect(action, &QAction::triggered, this, [this, text] { chooseTimeframe(text); });
        m_timeframeActions[text] = action;
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setFocusPolicy(Qt::TabFocus);
        m_timeframes->addButton(button);
    }
}

void MarketPanel::makeOverlayMenu()
{
    m_overlayMenu = new QMenu(tr("&Overlays"), this);
    for (const std::string& spec : charts::offeredOverlays()) {
        const QString text = QString::fromStdString(spec);
        QString label = text.toUpper().replace(QLatin1Char(':'), QLatin1Char(' '));
        label.replace(QLatin1StringView("BBANDS"), tr("Bollinger"));
        QAction* action = m_overlayMenu->addAction(label);
        action->setCheckable(true);
        action->setData(text);
        action->setChecked(text.startsWith(QLatin1StringView("sma")));
        connect(action, &QAction::triggered, this, &MarketPanel::applyOverlays);
    }
}

void MarketPanel::makeTradesMenu(QLayout* row)
{
    m_tradesMenu = new QMenu(tr("T&rades shown"), this);
    m_tradesMenu->menuAction()->setVisible(false);
    m_tradesGroup = new QActionGroup(this);
    m_tradesButton = new QToolButton(this);
    m_tradesButton->setIcon(icon(QLatin1StringView("strategy")));
    m_tradesButton->setToolTip(tr("Whose trades and orders are shown"));
    m_tradesButton->setAccessibleName(tr("Whose trades and orders are shown"));
    m_tradesButton->setMenu(m_tradesMenu);
    m_tradesButton->setPopupMode(QToolButton::InstantPopup);
    m_tradesButton->setFocusPolicy(Qt::TabFocus);
    m_tradesButton->hide();
    row->addWidget(m_tradesButton);
}

void MarketPanel::listAccounts()
{
    QStringList strategies;
    if (m_snapshot)
        for (const auto& account : m_snapshot->accounts)
            strategies.append(QString::fromStdString(account.strategy));
    if (strategies == m_strategies)
        return;
    m_strategies = strategies;
    m_tradesMenu->clear();
    const auto add = [this](const QString& text, const QString& strategy) {
        QAction* action = m_tradesMenu->addAction(text);
        action->setCheckable(true);
        action->setActionGroup(m_tradesGroup);
        connect(action, &QAction::triggered, this, [this, strategy] { showTradesOf(strategy); });
        return action;
    };
    add(tr("Of all strategies"), {})->setChecked(true);
    for (const QString& strategy : strategies)
        add(strategy, strategy);
    // One account's trades need no choice.
    m_tradesButton->setVisible(strategies.size() > 1);
    m_tradesMenu->menuAction()->setVisible(strategies.size() > 1);
    showTradesOf({});
}

void MarketPanel::showTradesOf(const QString& strategy)
{
    const qsizetype index = m_strategies.indexOf(strategy);
    m_chart->setTradesOf(index < 0 ? std::nullopt
                                   : std::optional(static_cast<core::AccountIndex>(index)));
    m_chart->setSnapshot(m_snapshot);
}

void MarketPanel::makeActions()
{
    const auto add = [this](const QString& text, const QKeySequence& keys, auto&& act) {
        auto* action = new QAction(text, this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, act);
        m_viewActions.push_back(action);
    };
    add(tr("Zoom &in"), QKeySequence(QStringLiteral("Ctrl++")), [this] { m_chart->zoom(0.8); });
    add(tr("Zoom &out"), QKeySequence(QStringLiteral("Ctrl+-")), [this] { m_chart->zoom(1.25); });
    add(tr("Go to the &beginning"), QKeySequence(QStringLiteral("Alt+Home")),
        [this] { m_chart->goToBegin(); });
    add(tr("Go to the &end"), QKeySequence(QStringLiteral("Alt+End")),
        [this] { m_chart->goToEnd(); });
}

void MarketPanel::addActionsTo(QMenu* menu)
{
    QMenu* timeframes = menu->addMenu(tr("&Timeframe"));
    for (const QString& text : offeredTimeframes())
        timeframes->addAction(m_timeframeActions[text]);
    menu->addMenu(m_overlayMenu);
    menu->addMenu(m_tradesMenu);
    menu->addAction(m_followAction);
    for (QAction* action : m_viewActions)
        menu->addAction(action);
}

void MarketPanel::chooseTimeframe(const QString& text)
{
    m_timeframeActions.at(text)->setChecked(true);
    const auto timeframe = core::market::Timeframe::parse(text.toStdString());
    m_chart->setTimeframe(timeframe ? std::optional(*timeframe) : std::nullopt);
}

void MarketPanel::applyOverlays()
{
    std::vector<std::string> specs;
    for (const QAction* action : m_overlayMenu->actions())
        if (action->isChecked())
            specs.push_back(action->data().toString().toStdString());
    m_chart->setOverlays(std::move(specs));
}

std::optional<core::Symbol> MarketPanel::symbol() const
{
    const auto& coverage = m_chart->source().coverage();
    return coverage ? std::optional(coverage->instrument.symbol) : std::nullopt;
}

void MarketPanel::setCoverage(const std::vector<core::history::Coverage>& coverage)
{
    const auto before = symbol();
    m_coverage = coverage;
    m_picker->clear();
    int shown = 0;
    for (const auto& entry : m_coverage) {
        if (before == entry.instrument.symbol)
            shown = m_picker->count();
        m_picker->addItem(QString::fromStdString(entry.instrument.symbol.text()));
    }
    m_picker->setVisible(!m_coverage.empty());
    if (m_coverage.empty()) {
        m_chart->setCoverage({});
        m_source->setText(tr("Market"));
        setEmptyState(tr("The history is empty. Import candles from a CSV file to see them here."),
                      tr("Import a CSV file…"));
        return;
    }
    showBody();
    m_picker->setCurrentIndex(shown);
    // Other instruments come and grow without a new look at this one.
    const auto& known = m_chart->source().coverage();
    if (std::exchange(m_stale, false) || !known || !models::isSame(*known, m_coverage[static_cast<std::size_t>(shown)]))
        handleSymbolChosen(shown);
}

void MarketPanel::markChanged(const core::Symbol& changed)
{
    m_stale = m_stale || symbol() == changed;
}

void MarketPanel::handleSymbolChosen(int index)
{
    m_chart->setCoverage(m_coverage[static_cast<std::size_t>(index)]);
    if (m_snapshot)
        m_chart->setSnapshot(m_snapshot);
    m_chart->setAccessibleName(tr("Candle chart of %1").arg(m_picker->currentText()));
}

void MarketPanel::selectSymbol(const core::Symbol& symbol)
{
    if (this->symbol() == symbol)
        return;
    const int index = m_picker->findText(QString::fromStdString(symbol.text()));
    if (index < 0)
        return;
    m_picker->setCurrentIndex(index);
    handleSymbolChosen(index);
}

void MarketPanel::showMoment(const core::Symbol& symbol, core::Timestamp time)
{
    selectSymbol(symbol);
    const charts::TimeSpan span = m_chart->state().span;
    const core::Nanoseconds half = (span.to - span.from) / 2;
    m_chart->setSpan({time - half, time + half});
    m_chart->setFocus();
}

void MarketPanel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    const bool began = snapshot && !m_snapshot;
    m_snapshot = snapshot;
    if (began && !snapshot->symbols.empty()) {
        const bool known =
            std::any_of(snapshot->symbols.begin(), snapshot->symbols.end(),
                        [this](const auto& entry) { return symbol() == entry.instrument.symbol; });
        if (!known)
            selectSymbol(snapshot->symbols.front().instrument.symbol);
    }
    listAccounts();
    m_chart->setSnapshot(snapshot);
}

void MarketPanel::handleFailed(quint64 token, const QString& what, const QString& remedy)
{
    if (m_chart->source().handleFailed(token))
        setError(what, remedy);
}

void MarketPanel::updateReadout()
{
    const charts::ChartState& state = m_chart->state();
    const auto candle = m_chart->readout();
    if (const auto& coverage = m_chart->source().coverage()) {
        m_source->setText(tr("%1 · %2").arg(capitalised(coverage->instrument.venue),
                                            QString::fromStdString(state.timeframe.text())));
        if (state.candles && !m_coverage.empty() && !showsBody())
            showBody();
    }
    if (!candle) {
        m_readout->setText({});
        m_readout->setShorterTexts({});
        return;
    }
    const auto price = [&](core::Price p) { return format::price(state.instrument, p); };
    const QString close = tr("C %1").arg(price(candle->close));
    const QString prices =
        tr("O %1  H %2  L %3  %4")
            .arg(price(candle->open), price(candle->high), price(candle->low), close);
    const QString volume = tr("V %1").arg(format::compact(candle->volume));
    const QString time = format::dayTime(candle->openTime);
    m_readout->setText(time + QStringLiteral("  ") + prices + QStringLiteral("  ") + volume);
    m_readout->setShorterTexts({prices + QStringLiteral("  ") + volume, prices,
                                close + QStringLiteral("  ") + volume, close});
}

QVariantMap MarketPanel::saveState() const
{
    QStringList overlays;
    for (const QAction* action : m_overlayMenu->actions())
        if (action->isChecked())
            overlays.append(action->data().toString());
    QString timeframe = QStringLiteral("auto");
    for (const auto& [text, action] : m_timeframeActions)
        if (action->isChecked())
            timeframe = text;
    const auto shown = symbol();
    return {{QStringLiteral("symbol"), shown ? QString::fromStdString(shown->text()) : QString()},
            {QStringLiteral("timeframe"), timeframe},
            {QStringLiteral("overlays"), overlays}};
}

void MarketPanel::restoreState(const QVariantMap& state)
{
    const auto symbol =
        core::Symbol::parse(state.value(QStringLiteral("symbol")).toString().toStdString());
    if (symbol)
        selectSymbol(*symbol);
    const QString timeframe = state.value(QStringLiteral("timeframe")).toString();
    if (m_timeframeActions.count(timeframe) != 0)
        chooseTimeframe(timeframe);
    if (!state.contains(QStringLiteral("overlays")))
        return;
    const QStringList overlays = state.value(QStringLiteral("overlays")).toStringList();
    for (QAction* action : m_overlayMenu->actions())
        action->setChecked(overlays.contains(action->data().toString()));
    applyOverlays();
}

} // namespace ui::panels
