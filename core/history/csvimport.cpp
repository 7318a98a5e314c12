// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvimport.h"

#include "core/history/csvroles.h"
#include "core/history/csvrows.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::Candle;
using market::CandleColumns;

namespace {

/// One transaction; small enough that a cancel is answered at once.
constexpr std::size_t BATCH_ROWS = 20'000;
/// Rows in no order are sorted in memory, 80 bytes each; no instrument has so many minutes.
constexpr std::size_t MAX_UNORDERED_ROWS = 10'000'000;
constexpr std::size_t MAX_QUOTED = 20;
constexpr int LOOK_EVERY = 2048;

using SteadyClock = std::chrono::steady_clock;
constexpr auto PROGRESS_EVERY = std::chrono::milliseconds(200);

struct Entry
{
    Candle candle;
    std::int64_t line = 0;
};

/// Carries one import from the first row to the report.
class Import
{
public:
    Import(HistoryStore& store, const ImportOptions& options, const ImportPlan& plan,
           LineReader reader, RowParser parser)
        : m_store(store),
          m_options(options),
          m_plan(plan),
          m_reader(std::move(reader)),
          m_parser(parser)
    {
        m_report.plan = plan;
        m_batch.reserve(BATCH_ROWS);
    }

    Result<ImportReport> run(const std::function<void(const ImportProgress&)>& progress,
                             const std::atomic<bool>& cancel);

private:
    Result<void> readRows(const std::function<void(const ImportProgress&)>& progress,
                          const std::atomic<bool>& cancel);
    Result<void> readRow(std::string_view line);
    Result<void> prepareInstrument();
    void accept(const Candle& candle, std::string_view line);
    Result<void> flush(const std::function<void(const ImportProgress&)>& progress,
                       const std::atomic<bool>& cancel);
    void sortBatch();
    Result<void> write(std::size_t first, std::size_t last);
    void quote(std::int64_t line, std::string text, std::string reason);
    void tell(const std::function<void(const ImportProgress&)>& progress);
    Result<ImportReport> finish();
    [[nodiscard]] double elapsed() const
    {
        return std::chrono::duration<double>(SteadyClock::now() - m_start).count();
    }

