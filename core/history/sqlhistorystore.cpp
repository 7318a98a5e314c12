// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::CandleColumns;
using market::Instrument;
using market::InstrumentKind;
using market::Timeframe;
using market::VolumeUnit;

namespace {

const QString INSTRUMENT_COLUMNS = QStringLiteral(
    "i.id, i.venue, i.symbol, i.price_decimals, i.lot_decimals, i.minimum_lots, i.volume_unit, "
    "i.minimum_cost, i.kind");

Timeframe fromSeconds(qint64 count)
{
    return Timeframe::minutes(static_cast<int>(count / 60));
}

QString unitText(VolumeUnit unit)
{
    return unit == VolumeUnit::Stated ? QStringLiteral("stated") : QStringLiteral("guessed");
}

QString kindText(InstrumentKind kind)
{
    return kind == InstrumentKind::Perpetual ? QStringLiteral("perpetual") : QStringLiteral("spot");
}

/// Reads INSTRUMENT_COLUMNS. Fails when somebody edited the database by hand.
Result<Instrument> instrumentOf(const QSqlQuery& row)
{
    auto symbol = Symbol::parse(row.value(2).toString().toStdString());
    if (!symbol)
        return symbol.error();
    Instrument instrument;
    instrument.venue = row.value(1).toString().toStdString();
    instrument.symbol = *symbol;
    instrument.priceDecimals = row.value(3).toInt();
    instrument.lotDecimals = row.value(4).toInt();
    instrument.minimumLots = row.value(5).toLongLong();
    instrument.volumeUnit = row.value(6).toString() == QStringLiteral("stated")
                                ? VolumeUnit::Stated
                                : VolumeUnit::Guessed;
    instrument.minimumCost = Money(row.value(7).toLongLong());
    instrument.kind = row.value(8).toString() == QStringLiteral("perpetual") ? InstrumentKind::Perpetual
                                                                             : InstrumentKind::Spot;
    return instrument;
}

Error doesNotFit(const char* what)
{
    return {ErrorCode::Overflow, fmt::format("The stored {} do not fit with that many decimals", what),
            "Nothing was changed. Import with fewer decimals."};
}

Result<void> validate(const Instrument& instrument)
{
    const auto inRange = [](int decimals) { return decimals >= 0 && decimals <= MAX_DECIMALS; };
    if (!inRange(instrument.priceDecimals) || !inRange(instrument.lotDecimals) ||
        instrument.minimumLots < 1 || instrument.minimumCost < Money() || instrument.symbol.text().empty())
        return Error{ErrorCode::InvalidInput,
                     fmt::format("The instrument \"{}\" is not complete", instrument.symbol.text()),
                     "It needs a symbol, 0 to 12 decimals and a minimum of at least one lot step."};
    return {};
}

} // namespace

Error SqlHistoryStore::fault(const QSqlQuery& query, const char* doing)
{
    return m_dialect->connection().error(query.lastError(), doing);
}

Result<std::vector<Coverage>> SqlHistoryStore::coverage()
{
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    if (!query.exec(
            QStringLiteral("SELECT ") + INSTRUMENT_COLUMNS +
            QStringLiteral(
                ", s.timeframe, s.oldest, s.newest, s.candles FROM instruments i "
                "JOIN series s ON s.instrument = i.id WHERE s.timeframe = (SELECT "
                "min(f.timeframe) FROM series f WHERE f.instrument = i.id) ORDER BY i.symbol")))
        return fault(query, READING);
    std::vector<Coverage> all;
    while (query.next()) {
        auto instrument = instrumentOf(query);
        if (!instrument)
            return instrument.error();
        all.push_back({*instrument, fromSeconds(query.value(9).toLongLong()),
                       fromMicroseconds(query.value(10).toLongLong()),
                       fromMicroseconds(query.value(11).toLongLong()),
                       query.value(12).toLongLong()});
    }
    if (query.lastError().isValid())
        return fault(query, READING);
    return all;
}

Result<Coverage> SqlHistoryStore::coverage(const Symbol& symbol)
{
    auto all = coverage();
    if (!all)
        return all.error();
    for (const Coverage& one : *all) {
        if (one.instrument.symbol == symbol)
            return one;
    }
    return nothingStored(symbol);
}

Result<SqlHistoryStore::Written> SqlHistoryStore::writtenOf(const Symbol& symbol)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    auto written = *found ? extents((*found)->id) : Result(std::vector<Extent>());
    if (!written)
        return written.error();
    if (written->empty())
        return nothingStored(symbol);
    return Written{std::move(**found), std::move(*written)};
}

