// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"
#include "core/market/candle.h"
#include "ui/charts/chartmapping.h"

#include <QObject>

#include <memory>
#include <optional>

namespace ui::charts {

/// Keeps the candles that a chart needs loaded: asks for the visible range and a margin, at the
/// timeframe the chart wants, and during a replay for the finest candles around the replay's time,
/// of which the forming candle is made. One request of a kind is on its way at a time; who wants
/// more asks again at changed(). Replies to requests from before setCoverage() are dropped. Until a
/// reply comes the previous candles stay.
class CandleSource final : public QObject
{
    Q_OBJECT

public:
    explicit CandleSource(QObject* parent = nullptr) : QObject(parent) {}

    /// Starts over with another symbol or history. Nothing means an empty chart.
    void setCoverage(std::optional<core::history::Coverage> coverage);
    [[nodiscard]] const std::optional<core::history::Coverage>& coverage() const
    {
        return m_coverage;
    }

    /// Asks for what `span` needs at `timeframe`, unless it is loaded or a request is on its way.
    void want(TimeSpan span, core::market::Timeframe timeframe);
    /// Asks for the finest candles of the bucket of `timeframe` that `now` falls into.
    void wantForming(core::market::Timeframe timeframe, core::Timestamp now);

    [[nodiscard]] const std::shared_ptr<const core::market::CandleColumns>& candles() const
    {
        return m_shown.candles;
    }
    /// Of candles().
    [[nodiscard]] core::market::Timeframe timeframe() const { return m_shown.timeframe; }
    /// The forming candle at `now`; nothing while its parts are on their way.
    [[nodiscard]] std::optional<core::market::Candle> forming(core::Timestamp now) const;
    [[nodiscard]] bool isLoading() const { return m_shown.pending != 0; }

    void handleCandles(quint64 token,
                       const std::shared_ptr<const core::market::CandleColumns>& candles);
    /// True when the failure belongs to a request of this source that still matters.
    bool handleFailed(quint64 token);

signals:
    void candlesRequested(quint64 token, const core::Symbol& symbol,
                          core::market::Timeframe timeframe, const core::history::TimeRange& range);
    /// Requests with lower tokens are not worth answering any more.
    void oldestWantedChanged(quint64 token);
    /// candles() or the forming candle's parts are new.
    void changed();

private:
    struct Block
    {
        std::shared_ptr<const core::market::CandleColumns> candles;
        core::market::Timeframe timeframe = core::market::ONE_MINUTE;
        core::history::TimeRange range{core::Timestamp(), core::Timestamp()};
        quint64 pending = 0; ///< Token of the request on its way; 0 when there is none.
        core::market::Timeframe pendingTimeframe = core::market::ONE_MINUTE;
        core::history::TimeRange pendingRange{core::Timestamp(), core::Timestamp()};
    };
    void request(Block& block, core::market::Timeframe timeframe, core::history::TimeRange range);

    std::optional<core::history::Coverage> m_coverage;
    Block m_shown;
    Block m_fine;
    // Tokens of the dialogs start at 1; these must not meet them.
    quint64 m_lastToken = quint64(1) << 40;
};

} // namespace ui::charts
