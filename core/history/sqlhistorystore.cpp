// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sqlhistorystore.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::CandleColumns;
using market::Instrument;
using market::Timeframe;
using market::VolumeUnit;

namespace {

constexpr const char* READING = "reading";
constexpr const char* WRITING = "writing to";
/// More than anything was ever traded; beyond it sums over a week would lose their meaning.
constexpr double MAX_VOLUME = 1e24;
/// Stored candles in gaps of a batch longer than this many steps are not worth reading along.
constexpr int MAX_READ_ALONG = 64;
constexpr std::size_t COMPARE_ROWS = 4096;

const QString INSTRUMENT_COLUMNS = QStringLiteral(
    "i.id, i.venue, i.symbol, i.price_decimals, i.lot_decimals, i.minimum_lots, i.volume_unit");

qint64 seconds(Timeframe timeframe)
{
    return std::chrono::duration_cast<std::chrono::seconds>(timeframe.length()).count();
}

Timeframe fromSeconds(qint64 count)
{
    return Timeframe::minutes(static_cast<int>(count / 60));
}

QString unitText(VolumeUnit unit)
{
    return unit == VolumeUnit::Stated ? QStringLiteral("stated") : QStringLiteral("guessed");
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
    return instrument;
}

bool isStored(Timeframe timeframe)
{
    const auto& all = market::ALL_TIMEFRAMES;
    return std::find(all.begin(), all.end(), timeframe) != all.end();
}

Error rejected(const CandleColumns& candles, std::size_t index, const std::string& reason)
{
    return {ErrorCode::InvalidInput,
            fmt::format("The candle of {} cannot be stored: {}",
                        formatTimestampShort(candles.openTime[index]), reason),
            "Nothing was changed."};
}

Result<void> validate(Timeframe timeframe, const CandleColumns& candles)
{
    if (!isStored(timeframe))
        return Error{ErrorCode::InvalidInput,
                     fmt::format("Candles of {} are not stored", timeframe.text()),
                     "Use one of 1m 5m 15m 30m 1h 4h 12h 1d 1w."};
    for (std::size_t i = 0; i < candles.size(); ++i) {
        if (const char* defect = market::candleDefect(candles.at(i)))
            return rejected(candles, i, defect);
        if (candles.volume[i] > MAX_VOLUME)
            return rejected(candles, i, "the volume is absurdly large");
        if (timeframe.floor(candles.openTime[i]) != candles.openTime[i])
            return rejected(candles, i, "its time is not a multiple of " + timeframe.text());
        if (i > 0 && candles.openTime[i] <= candles.openTime[i - 1])
            return rejected(candles, i, "it does not come after the one before it");
    }
    return {};
}

Result<void> validate(const Instrument& instrument)
{
    const auto inRange = [](int decimals) { return decimals >= 0 && decimals <= MAX_DECIMALS; };
    if (!inRange(instrument.priceDecimals) || !inRange(instrument.lotDecimals) ||
        instrument.minimumLots < 1 || instrument.symbol.text().empty())
        return Error{ErrorCode::InvalidInput,
                     fmt::format("The instrument \"{}\" is not complete", instrument.symbol.text()),
                     "It needs a symbol, 0 to 12 decimals and a minimum of at least one lot step."};
    return {};
}

/// The stretches of written rows between which nothing else is stored, or too little to part them.
std::vector<WrittenStretch> stretches(const CandleColumns& candles, Timeframe timeframe,
                                      const std::vector<bool>& dirty,
                                      const std::vector<bool>& foreignBefore)
{
    std::vector<WrittenStretch> result;
    bool foreign = false;
    for (std::size_t i = 0; i < candles.size(); ++i) {
        foreign = foreign || foreignBefore[i];
        if (!dirty[i])
            continue;
        const bool far =
            !result.empty() && candles.openTime[i] - candles.openTime[result.back().last - 1] >
                                   MAX_READ_ALONG * timeframe.length();
        if (result.empty() || (foreign && far))
            result.push_back({i, i + 1, true});
        else
            result.back() = {result.back().first, i + 1, result.back().whole && !foreign};
        foreign = false;
    }
    return result;
}

} // namespace

Error SqlHistoryStore::fault(const QSqlQuery& query, const char* doing)
{
    return m_dialect->error(query.lastError(), doing);
}

template <typename Action> Result<void> SqlHistoryStore::inTransaction(Action action)
{
    Result<void> done = m_dialect->begin();
    if (!done)
        return done;
    done = action();
    if (done)
        done = m_dialect->commit();
    if (!done)
        m_dialect->rollback();
    return done;
}

