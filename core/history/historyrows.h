// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

#include <array>
#include <string>

namespace core::history {

/// A row of a history in whole numbers, the same from every database: its time in microseconds, then
/// - of candles open, high, low, close, the volume's bits, trades;
/// - of trades the venue's id or the place among the trades of that time, 1 where the venue numbered it, price, size, side;
/// - of funding rates when it was known, and the rate.
using Row = std::array<std::int64_t, 7>;
using Rows = std::vector<Row>;

/// The second a row's time lies in, since the epoch; by it the store tells which trades are the same.
[[nodiscard]] std::int64_t secondOf(const Row& row);

enum class RowKind { Candles, Rollup, Trades, FundingRates };

/// Names the rows of one instrument in one table.
struct RowTable
{
    Symbol symbol;
    RowKind kind = RowKind::Candles;
    market::Timeframe timeframe = market::ONE_MINUTE; ///< Of candles and rollups.

    /// "1m candles", "1h rollup", "trades", "funding rates".
    [[nodiscard]] std::string name() const;
    bool operator==(const RowTable&) const = default;
};

/// What brings the ticks and lots of an instrument to more decimals.
struct RowScale
{
    std::int64_t price = 1;
    std::int64_t size = 1;
};

/// One of two histories that are read side by side.
struct RowSide
{
    HistoryDatabase* store = nullptr; ///< Null where nothing is to be read.
    RowScale scale;
};

/// Reads the same stretch of time of one table from two histories, page by page in the order of time, so that memory
/// stays the same however long the history is.
class RowPages
{
public:
    struct Page
    {
        TimeRange range; ///< Half-open; the pages lie one after the other.
        Rows source;
        Rows destination;
    };

    /// Pages of `range`, none of which holds more than `most` rows of either history unless one second of trades has more.
    RowPages(RowTable table, RowSide source, RowSide destination, TimeRange range, std::size_t most);

    /// The next page; nothing after the last. Fails with Overflow where scaled numbers do not fit.
    [[nodiscard]] Result<std::optional<Page>> next();
    /// Gives `visit` page after page, until one fails.
    template <typename Visit> [[nodiscard]] Result<void> each(Visit visit)
    {
        for (;;) {
            auto page = next();
            if (!page)
                return page.error();
            if (!*page)
                return {};
            if (auto done = visit(**page); !done)
                return done;
        }
    }

private:
    [[nodiscard]] Result<Page> nextCandles();
    [[nodiscard]] Result<Page> nextTrades();
    [[nodiscard]] Result<Page> nextRates();
    [[nodiscard]] Result<Rows> read(const RowSide& side, TimeRange range, std::optional<std::size_t> limit) const;

    RowTable m_table;
    RowSide m_source;
    RowSide m_destination;
    TimeRange m_range;
    std::size_t m_most;
};

[[nodiscard]] market::CandleColumns candlesOf(const Rows& rows);
[[nodiscard]] std::vector<market::FundingRate> ratesOf(const Rows& rows);
/// Trades in as many pieces as writeTrades takes them: all numbered by the venue, or none.
[[nodiscard]] std::vector<market::TradeColumns> tradesOf(const Rows& rows);

} // namespace core::history
