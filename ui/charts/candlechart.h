// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/candlesource.h"
#include "ui/charts/chartstate.h"

#include <QtCharts/QChartView>

#include <optional>
#include <string>
#include <vector>

namespace ui::charts {

class Layer;

/// Candles with volume, overlays and trades over time. Drag or arrow keys pan, the wheel zooms
/// about the cursor, + and − zoom, Home and End go to the beginning and the end of the data. During
/// a replay nothing after the replay's time is shown, and the view follows it until the user pans
/// away.
class CandleChart final : public QChartView
{
    Q_OBJECT

public:
    explicit CandleChart(QWidget* parent = nullptr);
    ~CandleChart() override;

    /// Loads through this; connect it to a HistoryReader.
    [[nodiscard]] CandleSource& source() { return m_source; }
    /// Shows another symbol from its newest end; nothing empties the chart.
    void setCoverage(const std::optional<core::history::Coverage>& coverage);
    /// Nothing chooses the stored timeframe whose candles come nearest to three pixels.
    void setTimeframe(std::optional<core::market::Timeframe> timeframe);
    [[nodiscard]] std::optional<core::market::Timeframe> chosenTimeframe() const
    {
        return m_chosen;
    }
    void setOverlays(std::vector<std::string> specs);
    /// The replay's state; null ends the replay and shows all of the history.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    /// Shows the trades, orders and liquidation prices of that account only, or of all.
    void setTradesOf(std::optional<core::AccountIndex> account);
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }

    void setSpan(TimeSpan span);
    void zoom(double factor);
    void pan(double fraction);
    void goToBegin();
    void goToEnd();

    [[nodiscard]] const ChartState& state() const { return m_state; }
    /// The candle under the cursor, else the newest visible one.
    [[nodiscard]] std::optional<core::market::Candle> readout() const;

signals:
    /// readout() or the shown timeframe may have changed.
    void readoutChanged();
    void followingChanged(bool following);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void handleSourceChanged();
    void handleThemeChanged();
    void refresh();
    void describeLines();
    void showWithinData(TimeSpan span);
    void follow();
    void makeInitialSpan();
    [[nodiscard]] core::Timestamp end() const;
    [[nodiscard]] double plotWidth() const;
    void zoomAbout(double factor, double x);
    void setCursorAt(std::optional<QPointF> cursor);

    CandleSource m_source;
    ChartState m_state;
    std::vector<Layer*> m_layers;
    std::optional<core::market::Timeframe> m_chosen;
    std::optional<core::AccountIndex> m_tradesOf;
    std::vector<std::string> m_overlaySpecs;
    std::shared_ptr<const core::market::CandleColumns> m_overlaidCandles;
    std::optional<double> m_dragX;
    bool m_following = true;
    bool m_needsSpan = true;
};

} // namespace ui::charts
