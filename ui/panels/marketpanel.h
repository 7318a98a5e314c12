// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "core/history/historystore.h"
#include "ui/panel.h"

#include <QVariantMap>

#include <map>
#include <optional>
#include <vector>

class QActionGroup;
class QButtonGroup;
class QComboBox;
class QLayout;
class QMenu;
class QToolButton;

namespace ui {
class ElidedLabel;
}
namespace ui::charts {
class CandleChart;
}

namespace ui::panels {

/// The chart of one symbol with its symbol picker, timeframes, overlays and the values under the
/// cursor. Candles come from whoever answers candlesRequested.
class MarketPanel final : public Panel
{
    Q_OBJECT

public:
    explicit MarketPanel(QWidget* parent = nullptr);

    [[nodiscard]] charts::CandleChart& chart() { return *m_chart; }
    /// Shows another symbol of the history; an unknown one changes nothing.
    void selectSymbol(const core::Symbol& symbol);
    [[nodiscard]] std::optional<core::Symbol> symbol() const;
    /// Goes to that moment of that symbol and stops following.
    void showMoment(const core::Symbol& symbol, core::Timestamp time);

    /// The candles of that symbol may be other than those shown: the next coverage has them read again.
    void markChanged(const core::Symbol& symbol);

    /// Symbol, timeframe and overlays, for the settings.
    [[nodiscard]] QVariantMap saveState() const;
    void restoreState(const QVariantMap& state);

    /// Actions for the menus: timeframes and overlays, zoom and place.
    void addActionsTo(QMenu* menu);

public slots:
    void setCoverage(const std::vector<core::history::Coverage>& coverage);
    /// Null ends the replay.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    void handleFailed(quint64 token, const QString& what, const QString& remedy);

signals:
    /// The button of the empty panel: bring in a file.
    void importRequested();

private:
    QWidget* makeTitle();
    void makeTimeframes();
    void makeOverlayMenu();
    void makeTradesMenu(QLayout* row);
    void listAccounts();
    void showTradesOf(const QString& strategy);
    void makeActions();
    void chooseTimeframe(const QString& text);
    void applyOverlays();
    void handleSymbolChosen(int index);
    void updateReadout();

    charts::CandleChart* m_chart;
    QComboBox* m_picker = nullptr;
    ElidedLabel* m_source = nullptr;
    ElidedLabel* m_readout = nullptr;
    QButtonGroup* m_timeframes = nullptr;
    QMenu* m_overlayMenu = nullptr;
    QMenu* m_tradesMenu = nullptr;
    QToolButton* m_tradesButton = nullptr;
    QActionGroup* m_tradesGroup = nullptr;
    QStringList m_strategies; ///< Of the replay, as the trades menu lists them.
    QAction* m_followAction = nullptr;
    std::vector<QAction*> m_viewActions;
    std::map<QString, QAction*> m_timeframeActions;
    std::vector<core::history::Coverage> m_coverage;
    bool m_stale = false; ///< The shown symbol has changed.
    core::engine::SnapshotPtr m_snapshot;
};

} // namespace ui::panels