Error SqlHistoryStore::nothingStored(const Symbol& symbol)
{
    std::string names;
    if (const auto all = coverage()) {
        for (const Coverage& one : *all)
            names += (names.empty() ? "" : ", ") + one.instrument.symbol.text();
    }
    return {ErrorCode::NotFound, fmt::format("There is no history of {}", symbol.text()),
            names.empty() ? "Nothing is stored yet. Import a file of candles first."
                          : fmt::format("Stored are: {}.", names)};
}

Result<std::optional<SqlHistoryStore::Stored>> SqlHistoryStore::find(const Symbol& symbol)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("SELECT ") + INSTRUMENT_COLUMNS +
                  QStringLiteral(" FROM instruments i WHERE i.symbol = ?"));
    query.addBindValue(QString::fromStdString(symbol.text()));
    if (!query.exec())
        return fault(query, READING);
    if (!query.next())
        return std::optional<Stored>();
    auto instrument = instrumentOf(query);
    if (!instrument)
        return instrument.error();
    return std::optional(Stored{query.value(0).toLongLong(), *instrument});
}

/// What was written of an instrument, finest timeframe first.
Result<std::vector<SqlHistoryStore::Extent>> SqlHistoryStore::extents(std::int64_t instrument)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("SELECT timeframe, oldest, newest, candles FROM series "
                                 "WHERE instrument = ? ORDER BY timeframe"));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec())
        return fault(query, READING);
    std::vector<Extent> result;
    while (query.next())
        result.push_back({fromSeconds(query.value(0).toLongLong()),
                          fromMicroseconds(query.value(1).toLongLong()),
                          fromMicroseconds(query.value(2).toLongLong()),
                          query.value(3).toLongLong()});
    return result;
}

Result<CandleColumns> SqlHistoryStore::candles(const Symbol& symbol, Timeframe timeframe,
                                               TimeRange range, std::optional<std::size_t> limit)
{
    const auto written = writtenOf(symbol);
    if (!written)
        return written.error();
    const Extent& finest = written->extents.front();
    if (!isStoredTimeframe(timeframe) || timeframe < finest.timeframe)
        return Error{
            ErrorCode::NotFound,
            fmt::format("There are no {} candles of {}", timeframe.text(), symbol.text()),
            fmt::format("It is stored at {} and the coarser of 5m 15m 30m 1h 4h 12h 1d 1w.",
                        finest.timeframe.text())};
    CandleColumns columns;
    const auto from = std::max(range.from, finest.oldest);
    const auto to = std::min(range.to, finest.newest + finest.timeframe.length());
    const auto steps =
        from < to ? static_cast<std::size_t>((to - from) / timeframe.length()) + 2 : 0;
    columns.reserve(
        std::min({steps, static_cast<std::size_t>(finest.candles) + 2, limit.value_or(SIZE_MAX)}));
    const Series series{written->of.id, timeframe, timeframe != finest.timeframe};
    if (auto read = m_dialect->read(series, range, limit, columns); !read)
        return read.error();
    return columns;
}

Result<Instrument> SqlHistoryStore::putInstrument(const Instrument& instrument)
{
    if (auto valid = validate(instrument); !valid)
        return valid.error();
    Instrument result = instrument;
    auto done = inTransaction([&]() -> Result<void> {
        auto stored = find(instrument.symbol);
        if (!stored)
            return stored.error();
        if (!*stored)
            return insert(instrument);
        auto adjusted = adjust(**stored, instrument);
        result = (*stored)->instrument;
        return adjusted;
    });
    if (!done)
        return done.error();
    m_toldDecimals[result.symbol] = {result.priceDecimals, result.lotDecimals};
    return result;
}

