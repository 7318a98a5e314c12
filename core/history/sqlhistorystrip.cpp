// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that says how a range is covered, as finely as it is drawn.
#include "core/history/missingruns.h"
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

namespace core::history {

namespace {

/// Wider than any screen.
constexpr std::size_t MAX_BINS = 16'384;

/// Sums up what is missing of each stretch of a strip.
class StripBins
{
public:
    StripBins(TimeRange range, Nanoseconds step, std::size_t wanted) : m_range(range), m_step(step)
    {
        const auto steps = (range.to - range.from) / step;
        const auto most = static_cast<std::int64_t>(std::clamp<std::size_t>(wanted, 1, MAX_BINS));
        // Whole candles, so that none lies in two stretches.
        m_length = std::max<std::int64_t>(1, (steps + most - 1) / most) * step;
        m_bins.resize(static_cast<std::size_t>((range.to - range.from + m_length - Nanoseconds(1)) / m_length));
    }

    void addGap(TimeRange gap)
    {
        ++m_strip.gaps;
        m_strip.missing += spread(gap, &Bin::missing);
    }
    void addEmpty(TimeRange empty) { m_strip.verifiedEmpty += spread(empty, &Bin::empty); }
    [[nodiscard]] Nanoseconds length() const { return m_length; }
    [[nodiscard]] std::size_t count() const { return m_bins.size(); }

    [[nodiscard]] CoverageStrip strip(const std::vector<bool>& hasTrades) &&
    {
        m_strip.range = m_range;
        for (std::size_t i = 0; i < m_bins.size(); ++i) {
            const TimeRange range = rangeOf(i);
            const StripKind kind = kindOf(m_bins[i], (range.to - range.from) / m_step, hasTrades[i]);
            if (!m_strip.runs.empty() && m_strip.runs.back().kind == kind) {
                m_strip.runs.back().range.to = range.to;
                m_strip.runs.back().missing += m_bins[i].missing;
            } else {
                m_strip.runs.push_back({range, kind, m_bins[i].missing});
            }
        }
        return std::move(m_strip);
    }

private:
    struct Bin
    {
        std::int64_t missing = 0;
        std::int64_t empty = 0;
    };

    [[nodiscard]] TimeRange rangeOf(std::size_t bin) const
    {
        const Timestamp from = m_range.from + static_cast<std::int64_t>(bin) * m_length;
        return {from, std::min(from + m_length, m_range.to)};
    }

    std::int64_t spread(TimeRange run, std::int64_t Bin::*sum)
    {
        for (auto bin = static_cast<std::size_t>((run.from - m_range.from) / m_length); bin < m_bins.size(); ++bin) {
            const TimeRange part = rangeOf(bin);
            if (part.from >= run.to)
                break;
            m_bins[bin].*sum += (std::min(part.to, run.to) - std::max(part.from, run.from)) / m_step;
        }
        return (run.to - run.from) / m_step;
    }

    [[nodiscard]] static StripKind kindOf(const Bin& bin, std::int64_t candles, bool hasTrades)
    {
        if (2 * bin.missing >= candles)
            return StripKind::Gap;
        if (bin.missing > 0)
            return StripKind::Partly;
        if (2 * bin.empty > candles)
            return StripKind::Empty;
        return hasTrades ? StripKind::FromTrades : StripKind::Imported;
    }

    TimeRange m_range;
    Nanoseconds m_step;
    Nanoseconds m_length{0};
    std::vector<Bin> m_bins;
    CoverageStrip m_strip;
};

} // namespace

Result<CoverageStrip> SqlHistoryStore::strip(const Symbol& symbol, TimeRange range, std::size_t bins)
{
    return inView([&] { return stripOf(symbol, range, bins); });
}

Result<CoverageStrip> SqlHistoryStore::stripOf(const Symbol& symbol, TimeRange range, std::size_t bins)
{
    const auto written = writtenOf(symbol);
    if (!written)
        return written.error();
    const Extent& finest = written->extents.front();
    const Nanoseconds step = finest.timeframe.length();
    const Timestamp end = finest.newest + step;
    range.from = finest.timeframe.floor(std::clamp(range.from, finest.oldest, finest.newest));
    range.to = std::clamp(finest.timeframe.floor(std::min(range.to, end)), range.from + step, end);
    auto known = knownRanges(written->of.id, finest.timeframe);
    if (!known)
        return known.error();

    StripBins sum(range, step, bins);
    MissingRuns runs(std::move(*known));
    const auto add = [&](TimeRange run) {
        if (run.from < run.to)
            runs.part(run, [&](TimeRange gap) { sum.addGap(gap); }, [&](TimeRange empty) { sum.addEmpty(empty); });
    };
    // Nobody looks for what is missing of a series that has every candle.
    if (finest.candles != (end - finest.oldest) / step) {
        const Series series{written->of.id, finest.timeframe, false};
        auto first = m_dialect->edge(series, range, Edge::Oldest);
        auto last = m_dialect->edge(series, range, Edge::Newest);
        if (!first || !last)
            return first ? last.error() : first.error();
        add({range.from, first->value_or(range.to)});
        if (*first) {
            if (auto read = eachMissingRun(written->of.id, finest, range, add); !read)
                return read.error();
            add({**last + step, range.to});
        }
    }
    auto hasTrades = binsWithTrades(written->of.id, range, sum.length(), sum.count());
    if (!hasTrades)
        return hasTrades.error();
    return std::move(sum).strip(*hasTrades);
}

/// One look into the index for each stretch, instead of reading millions of trades.
Result<std::vector<bool>> SqlHistoryStore::binsWithTrades(std::int64_t instrument, TimeRange range, Nanoseconds bin,
                                                          std::size_t bins)
{
    std::vector<bool> result(bins, false);
    auto extent = tradeExtentOf(instrument);
    if (!extent)
        return extent.error();
    if (!*extent || (*extent)->newest < range.from || (*extent)->oldest >= range.to)
        return result;
    const auto binOf = [&](Timestamp time) {
        return std::clamp<std::int64_t>((time - range.from) / bin, 0, static_cast<std::int64_t>(bins) - 1);
    };
    const auto first = binOf((*extent)->oldest);
    const auto last = binOf((*extent)->newest);
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    // Numbers only, and as such: the types of bound ones would be anybody's guess.
    if (!query.exec(QStringLiteral(
                        "WITH RECURSIVE bins (n) AS (SELECT CAST(%1 AS BIGINT) UNION ALL SELECT n + 1 FROM bins "
                        "WHERE n < %2) SELECT n FROM bins WHERE EXISTS (SELECT 1 FROM trades WHERE instrument = %3 "
                        "AND time >= %4 + n * %5 AND time < %4 + (n + 1) * %5)")
                        .arg(first)
                        .arg(last)
                        .arg(instrument)
                        .arg(toMicroseconds(range.from))
                        .arg(std::chrono::duration_cast<std::chrono::microseconds>(bin).count())))
        return fault(query, READING);
    while (query.next())
        result[static_cast<std::size_t>(query.value(0).toLongLong())] = true;
    if (query.lastError().isValid())
        return fault(query, READING);
    return result;
}

} // namespace core::history