Result<std::vector<Coverage>> SqlHistoryStore::coverage()
{
    QSqlQuery query(m_dialect->database());
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
        all.push_back({*instrument, fromSeconds(query.value(7).toLongLong()),
                       fromMicroseconds(query.value(8).toLongLong()),
                       fromMicroseconds(query.value(9).toLongLong()),
                       query.value(10).toLongLong()});
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
    QSqlQuery query(m_dialect->database());
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
    QSqlQuery query(m_dialect->database());
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
    auto stored = find(symbol);
    if (!stored)
        return stored.error();
    auto written = *stored ? extents((*stored)->id) : Result(std::vector<Extent>());
    if (!written)
        return written.error();
    if (written->empty())
        return nothingStored(symbol);
    const Extent& finest = written->front();
    if (!isStored(timeframe) || timeframe < finest.timeframe)
        return Error{
            ErrorCode::NotFound,
            fmt::format("There are no {} candles of {}", timeframe.text(), symbol.text()),
            fmt::format("It is stored at {} and the coarser of 5m 15m 30m 1h 4h 12h 1d 1w.",
                        finest.timeframe.text())};
    CandleColumns columns;
    const auto from = std::max(range.from, written->front().oldest);
    const auto to = std::min(range.to, finest.newest + finest.timeframe.length());
    const auto steps =
        from < to ? static_cast<std::size_t>((to - from) / timeframe.length()) + 2 : 0;
    columns.reserve(
        std::min({steps, static_cast<std::size_t>(finest.candles) + 2, limit.value_or(SIZE_MAX)}));
    const Series series{(*stored)->id, timeframe, timeframe != finest.timeframe};
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
    return result;
}

