// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that tells everything it keeps, for whoever takes all of it.
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::CandleColumns;
using market::Timeframe;

Result<std::vector<Holding>> SqlHistoryStore::holdings()
{
    std::vector<Symbol> symbols;
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    if (!query.exec(QStringLiteral("SELECT symbol FROM instruments ORDER BY symbol")))
        return fault(query, READING);
    while (query.next()) {
        auto symbol = Symbol::parse(query.value(0).toString().toStdString());
        if (!symbol)
            return Error{ErrorCode::Corrupt,
                         fmt::format("The history {} was edited by hand: {}", m_dialect->connection().name(),
                                     symbol.error().what),
                         "Nothing was changed. Give that instrument a name with a slash, as in BTC/USD, or remove it."};
        symbols.push_back(std::move(*symbol));
    }
    if (query.lastError().isValid())
        return fault(query, READING);
    // Each database has an order of its own for letters.
    std::ranges::sort(symbols);
    std::vector<Holding> all;
    for (const Symbol& symbol : symbols) {
        auto found = stored(symbol);
        if (!found)
            return found.error();
        auto holding = holdingOf(*found);
        if (!holding)
            return holding.error();
        all.push_back(std::move(*holding));
    }
    return all;
}

Result<Holding> SqlHistoryStore::holdingOf(const Stored& stored)
{
    auto written = extents(stored.id);
    auto trades = tradeExtentOf(stored.id);
    auto sync = syncOf(stored.id);
    for (const Error* error : {written ? nullptr : &written.error(), trades ? nullptr : &trades.error(),
                               sync ? nullptr : &sync.error()}) {
        if (error)
            return *error;
    }
    return Holding{stored.instrument, std::move(*written), *trades, std::move(*sync)};
}

Result<std::vector<SyncStatus>> SqlHistoryStore::syncOf(std::int64_t instrument)
{
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT kind, oldest, newest, cursor FROM sync_status WHERE instrument = ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec())
        return fault(query, READING);
    std::vector<SyncStatus> all;
    while (query.next())
        all.push_back({query.value(0).toString().toStdString(), fromMicroseconds(query.value(1).toLongLong()),
                       fromMicroseconds(query.value(2).toLongLong()), query.value(3).toString().toStdString()});
    if (query.lastError().isValid())
        return fault(query, READING);
    std::ranges::sort(all, {}, &SyncStatus::kind);
    return all;
}

Result<CandleColumns> SqlHistoryStore::writtenCandles(const Symbol& symbol, Timeframe timeframe, TimeRange range)
{
    CandleColumns columns;
    auto found = find(symbol);
    if (!found)
        return found.error();
    if (!*found)
        return columns;
    if (auto read = m_dialect->read({(*found)->id, timeframe, false}, range, {}, columns); !read)
        return read.error();
    return columns;
}

} // namespace core::history
