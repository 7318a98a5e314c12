// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/bardetail.h"
#include "core/execution/barpath.h"

#include <vector>

namespace core::execution {

/// Lays the way of a batch that trades or finer candles resolve, stretch by stretch. Without trades a stretch
/// is as long as the finest candles; with trades it lasts to the next of them, or to the next corner of
/// another symbol's path, and has no length where several happened at one time. It has three legs; a symbol's price walks the part of its present candle's path that
/// falls into it, and rests at its last price where a candle is missing and between trades. The corners of all paths lie on
/// the corners of legs, since each length is a multiple of the finer ones; where a leg begins between two
/// corners of a path, its price is rounded to the tick.
class Stretches
{
public:
    /// Whether a stretch ends at once where trades happened, so that something can be done between them and what
    /// comes after.
    enum class AtTrades : std::uint8_t { GoOn, Stop };
    /// All arguments but the rules outlive it.
    Stretches(const BarBatch& bar, const BarDetail& detail, bool worstCase, bool mirrored,
              AtTrades atTrades = AtTrades::GoOn);

    /// Lays the next stretch; false at the end of the bar. `account` tells the worst case what is held as
    /// a candle opens.
    bool next(const portfolio::Account& account);

    /// The stretch as a batch of its own; present is every symbol that has had its first event.
    [[nodiscard]] const BarBatch& batch() const { return m_batch; }
    [[nodiscard]] const std::vector<BarPath>& paths() const { return m_paths; }
    /// By symbol: 1 when a candle of its own opens, or ends, with the stretch. A trade opens one and ends none.
    [[nodiscard]] std::span<const std::uint8_t> opens() const { return m_opens; }
    [[nodiscard]] std::span<const std::uint8_t> ends() const { return m_ends; }
    /// By symbol: the whole of its present candle.
    [[nodiscard]] std::span<const market::Candle> candles() const { return m_candles; }
    /// What anybody can know of a symbol's price as the stretch begins: its last trade, or the close of its last
    /// candle; of a candle that has not closed no more than its open, whatever its path is taken to be.
    [[nodiscard]] Price known(SymbolIndex symbol) const;
    /// The trade that opens the stretch; of no size where none does.
    [[nodiscard]] const market::Trade& trade(SymbolIndex symbol) const { return m_trades[symbol]; }
    [[nodiscard]] bool opensWithTrade() const { return m_opensWithTrade; }

private:
    /// Where a symbol is on its way.
    struct Lane {
        BarPath path{};
        Timestamp end;         ///< Of the present candle; long ago for a trade, which rests.
        Nanoseconds length{};  ///< Of each candle.
        std::size_t next = 0;  ///< The next finer candle or trade.
    };

    bool takeTrade(SymbolIndex symbol, Timestamp time);
    [[nodiscard]] Timestamp endAfter(Timestamp time) const;
    [[nodiscard]] Timestamp nextTurn(SymbolIndex symbol, Timestamp time) const;
    bool open(SymbolIndex symbol, Timestamp time, const portfolio::Account& account);
    [[nodiscard]] Price priceAt(SymbolIndex symbol, Timestamp time) const;

    const BarBatch& m_bar;
    const BarDetail& m_detail;
    bool m_worstCase;
    bool m_mirrored;
    std::vector<Lane> m_lanes;
    std::vector<market::Candle> m_candles;
    std::vector<market::Candle> m_parts;
    std::vector<std::uint8_t> m_present;
    std::vector<std::uint8_t> m_opens;
    std::vector<std::uint8_t> m_ends;
    std::vector<BarPath> m_paths;
    std::vector<market::Trade> m_trades;
    bool m_stopsAtTrades;
    bool m_opensWithTrade = false;
    BarBatch m_batch;
};

} // namespace core::execution