Result<void> SqlHistoryStore::insert(const Instrument& instrument)
{
    QSqlQuery query(m_dialect->database());
    query.prepare(
        QStringLiteral("INSERT INTO instruments (venue, symbol, base, quote, price_decimals, "
                       "lot_decimals, minimum_lots, volume_unit) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    query.addBindValue(QString::fromStdString(instrument.venue));
    query.addBindValue(QString::fromStdString(instrument.symbol.text()));
    query.addBindValue(QString::fromStdString(instrument.symbol.base()));
    query.addBindValue(QString::fromStdString(instrument.symbol.quote()));
    query.addBindValue(instrument.priceDecimals);
    query.addBindValue(instrument.lotDecimals);
    query.addBindValue(static_cast<qint64>(instrument.minimumLots));
    query.addBindValue(unitText(instrument.volumeUnit));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

/// Merges what is wanted into what is stored: decimals and the certainty of the unit only ever
/// grow.
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
    now.minimumLots = static_cast<std::int64_t>(lots);
    now.lotDecimals = lotDecimals;
    now.priceDecimals = std::max(now.priceDecimals, wanted.priceDecimals);
    if (wanted.volumeUnit == VolumeUnit::Stated)
        now.volumeUnit = VolumeUnit::Stated;
    if (morePrice > 0) {
        if (auto done = rescale(stored.id, morePrice); !done)
            return done;
    }
    QSqlQuery query(m_dialect->database());
    query.prepare(QStringLiteral("UPDATE instruments SET price_decimals = ?, lot_decimals = ?, "
                                 "minimum_lots = ?, volume_unit = ? WHERE id = ?"));
    query.addBindValue(now.priceDecimals);
    query.addBindValue(now.lotDecimals);
    query.addBindValue(static_cast<qint64>(now.minimumLots));
    query.addBindValue(unitText(now.volumeUnit));
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
    QSqlQuery query(m_dialect->database());
    query.prepare(QStringLiteral("SELECT max(high) FROM %1 WHERE instrument = ?").arg(name));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec() || !query.next())
        return fault(query, READING);
    if (!fitsInt64(Int128(query.value(0).toLongLong()) * factor))
        return Error{ErrorCode::Overflow, "The stored prices do not fit with that many decimals",
                     "Nothing was changed. Import with fewer price decimals."};
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

Result<WriteCount> SqlHistoryStore::write(const Symbol& symbol, Timeframe timeframe,
                                          const CandleColumns& candles)
{
    if (auto valid = validate(timeframe, candles); !valid)
        return valid.error();
    WriteCount count;
    auto done = inTransaction([&]() -> Result<void> {
        auto stored = find(symbol);
        if (!stored)
            return stored.error();
        if (!*stored)
            return Error{ErrorCode::NotFound,
                         fmt::format("{} is not a stored instrument", symbol.text()),
                         "Nothing was changed. The instrument is stored before its candles."};
        if (candles.empty())
            return {};
        auto written = writeStored((*stored)->id, timeframe, candles);
        if (!written)
            return written.error();
        count = *written;
        return {};
    });
    if (!done)
        return done.error();
    return count;
}

Result<WriteCount> SqlHistoryStore::writeStored(std::int64_t instrument, Timeframe timeframe,
                                                const CandleColumns& candles)
{
    auto before = extents(instrument);
    if (!before)
        return before.error();
    const auto known = std::find_if(before->begin(), before->end(),
                                    [&](const Extent& e) { return e.timeframe == timeframe; });
    const Series series{instrument, timeframe, false};
    auto changes = compare(series, known == before->end() ? nullptr : &*known, candles);
    if (!changes)
        return changes.error();
    if (changes->count.inserted + changes->count.changed == 0)
        return changes->count;
    Extent extent{timeframe, candles.openTime.front(), candles.openTime.back(),
                  changes->count.inserted};
    std::vector<Timeframe> written;
    for (const Extent& one : *before)
        written.push_back(one.timeframe);
    if (known != before->end()) {
        extent = {timeframe, std::min(extent.oldest, known->oldest),
                  std::max(extent.newest, known->newest), known->candles + changes->count.inserted};
    } else {
        written.insert(std::upper_bound(written.begin(), written.end(), timeframe), timeframe);
        if (!before->empty() && timeframe < before->front().timeframe) {
            if (auto kept = keepCoarse(instrument, before->front().timeframe); !kept)
                return kept.error();
        }
    }
    if (auto put = putDirty(series, candles, *changes); !put)
        return put.error();
    if (auto put = putExtent(instrument, extent); !put)
        return put.error();
    RollupKeeper rollups(*m_dialect, instrument, std::move(written));
    for (const auto& stretch :
         stretches(candles, timeframe, changes->dirty, changes->foreignBefore)) {
        if (auto kept = rollups.update(timeframe, candles, stretch); !kept)
            return kept.error();
    }
    return changes->count;
}

/// What was the finest timeframe becomes a rollup that so far nothing finer lies under.
Result<void> SqlHistoryStore::keepCoarse(std::int64_t instrument, Timeframe formerFinest)
{
    const QString columns =
        QStringLiteral("instrument, open_time, open, high, low, close, volume, trades");
    QSqlQuery query(m_dialect->database());
    query.prepare(
        QStringLiteral(
            "INSERT INTO %1 (%2) SELECT %2 FROM candles WHERE instrument = ? AND timeframe = ?")
            .arg(QString::fromStdString(Series{instrument, formerFinest, true}.table()), columns));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(seconds(formerFinest));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

Result<SqlHistoryStore::Changes>
SqlHistoryStore::compare(const Series& series, const Extent* extent, const CandleColumns& candles)
{
    Changes changes;
    changes.dirty.assign(candles.size(), true);
    changes.foreignBefore.assign(candles.size(), false);
    if (!extent || candles.openTime.front() > extent->newest ||
        candles.openTime.back() < extent->oldest) {
        changes.count.inserted = static_cast<std::int64_t>(candles.size());
        return changes;
    }
    const Nanoseconds far = MAX_READ_ALONG * series.timeframe.length();
    std::size_t first = 0;
    for (std::size_t i = 1; i <= candles.size(); ++i) {
        const bool last = i == candles.size();
        if (!last && i - first < COMPARE_ROWS &&
            candles.openTime[i] - candles.openTime[i - 1] <= far)
            continue;
        if (auto done = compareStretch(series, candles, first, i, changes); !done)
            return done.error();
        if (!last) {
            const TimeRange gap{candles.openTime[i - 1] + Nanoseconds(1), candles.openTime[i]};
            auto between = m_dialect->edge(series, gap, Edge::Oldest);
            if (!between)
                return between.error();
            changes.foreignBefore[i] = between->has_value();
        }
        first = i;
    }
    return changes;
}

Result<void> SqlHistoryStore::compareStretch(const Series& series, const CandleColumns& candles,
                                             std::size_t first, std::size_t last, Changes& changes)
{
    CandleColumns stored;
    const TimeRange range{candles.openTime[first], candles.openTime[last - 1] + Nanoseconds(1)};
    if (auto read = m_dialect->read(series, range, {}, stored); !read)
        return read;
    std::size_t next = 0;
    for (std::size_t i = first; i < last; ++i) {
        for (; next < stored.size() && stored.openTime[next] < candles.openTime[i]; ++next)
            changes.foreignBefore[i] = true;
        if (next == stored.size() || stored.openTime[next] != candles.openTime[i]) {
            ++changes.count.inserted;
        } else if (stored.at(next) == candles.at(i)) {
            changes.dirty[i] = false;
            ++changes.count.unchanged;
            ++next;
        } else {
            ++changes.count.changed;
            ++next;
        }
    }
    return {};
}

Result<void> SqlHistoryStore::putDirty(const Series& series, const CandleColumns& candles,
                                       const Changes& changes)
{
    for (std::size_t i = 0; i < candles.size();) {
        std::size_t end = i;
        while (end < candles.size() && changes.dirty[end])
            ++end;
        if (end > i) {
            if (auto put = m_dialect->put(series, candles, i, end); !put)
                return put;
        }
        i = end + 1;
    }
    return {};
}

Result<void> SqlHistoryStore::putExtent(std::int64_t instrument, const Extent& extent)
{
    QSqlQuery query(m_dialect->database());
    query.prepare(QStringLiteral(
        "INSERT INTO series (instrument, timeframe, oldest, newest, candles) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (instrument, timeframe) DO UPDATE SET "
        "oldest = excluded.oldest, newest = excluded.newest, candles = excluded.candles"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(seconds(extent.timeframe));
    query.addBindValue(static_cast<qint64>(toMicroseconds(extent.oldest)));
    query.addBindValue(static_cast<qint64>(toMicroseconds(extent.newest)));
    query.addBindValue(static_cast<qint64>(extent.candles));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

} // namespace core::history