    HistoryStore& m_store;
    const ImportOptions& m_options;
    const ImportPlan& m_plan;
    LineReader m_reader;
    RowParser m_parser;
    ImportReport m_report;
    std::optional<market::Instrument> m_instrument; ///< As stored; set by the first readable row.
    std::vector<Entry> m_batch;
    std::optional<Candle> m_last;
    double m_sortedDone = 0.0; ///< The written share of rows that were sorted in memory.
    SteadyClock::time_point m_start = SteadyClock::now();
    SteadyClock::time_point m_told = m_start;
};

Result<ImportReport> Import::run(const std::function<void(const ImportProgress&)>& progress,
                                 const std::atomic<bool>& cancel)
{
    auto done = readRows(progress, cancel);
    if (done && !m_report.cancelled)
        done = flush(progress, cancel);
    if (!done) {
        Error error = done.error();
        if (m_report.written.inserted + m_report.written.changed > 0)
            error.remedy +=
                fmt::format(" {} candles of the file were stored before and are kept; importing it "
                            "again adds the rest.",
                            m_report.written.inserted + m_report.written.changed);
        return error;
    }
    tell(progress);
    return finish();
}

Result<void> Import::readRows(const std::function<void(const ImportProgress&)>& progress,
                              const std::atomic<bool>& cancel)
{
    std::string_view line;
    bool more = firstLine(m_reader, line);
    if (m_plan.header)
        more = more && m_reader.next(line);
    for (; more; more = m_reader.next(line)) {
        if (isBlank(line))
            continue;
        if (auto read = readRow(line); !read)
            return read;
        if (m_plan.ordered && m_batch.size() >= BATCH_ROWS) {
            if (auto flushed = flush(progress, cancel); !flushed || m_report.cancelled)
                return flushed;
        }
        if (m_report.rows % LOOK_EVERY != 0)
            continue;
        if (SteadyClock::now() - m_told >= PROGRESS_EVERY)
            tell(progress);
        m_report.cancelled = cancel.load();
        if (m_report.cancelled)
            return {};
    }
    if (m_reader.fault())
        return *m_reader.fault();
    return {};
}

Result<void> Import::readRow(std::string_view line)
{
    ++m_report.rows;
    CsvRow row;
    Candle candle;
    Reason reason = m_parser.parse(line, row);
    if (!reason) {
        if (auto ready = prepareInstrument(); !ready)
            return ready;
        reason = toCandle(row, m_plan, m_instrument->priceDecimals, candle);
    }
    if (reason) {
        quote(m_reader.lineNumber(), printable(line), reason.text());
        return {};
    }
    if (!m_plan.ordered && m_batch.size() >= MAX_UNORDERED_ROWS)
        return Error{ErrorCode::Unsupported,
                     "The file has more rows in no order than can be sorted in memory",
                     "Sort it by time and import it again."};
    accept(candle, line);
    return {};
}

Result<void> Import::prepareInstrument()
{
    if (m_instrument)
        return {};
    market::Instrument instrument;
    instrument.venue = m_options.venue;
    instrument.symbol = m_options.symbol;
    instrument.priceDecimals = m_plan.priceDecimals;
    instrument.lotDecimals = m_plan.lotDecimals;
    instrument.volumeUnit = m_plan.volumeUnit;
    auto stored = m_store.putInstrument(instrument);
    if (!stored)
        return stored.error();
    m_instrument = std::move(*stored);
    return {};
}

/// Repeats in an ordered file follow each other, so the last candle is enough to find them.
void Import::accept(const Candle& candle, std::string_view line)
{
    Candle accepted = candle;
    if (m_plan.volume == VolumeColumn::Quote)
        accepted.volume = candle.volume / m_instrument->toDouble(candle.close);
    if (!m_plan.ordered || !m_last || m_last->openTime != candle.openTime) {
        m_batch.push_back({accepted, m_reader.lineNumber()});
        m_last = accepted;
    } else if (*m_last == accepted) {
        ++m_report.duplicates;
    } else {
        quote(m_reader.lineNumber(), printable(line),
              "an earlier row has other values for this time");
    }
}

Result<void> Import::flush(const std::function<void(const ImportProgress&)>& progress,
                           const std::atomic<bool>& cancel)
{
    sortBatch();
    for (std::size_t first = 0; first < m_batch.size(); first += BATCH_ROWS) {
        m_report.cancelled = cancel.load();
        if (m_report.cancelled)
            break;
        if (auto written = write(first, std::min(first + BATCH_ROWS, m_batch.size())); !written)
            return written;
        m_sortedDone = std::min(1.0, static_cast<double>(first + BATCH_ROWS) /
                                         static_cast<double>(m_batch.size()));
        if (SteadyClock::now() - m_told >= PROGRESS_EVERY)
            tell(progress);
    }
    m_batch.clear();
    return {};
}

/// Brings the batch into rising order; of several rows with one time the first in the file stays.
void Import::sortBatch()
{
    const auto earlier = [](const Entry& a, const Entry& b) {
        return std::pair(a.candle.openTime, a.line) < std::pair(b.candle.openTime, b.line);
    };
    if (!std::is_sorted(m_batch.begin(), m_batch.end(), earlier))
        std::sort(m_batch.begin(), m_batch.end(), earlier);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_batch.size(); ++i) {
        const Entry entry = m_batch[i];
        const bool repeated =
            kept > 0 && m_batch[kept - 1].candle.openTime == entry.candle.openTime;
        if (!repeated)
            m_batch[kept++] = entry;
        else if (m_batch[kept - 1].candle == entry.candle)
            ++m_report.duplicates;
        else
            quote(entry.line, formatTimestampShort(entry.candle.openTime) + " …",
                  fmt::format("line {} has other values for this time", m_batch[kept - 1].line));
    }
    m_batch.resize(kept);
}

