// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/screenshots.h"

#include "ui/charts/candlechart.h"
#include "ui/charts/timeline.h"
#include "ui/mainwindow.h"
#include "ui/models/historytablemodel.h"
#include "ui/panel.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/marketpanel.h"
#include "ui/panels/replaypanel.h"
#include "ui/panels/strategiespanel.h"
#include "ui/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QPixmap>

#include <utility>

namespace ui {
namespace {

constexpr int POLL_MILLISECONDS = 20;
constexpr int PATIENCE_MILLISECONDS = 120'000;
constexpr QSize SMALL(1280, 720);
constexpr QSize LARGE(1920, 1080);
constexpr double SHARE = 0.6; ///< How far into the replay the pictures are taken.
/// Bars a pictured replay is long at most: more take time and show the same.
constexpr std::int64_t MOST_BARS = 50'000;

} // namespace

Screenshots::Screenshots(MainWindow& window, QString folder, QObject* parent)
    : QObject(parent), m_window(window), m_folder(std::move(folder))
{
    m_poll.setInterval(POLL_MILLISECONDS);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (m_condition()) {
            m_poll.stop();
            std::exchange(m_then, {})();
        } else if ((m_patience -= POLL_MILLISECONDS) <= 0) {
            m_poll.stop();
            emit failed(tr("Waited two minutes for %1 in vain").arg(m_awaited));
        }
    });
}

void Screenshots::waitFor(std::function<bool()> condition, std::function<void()> then,
                          const QString& what)
{
    m_condition = std::move(condition);
    m_then = std::move(then);
    m_awaited = what;
    m_patience = PATIENCE_MILLISECONDS;
    m_poll.start();
}

void Screenshots::start()
{
    if (!QDir().mkpath(m_folder)) {
        emit failed(tr("The folder %1 cannot be made; choose one you may write to").arg(m_folder));
        return;
    }
    waitFor([this] { return m_window.historyKnown() && m_window.strategiesKnown(); },
            [this] { loadReplay(); }, tr("the history and the strategies"));
}

void Screenshots::loadReplay()
{
    core::engine::ReplayRequest request;
    for (const QString& name : m_window.approvedStrategies())
        request.strategies.push_back({name.toStdString(), {}});
    if (m_window.coverage().empty() || request.strategies.empty()) {
        renderWhenReady([] { return true; });
        return;
    }
    // The longest history, at its finest; its newest part when it is very long.
    const auto longest =
        std::max_element(m_window.coverage().begin(), m_window.coverage().end(),
                         [](const auto& a, const auto& b) { return a.candles < b.candles; });
    request.symbols = {longest->instrument.symbol};
    // Each strategy on what it declares; candles too coarse for that are better than none.
    if (!m_window.canRunAsDeclared(longest->finest))
        request.timeframe = longest->finest;
    request.range.from =
        std::max(longest->oldest, longest->newest - MOST_BARS * longest->finest.length());
    request.range.to = longest->newest + longest->finest.length();
    connect(&m_window, &MainWindow::replayLoaded, this, &Screenshots::seekIntoReplay,
            Qt::SingleShotConnection);
    m_window.startReplay(request);
    waitFor([this] { return m_window.snapshot() != nullptr || m_window.replayRefused(); },
            [this] {
                if (!m_window.snapshot())
                    renderWhenReady([] { return true; });
            },
            tr("the replay to load"));
}

void Screenshots::seekIntoReplay()
{
    const charts::Timeline& line = m_window.replay().timeline();
    const core::Timestamp target =
        line.begin() + core::Nanoseconds(static_cast<std::int64_t>(
                           SHARE * static_cast<double>((line.end() - line.begin()).count())));
    emit m_window.replay().seekRequested(target);
    // Batches are at most a week apart, and usually a minute.
    renderWhenReady([this, target] {
        const auto& snapshot = m_window.snapshot();
        return snapshot && snapshot->barsDone > 0 &&
               snapshot->time > target - std::chrono::hours(24 * 8);
    });
}

void Screenshots::renderWhenReady(std::function<bool()> ready)
{
    waitFor(
        std::move(ready), [this] { renderAll(); }, tr("the replay to arrive"));
}

void Screenshots::renderAll()
{
    const DirectionColours directions = themeManager().directions();
    const ThemeChoice before = themeManager().choice();
    for (const auto& [choice, name] : {std::pair(ThemeChoice::Dark, QStringLiteral("dark")),
                                       std::pair(ThemeChoice::Light, QStringLiteral("light"))}) {
        themeManager().apply(choice, directions);
        render(name, SMALL, false);
        render(name, LARGE, true);
    }
    themeManager().apply(before, directions);
    if (!m_failed)
        emit finished(m_files);
}

void Screenshots::render(const QString& theme, const QSize& size, bool withPanels)
{
    m_window.resize(size);
    m_window.resetLayout();
    // A resize uncovers candles.
    settle([this] { return !m_window.market().chart().source().isLoading(); });
    const QString place = QStringLiteral("%1-%2x%3").arg(theme).arg(size.width()).arg(size.height());
    save(&m_window, QStringLiteral("window-") + place);
    for (Panel* panel : m_window.panels())
        if (withPanels && panel != &m_window.history())
            save(panel, QStringLiteral("%1-%2").arg(panel->objectName(), theme));
    // Behind another tab until now.
    m_window.history().raise();
    const auto isReady = [this] { return m_window.history().isVisible() && m_window.history().isSettled(); };
    settle(isReady);
    chooseMostGaps();
    settle(isReady);
    save(&m_window, QStringLiteral("window-history-") + place);
    if (withPanels)
        save(&m_window.history(), QStringLiteral("history-") + theme);
    m_window.market().raise();
}

/// The instrument that has the most to show.
void Screenshots::chooseMostGaps()
{
    const models::HistoryTableModel& model = m_window.history().model();
    const core::history::Coverage* most = nullptr;
    std::int64_t missing = -1;
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto survey = model.surveyAt(row);
        if (!survey || survey->strip.missing <= missing)
            continue;
        missing = survey->strip.missing;
        most = model.coverageAt(row);
    }
    if (most)
        m_window.history().choose(most->instrument.symbol);
}

/// Lets layouts settle and the store answer.
void Screenshots::settle(const std::function<bool()>& ready)
{
    // Wakes the loop where nothing else does.
    QTimer wake;
    wake.start(POLL_MILLISECONDS);
    for (int round = 0; round < 250 && (round <= 3 || !ready()); ++round)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
}

void Screenshots::save(QWidget* widget, const QString& name)
{
    const QString file = QDir(m_folder).filePath(name + QLatin1StringView(".png"));
    if (widget->grab().save(file)) {
        ++m_files;
    } else if (!m_failed) {
        m_failed = true;
        emit failed(tr("%1 cannot be written; choose a folder you may write to").arg(file));
    }
}

} // namespace ui
