// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"
#include "core/history/sqlconnection.h"

#include <optional>
#include <string>

namespace core::history {

/// Names the candles of one instrument and timeframe: as they were written, or as a rollup.
struct Series
{
    std::int64_t instrument = 0;
    market::Timeframe timeframe = market::ONE_MINUTE;
    bool rollup = false;

    /// "candles" or, for a rollup, "candles_1h".
    [[nodiscard]] std::string table() const;
};

enum class Edge { Oldest, Newest };

/// What differs from one database to the next: the connection, and the paths over which candles and
/// trades flow by the driver's own handle. Everything else is common SQL by QtSql in
/// SqlHistoryStore. Lives on the thread that opened it.
class SqlDialect
{
public:
    virtual ~SqlDialect() = default;

    /// Schema, scripts and transactions of the same database.
    [[nodiscard]] virtual SqlConnection& connection() = 0;
    /// The database and its version, in one line for people.
    [[nodiscard]] virtual std::string describe() = 0;
    /// Makes the reads until the connection's next rollback() see one state of the database; false where they do
    /// already.
    [[nodiscard]] virtual Result<bool> beginView() = 0;
    /// Appends the candles inside `range` to `out`, oldest first; with a limit the newest of them.
    [[nodiscard]] virtual Result<void> read(const Series& series, TimeRange range,
                                            std::optional<std::size_t> limit,
                                            market::CandleColumns& out) = 0;
    /// Inserts or replaces the candles [first, last) of the columns.
    [[nodiscard]] virtual Result<void> put(const Series& series,
                                           const market::CandleColumns& candles, std::size_t first,
                                           std::size_t last) = 0;
    /// The open time of the oldest or newest candle inside the range.
    [[nodiscard]] virtual Result<std::optional<Timestamp>> edge(const Series& series,
                                                                TimeRange range, Edge edge) = 0;

    /// Appends the trades inside `range` to `out`, in order, at most `limit` of them; those that the venue did
    /// not number get the id 0.
    [[nodiscard]] virtual Result<void> readTrades(std::int64_t instrument, TimeRange range,
                                                  std::optional<std::size_t> limit,
                                                  market::TradeColumns& out) = 0;
    /// Inserts or changes trades, whose ids are the venue's or only count those of one time.
    [[nodiscard]] virtual Result<WriteCount> putTrades(std::int64_t instrument,
                                                       const market::TradeColumns& trades,
                                                       bool numbered) = 0;
};

} // namespace core::history