Result<void> Import::write(std::size_t first, std::size_t last)
{
    CandleColumns columns;
    columns.reserve(last - first);
    for (std::size_t i = first; i < last; ++i)
        columns.push(m_batch[i].candle);
    auto count = m_store.write(m_options.symbol, m_plan.timeframe, columns);
    if (!count)
        return count.error();
    WriteCount& sum = m_report.written;
    const bool none = sum.inserted + sum.changed + sum.unchanged == 0;
    m_report.oldest =
        none ? columns.openTime.front() : std::min(m_report.oldest, columns.openTime.front());
    m_report.newest =
        none ? columns.openTime.back() : std::max(m_report.newest, columns.openTime.back());
    sum.inserted += count->inserted;
    sum.changed += count->changed;
    sum.unchanged += count->unchanged;
    return {};
}

void Import::quote(std::int64_t line, std::string text, std::string reason)
{
    ++m_report.badRows;
    if (m_report.quoted.size() < MAX_QUOTED)
        m_report.quoted.push_back({line, std::move(text), std::move(reason)});
}

void Import::tell(const std::function<void(const ImportProgress&)>& progress)
{
    m_told = SteadyClock::now();
    if (!progress)
        return;
    ImportProgress now{m_reader.bytesDone(), m_reader.bytesTotal(), m_report.rows, 0.0, 0.0};
    // Reading is half of the way where nothing is written before everything is read.
    if (!m_plan.ordered) {
        const auto half = static_cast<double>(now.bytesTotal - now.bytesTotal / 2);
        now.bytesDone = now.bytesDone / 2 + static_cast<std::int64_t>(m_sortedDone * half);
    }
    const double seconds = elapsed();
    if (seconds > 0)
        now.rowsPerSecond = static_cast<double>(now.rows) / seconds;
    if (now.bytesDone > 0)
        now.secondsLeft =
            seconds *
            static_cast<double>(std::max<std::int64_t>(0, now.bytesTotal - now.bytesDone)) /
            static_cast<double>(now.bytesDone);
    progress(now);
}

Result<ImportReport> Import::finish()
{
    std::sort(m_report.quoted.begin(), m_report.quoted.end(),
              [](const BadRow& a, const BadRow& b) { return a.line < b.line; });
    m_report.seconds = elapsed();
    if (!m_report.cancelled && m_report.badRows == m_report.rows) {
        const std::string first =
            m_report.quoted.empty()
                ? ""
                : fmt::format("; the first problem is in line {}: {}", m_report.quoted.front().line,
                              m_report.quoted.front().reason);
        return Error{ErrorCode::InvalidInput,
                     fmt::format("None of the {} rows can be stored{}", m_report.rows, first),
                     "No candle was changed. Check the timeframe, the columns and the decimals."};
    }
    return std::move(m_report);
}

} // namespace

Result<ImportReport> importCsv(HistoryStore& store, const std::filesystem::path& file,
                               const ImportOptions& options, const ImportPlan& plan,
                               const std::function<void(const ImportProgress&)>& progress,
                               const std::atomic<bool>& cancel)
{
    std::string roles;
    for (const auto& role : plan.columns)
        roles += (roles.empty() ? "" : ",") + role;
    // The plan may have been edited since it was made.
    if (auto checked = rolesByOption(roles); !checked)
        return checked.error();
    const auto format = timeFormatOf(plan.timeFormat);
    if (!format)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("\"{}\" is no format of times", plan.timeFormat),
                     "Use ISO 8601, epoch s, epoch ms, epoch µs or epoch ns."};
    auto reader = LineReader::open(file, options.member);
    if (!reader)
        return reader.error();
    Import import(store, options, plan, std::move(*reader),
                  RowParser(plan.delimiter, plan.columns, *format));
    return import.run(progress, cancel);
}

} // namespace core::history
