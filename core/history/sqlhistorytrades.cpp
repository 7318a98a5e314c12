// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that keeps trades.
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>
#include <fmt/format.h>

#include <algorithm>

namespace core::history {

using market::TradeColumns;

namespace {

constexpr std::int64_t SECOND = 1'000'000; ///< In microseconds.

bool areNumbered(const TradeColumns& trades)
{
    return trades.id.front() != 0;
}

const char* defect(const TradeColumns& trades, std::size_t i)
{
    if (trades.price[i].ticks() <= 0)
        return "its price is not positive";
    if (trades.size[i].lots() <= 0)
        return "its size is not positive";
    if (trades.id[i] > static_cast<std::uint64_t>(INT64_MAX))
        return "its id is too large";
    if ((trades.id[i] != 0) != areNumbered(trades))
        return "some of the trades have an id and some have none";
    if (i == 0)
        return nullptr;
    const std::int64_t before = toMicroseconds(trades.time[i - 1]);
    const std::int64_t now = toMicroseconds(trades.time[i]);
    if (now < before)
        return "it happened before the one before it";
    if (now == before && areNumbered(trades) && trades.id[i] <= trades.id[i - 1])
        return "its id does not come after the one before it";
    return nullptr;
}

std::int64_t secondOf(Timestamp time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// The whole seconds that the trades lie in.
TimeRange secondsOf(const TradeColumns& trades)
{
    return {Timestamp(std::chrono::seconds(secondOf(trades.time.front()))),
            Timestamp(std::chrono::seconds(secondOf(trades.time.back()) + 1))};
}

/// The trades outside of those seconds, counted 1, 2, … within each time.
TradeColumns countedOutside(const TradeColumns& trades, const std::vector<std::int64_t>& seconds)
{
    TradeColumns kept;
    std::uint64_t ordinal = 0;
    for (std::size_t i = 0; i < trades.count(); ++i) {
        const bool sameTime = i > 0 && toMicroseconds(trades.time[i]) == toMicroseconds(trades.time[i - 1]);
        ordinal = sameTime ? ordinal + 1 : 1;
        if (std::binary_search(seconds.begin(), seconds.end(), secondOf(trades.time[i])))
            continue;
        kept.push(trades.at(i));
        kept.id.back() = ordinal;
    }
    return kept;
}

} // namespace

Result<void> SqlHistoryStore::checkTrades(const TradeColumns& trades)
{
    for (std::size_t i = 0; i < trades.count(); ++i) {
        if (const char* reason = defect(trades, i))
            return Error{ErrorCode::InvalidInput,
                         fmt::format("The trade of {} cannot be stored: {}", formatTimestamp(trades.time[i]), reason),
                         "Nothing was changed."};
    }
    return {};
}

Result<SqlHistoryStore::Stored> SqlHistoryStore::stored(const Symbol& symbol)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    if (!*found)
        return Error{ErrorCode::NotFound, fmt::format("{} is not a stored instrument", symbol.text()),
                     "Nothing was changed. The instrument is stored before its candles and trades."};
    return **found;
}

/// Another program may have given the instrument more decimals since this one was told of them: what comes now is
/// counted in the old ones.
Result<SqlHistoryStore::Stored> SqlHistoryStore::storedToWrite(const Symbol& symbol)
{
    auto found = stored(symbol);
    if (!found)
        return found;
    const std::pair now(found->instrument.priceDecimals, found->instrument.lotDecimals);
    const auto told = m_toldDecimals.find(symbol);
    if (told != m_toldDecimals.end() && told->second != now)
        return Error{ErrorCode::Busy,
                     fmt::format("Another program gave {} more decimals while this one was writing", symbol.text()),
                     "What was committed before is kept, and nothing of the rest. Do it again."};
    return found;
}

Result<std::optional<TradeExtent>> SqlHistoryStore::tradeExtent(const Symbol& symbol)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    return *found ? tradeExtentOf((*found)->id) : Result(std::optional<TradeExtent>());
}

Result<std::optional<TradeExtent>> SqlHistoryStore::tradeExtentOf(std::int64_t instrument)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("SELECT oldest, newest, trades FROM trade_series WHERE instrument = ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec())
        return fault(query, READING);
    if (!query.next())
        return std::optional<TradeExtent>();
    return std::optional(TradeExtent{fromMicroseconds(query.value(0).toLongLong()),
                                     fromMicroseconds(query.value(1).toLongLong()),
                                     query.value(2).toLongLong()});
}

