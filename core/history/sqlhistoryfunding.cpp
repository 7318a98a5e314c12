// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that keeps funding rates: a few a day, so by QtSql alone.
#include "core/history/sqlhistorystore.h"

#include "core/history/candlerows.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>
#include <fmt/format.h>

namespace core::history {

using market::FundingRate;

namespace {

Result<void> validate(std::span<const FundingRate> rates)
{
    for (const FundingRate& rate : rates) {
        if (rate.rate > MAX_FUNDING_RATE || rate.rate < -MAX_FUNDING_RATE)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("The funding rate of {} is beyond ten percent", formatTimestampShort(rate.time)),
                         "Nothing was changed. Write rates as fractions: 0.0001 is 0.01 %."};
    }
    return {};
}

} // namespace

Result<std::vector<FundingRate>> SqlHistoryStore::fundingRates(const Symbol& symbol, TimeRange range)
{
    std::vector<FundingRate> rates;
    auto found = find(symbol);
    if (!found)
        return found.error();
    if (!*found)
        return rates;
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT time, known_at, rate FROM funding_rates WHERE instrument = ? "
                                 "AND time < ? AND (time >= ? OR known_at >= ?) ORDER BY time"));
    query.addBindValue(static_cast<qint64>((*found)->id));
    query.addBindValue(static_cast<qint64>(microsecondsUp(range.to)));
    query.addBindValue(static_cast<qint64>(microsecondsUp(range.from)));
    query.addBindValue(static_cast<qint64>(microsecondsUp(range.from)));
    if (!query.exec())
        return fault(query, READING);
    while (query.next()) {
        const FundingRate rate{fromMicroseconds(query.value(0).toLongLong()),
                               fromMicroseconds(query.value(1).toLongLong()), query.value(2).toLongLong()};
        if (rate.due() < range.to)
            rates.push_back(rate);
    }
    if (query.lastError().isValid())
        return fault(query, READING);
    std::ranges::stable_sort(rates, {}, &FundingRate::due);
    return rates;
}

Result<WriteCount> SqlHistoryStore::writeFundingRates(const Symbol& symbol, std::span<const FundingRate> rates)
{
    if (auto valid = validate(rates); !valid)
        return valid.error();
    WriteCount count;
    auto done = inTransaction([&]() -> Result<void> {
        auto instrument = stored(symbol);
        if (!instrument)
            return instrument.error();
        auto put = putFundingRates(instrument->id, rates);
        if (!put)
            return put.error();
        count = *put;
        market::Instrument perpetual = instrument->instrument;
        perpetual.kind = market::InstrumentKind::Perpetual;
        return adjust(*instrument, perpetual);
    });
    if (!done)
        return done.error();
    return count;
}

Result<WriteCount> SqlHistoryStore::putFundingRates(std::int64_t instrument, std::span<const FundingRate> rates)
{
    WriteCount count;
    QSqlQuery known(m_dialect->connection().database());
    known.prepare(QStringLiteral("SELECT known_at, rate FROM funding_rates WHERE instrument = ? AND time = ?"));
    QSqlQuery put(m_dialect->connection().database());
    put.prepare(QStringLiteral("INSERT INTO funding_rates (instrument, time, known_at, rate) VALUES (?, ?, ?, ?) "
                               "ON CONFLICT (instrument, time) DO UPDATE SET known_at = excluded.known_at, "
                               "rate = excluded.rate"));
    for (const FundingRate& rate : rates) {
        known.addBindValue(static_cast<qint64>(instrument));
        known.addBindValue(static_cast<qint64>(toMicroseconds(rate.time)));
        if (!known.exec())
            return fault(known, READING);
        const bool isKnown = known.next();
        if (isKnown && known.value(0).toLongLong() == toMicroseconds(rate.knownAt) &&
            known.value(1).toLongLong() == rate.rate) {
            ++count.unchanged;
            continue;
        }
        ++(isKnown ? count.changed : count.inserted);
        put.addBindValue(static_cast<qint64>(instrument));
        put.addBindValue(static_cast<qint64>(toMicroseconds(rate.time)));
        put.addBindValue(static_cast<qint64>(toMicroseconds(rate.knownAt)));
        put.addBindValue(static_cast<qint64>(rate.rate));
        if (!put.exec())
            return fault(put, WRITING);
    }
    return count;
}

} // namespace core::history
