// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that keeps what is verified, and finds gaps.
#include "core/history/sqlhistorystore.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

namespace core::history {

using market::Timeframe;

namespace {

constexpr const char* READING = "reading";
constexpr const char* WRITING = "writing to";

/// 0 stands for trades.
std::int32_t asStored(std::optional<Timeframe> timeframe)
{
    return timeframe ? seconds(*timeframe) : 0;
}

qint64 asStored(Timestamp time)
{
    return static_cast<qint64>(toMicroseconds(time));
}

/// Takes runs of missing candles, oldest first, and tells what is verified of them from what is a gap.
class GapSum
{
public:
    GapSum(std::vector<TimeRange> verified, Nanoseconds step, std::size_t limit)
        : m_verified(std::move(verified)), m_step(step), m_limit(limit)
    {}

    void add(TimeRange run)
    {
        while (m_next < m_verified.size() && m_verified[m_next].to <= run.from)
            ++m_next;
        Timestamp at = run.from;
        for (std::size_t i = m_next; i < m_verified.size() && m_verified[i].from < run.to; ++i) {
            addGap({at, m_verified[i].from});
            const Timestamp end = std::min(m_verified[i].to, run.to);
            m_gaps.verifiedEmpty += (end - std::max(at, m_verified[i].from)) / m_step;
            at = end;
        }
        addGap({at, run.to});
    }
    [[nodiscard]] const Gaps& gaps() const { return m_gaps; }

private:
    void addGap(TimeRange gap)
    {
        if (gap.from >= gap.to)
            return;
        ++m_gaps.count;
        m_gaps.missing += (gap.to - gap.from) / m_step;
        if (m_gaps.ranges.size() < m_limit)
            m_gaps.ranges.push_back(gap);
    }

    std::vector<TimeRange> m_verified;
    Nanoseconds m_step;
    std::size_t m_limit;
    std::size_t m_next = 0;
    Gaps m_gaps;
};

/// As few ranges as cover the same times.
std::vector<TimeRange> merged(std::vector<TimeRange> ranges)
{
    std::sort(ranges.begin(), ranges.end(), [](TimeRange a, TimeRange b) { return a.from < b.from; });
    std::vector<TimeRange> result;
    for (const TimeRange range : ranges) {
        if (!result.empty() && range.from <= result.back().to)
            result.back().to = std::max(result.back().to, range.to);
        else
            result.push_back(range);
    }
    return result;
}

} // namespace

/// The verified ranges that overlap or touch the given one.
Result<std::vector<TimeRange>> SqlHistoryStore::verifiedOf(std::int64_t instrument,
                                                           std::optional<Timeframe> timeframe,
                                                           TimeRange touching)
{
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT from_time, to_time FROM verified_ranges WHERE instrument = ? AND "
                                 "timeframe = ? AND from_time <= ? AND to_time >= ? ORDER BY from_time"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(timeframe));
    query.addBindValue(asStored(touching.to));
    query.addBindValue(asStored(touching.from));
    if (!query.exec())
        return fault(query, READING);
    std::vector<TimeRange> ranges;
    while (query.next())
        ranges.push_back(
            {fromMicroseconds(query.value(0).toLongLong()), fromMicroseconds(query.value(1).toLongLong())});
    return ranges;
}

Result<std::vector<TimeRange>> SqlHistoryStore::verified(const Symbol& symbol,
                                                         std::optional<Timeframe> timeframe)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    return *found ? verifiedOf((*found)->id, timeframe, {}) : Result(std::vector<TimeRange>());
}

/// One range takes the place of all that it overlaps or touches.
Result<void> SqlHistoryStore::putVerified(std::int64_t instrument, const VerifiedRange& verified)
{
    if (verified.range.from >= verified.range.to)
        return {};
    auto ranges = verifiedOf(instrument, verified.timeframe, verified.range);
    if (!ranges)
        return ranges.error();
    ranges->push_back(verified.range);
    const TimeRange whole = merged(*ranges).front();
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("DELETE FROM verified_ranges WHERE instrument = ? AND timeframe = ? AND "
                                 "from_time >= ? AND to_time <= ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(verified.timeframe));
    query.addBindValue(asStored(whole.from));
    query.addBindValue(asStored(whole.to));
    if (!query.exec())
        return fault(query, WRITING);
    query.prepare(QStringLiteral(
        "INSERT INTO verified_ranges (instrument, timeframe, from_time, to_time) VALUES (?, ?, ?, ?)"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(verified.timeframe));
    query.addBindValue(asStored(whole.from));
    query.addBindValue(asStored(whole.to));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

Result<Gaps> SqlHistoryStore::gaps(const Symbol& symbol, std::size_t limit)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    auto written = *found ? extents((*found)->id) : Result(std::vector<Extent>());
    if (!written)
        return written.error();
    if (written->empty())
        return nothingStored(symbol);
    const Extent& finest = written->front();
    // Where every trade of a minute is known, an hour without any is known too.
    std::vector<TimeRange> known;
    std::vector<std::optional<Timeframe>> fineEnough = {std::nullopt};
    std::copy_if(market::ALL_TIMEFRAMES.begin(), market::ALL_TIMEFRAMES.end(), std::back_inserter(fineEnough),
                 [&](Timeframe timeframe) { return timeframe <= finest.timeframe; });
    for (const auto timeframe : fineEnough) {
        auto ranges = verifiedOf((*found)->id, timeframe, {});
        if (!ranges)
            return ranges.error();
        known.insert(known.end(), ranges->begin(), ranges->end());
    }
    const auto step = std::chrono::duration_cast<std::chrono::microseconds>(finest.timeframe.length()).count();
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral(
        "SELECT open_time, following FROM (SELECT open_time, lead(open_time) OVER (ORDER BY open_time) AS following "
        "FROM candles WHERE instrument = ? AND timeframe = ?) AS pairs WHERE following - open_time > ? "
        "ORDER BY open_time"));
    query.addBindValue(static_cast<qint64>((*found)->id));
    query.addBindValue(seconds(finest.timeframe));
    query.addBindValue(static_cast<qint64>(step));
    if (!query.exec())
        return fault(query, READING);
    GapSum sum(merged(std::move(known)), finest.timeframe.length(), limit);
    while (query.next())
        sum.add({fromMicroseconds(query.value(0).toLongLong() + step), fromMicroseconds(query.value(1).toLongLong())});
    if (query.lastError().isValid())
        return fault(query, READING);
    return sum.gaps();
}

} // namespace core::history