Result<void> SqlHistoryStore::insert(const Instrument& instrument)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(
        QStringLiteral("INSERT INTO instruments (venue, symbol, base, quote, price_decimals, "
                       "lot_decimals, minimum_lots, volume_unit, minimum_cost, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    query.addBindValue(QString::fromStdString(instrument.venue));
    query.addBindValue(QString::fromStdString(instrument.symbol.text()));
    query.addBindValue(QString::fromStdString(instrument.symbol.base()));
    query.addBindValue(QString::fromStdString(instrument.symbol.quote()));
    query.addBindValue(instrument.priceDecimals);
    query.addBindValue(instrument.lotDecimals);
    query.addBindValue(static_cast<qint64>(instrument.minimumLots));
    query.addBindValue(unitText(instrument.volumeUnit));
    query.addBindValue(static_cast<qint64>(instrument.minimumCost.count()));
    query.addBindValue(kindText(instrument.kind));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

/// Merges what is wanted into what is stored: decimals and the certainty of the unit only ever
/// grow, and what was once a perpetual stays one.
Result<void> SqlHistoryStore::adjust(Stored& stored, const Instrument& wanted)
{
    Instrument& now = stored.instrument;
    if (now.venue != wanted.venue)
        return Error{
            ErrorCode::AlreadyExists,
            fmt::format("{} is already stored from the venue \"{}\"", now.symbol.text(), now.venue),
            fmt::format("Nothing was changed. Import \"{}\" under another symbol.", wanted.venue)};
    const int morePrice = wanted.priceDecimals - now.priceDecimals;
    const int lotDecimals = std::max(now.lotDecimals, wanted.lotDecimals);
    // One lot step is what an importer says that knows no minimum; it does not undo a known one.
    const Instrument& minimum = wanted.minimumLots > 1 ? wanted : now;
    const Int128 lots = Int128(minimum.minimumLots) * powerOfTen(lotDecimals - minimum.lotDecimals);
    if (!fitsInt64(lots))
        return Error{ErrorCode::Overflow, "The minimum order size is too large",
                     "Nothing was changed."};
    const int moreLot = lotDecimals - now.lotDecimals;
    now.minimumLots = static_cast<std::int64_t>(lots);
    if (wanted.minimumCost > Money())
        now.minimumCost = wanted.minimumCost;
    if (wanted.kind == InstrumentKind::Perpetual)
        now.kind = wanted.kind;
    now.lotDecimals = lotDecimals;
    now.priceDecimals = std::max(now.priceDecimals, wanted.priceDecimals);
    if (wanted.volumeUnit == VolumeUnit::Stated)
        now.volumeUnit = VolumeUnit::Stated;
    if (morePrice > 0 || moreLot > 0) {
        if (auto free = m_dialect->connection().takeTime(); !free)
            return free;
    }
    if (morePrice > 0) {
        if (auto done = rescale(stored.id, morePrice); !done)
            return done;
    }
    if (morePrice > 0 || moreLot > 0) {
        if (auto done = rescaleTrades(stored.id, std::max(morePrice, 0), moreLot); !done)
            return done;
    }
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("UPDATE instruments SET price_decimals = ?, lot_decimals = ?, "
                                 "minimum_lots = ?, volume_unit = ?, minimum_cost = ?, kind = ? WHERE id = ?"));
    query.addBindValue(now.priceDecimals);
    query.addBindValue(now.lotDecimals);
    query.addBindValue(static_cast<qint64>(now.minimumLots));
    query.addBindValue(unitText(now.volumeUnit));
    query.addBindValue(static_cast<qint64>(now.minimumCost.count()));
    query.addBindValue(kindText(now.kind));
    query.addBindValue(static_cast<qint64>(stored.id));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

Result<void> SqlHistoryStore::rescale(std::int64_t instrument, int moreDecimals)
{
    const std::int64_t factor = powerOfTen(moreDecimals);
    auto done = rescaleTable("candles", instrument, factor);
    for (std::size_t i = 1; done && i < market::ALL_TIMEFRAMES.size(); ++i)
        done = rescaleTable(Series{instrument, market::ALL_TIMEFRAMES[i], true}.table(), instrument,
                            factor);
    return done;
}

Result<void> SqlHistoryStore::rescaleTable(const std::string& table, std::int64_t instrument,
                                           std::int64_t factor)
{
    const QString name = QString::fromStdString(table);
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("SELECT max(high) FROM %1 WHERE instrument = ?").arg(name));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec() || !query.next())
        return fault(query, READING);
    if (!fitsInt64(Int128(query.value(0).toLongLong()) * factor))
        return doesNotFit("prices");
    query.prepare(
        QStringLiteral("UPDATE %1 SET open = open * ?1, high = high * ?1, low = low * ?1, "
                       "close = close * ?1 WHERE instrument = ?2")
            .arg(name)
            .replace(QStringLiteral("?1"), QString::number(factor))
            .replace(QStringLiteral("?2"), QStringLiteral("?")));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

Result<void> SqlHistoryStore::rescaleTrades(std::int64_t instrument, int morePrice, int moreLot)
{
    const std::int64_t priceFactor = powerOfTen(morePrice);
    const std::int64_t sizeFactor = powerOfTen(moreLot);
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("SELECT max(price), max(size) FROM trades WHERE instrument = ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec() || !query.next())
        return fault(query, READING);
    if (!fitsInt64(Int128(query.value(0).toLongLong()) * priceFactor))
        return doesNotFit("prices");
    if (!fitsInt64(Int128(query.value(1).toLongLong()) * sizeFactor))
        return doesNotFit("sizes");
    query.prepare(QStringLiteral("UPDATE trades SET price = price * %1, size = size * %2 WHERE instrument = ?")
                      .arg(priceFactor)
                      .arg(sizeFactor));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

} // namespace core::history