Result<TradeColumns> SqlHistoryStore::trades(const Symbol& symbol, TimeRange range,
                                             std::optional<std::size_t> limit)
{
    TradeColumns columns;
    auto found = find(symbol);
    if (!found)
        return found.error();
    if (!*found)
        return columns;
    if (auto read = m_dialect->readTrades((*found)->id, range, limit, columns); !read)
        return read.error();
    return columns;
}

Result<WriteCount> SqlHistoryStore::writeTrades(const Symbol& symbol, const TradeColumns& trades)
{
    if (auto valid = checkTrades(trades); !valid)
        return valid.error();
    WriteCount count;
    auto done = inTransaction([&]() -> Result<void> {
        auto instrument = storedToWrite(symbol);
        if (!instrument)
            return instrument.error();
        if (trades.empty())
            return {};
        auto written = writeTradesOf(instrument->id, trades);
        if (!written)
            return written.error();
        count = *written;
        return {};
    });
    if (!done)
        return done.error();
    return count;
}

Result<WriteCount> SqlHistoryStore::writeTradesOf(std::int64_t instrument, const TradeColumns& trades)
{
    const bool numbered = areNumbered(trades);
    WriteCount count;
    std::int64_t dropped = 0;
    if (numbered) {
        auto done = dropCountedTrades(instrument, trades);
        if (!done)
            return done.error();
        dropped = *done;
    }
    if (numbered) {
        auto put = m_dialect->putTrades(instrument, trades, true);
        if (!put)
            return put.error();
        count = *put;
    } else {
        auto seconds = secondsWithTrades(instrument, secondsOf(trades), 1);
        if (!seconds)
            return seconds.error();
        const TradeColumns kept = countedOutside(trades, *seconds);
        auto put = m_dialect->putTrades(instrument, kept, false);
        if (!put)
            return put.error();
        count = *put;
        count.unchanged += static_cast<std::int64_t>(trades.count() - kept.count());
    }
    if (count.inserted + dropped != 0) {
        if (auto put = putTradeExtent(instrument, count.inserted - dropped); !put)
            return put.error();
    }
    return count;
}

/// Removes the trades without an id of the venue's from the seconds of the others; says how many.
Result<std::int64_t> SqlHistoryStore::dropCountedTrades(std::int64_t instrument, const TradeColumns& numbered)
{
    auto seconds = secondsWithTrades(instrument, secondsOf(numbered), 0);
    if (!seconds)
        return seconds.error();
    std::int64_t dropped = 0;
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral(
        "DELETE FROM trades WHERE instrument = ? AND time >= ? AND time < ? AND numbered = 0"));
    for (const std::int64_t second : *seconds) {
        const std::size_t next = numbered.lowerBound(Timestamp(std::chrono::seconds(second)));
        if (next == numbered.count() || secondOf(numbered.time[next]) != second)
            continue;
        query.addBindValue(static_cast<qint64>(instrument));
        query.addBindValue(static_cast<qint64>(second * SECOND));
        query.addBindValue(static_cast<qint64>((second + 1) * SECOND));
        if (!query.exec())
            return fault(query, WRITING);
        dropped += query.numRowsAffected();
    }
    return dropped;
}

/// Of which there are some with an id of the venue's, or without.
Result<std::vector<std::int64_t>> SqlHistoryStore::secondsWithTrades(std::int64_t instrument, TimeRange range,
                                                                     int numbered)
{
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT DISTINCT time / %1 FROM trades WHERE instrument = ? AND time >= ? "
                                 "AND time < ? AND numbered = ? ORDER BY 1")
                      .arg(SECOND));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(static_cast<qint64>(toMicroseconds(range.from)));
    query.addBindValue(static_cast<qint64>(toMicroseconds(range.to)));
    query.addBindValue(numbered);
    if (!query.exec())
        return fault(query, READING);
    std::vector<std::int64_t> seconds;
    while (query.next())
        seconds.push_back(query.value(0).toLongLong());
    return seconds;
}

/// The edges are looked up, because dropped trades may have been one.
Result<void> SqlHistoryStore::putTradeExtent(std::int64_t instrument, std::int64_t more)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral(
        "INSERT INTO trade_series (instrument, oldest, newest, trades) VALUES "
        "(?, (SELECT min(time) FROM trades WHERE instrument = ?), "
        "(SELECT max(time) FROM trades WHERE instrument = ?), ?) ON CONFLICT (instrument) DO UPDATE SET "
        "oldest = excluded.oldest, newest = excluded.newest, trades = trade_series.trades + excluded.trades"));
    for (int i = 0; i < 3; ++i)
        query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(static_cast<qint64>(more));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

} // namespace core::history
