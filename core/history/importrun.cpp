// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/importrun.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr std::size_t MAX_QUOTED = 20;
constexpr int LOOK_EVERY = 2048;
constexpr auto PROGRESS_EVERY = std::chrono::milliseconds(200);

} // namespace

Error tooManyToSort()
{
    return {ErrorCode::Unsupported, "The file has more rows in no order than can be sorted in memory",
            "Sort it by time and import it again."};
}

ImportRun::ImportRun(HistoryStore& store, const ImportOptions& options, const ImportPlan& plan, LineReader reader)
    : m_store(store), m_options(options), m_plan(plan), m_reader(std::move(reader))
{
    m_report.plan = plan;
}

Result<ImportReport> ImportRun::run(const std::function<void(const ImportProgress&)>& progress,
                                    const std::atomic<bool>& cancel)
{
    m_progress = &progress;
    m_cancel = &cancel;
    auto done = readRows();
    if (done && !m_report.cancelled)
        done = flush(true);
    if (!done) {
        Error error = done.error();
        const auto stored = m_report.written.inserted + m_report.written.changed;
        if (stored > 0)
            error.remedy +=
                fmt::format(" {} candles of the file were stored before and are kept; importing it "
                            "again adds the rest.",
                            stored);
        return error;
    }
    tell();
    return finish();
}

Result<void> ImportRun::readRows()
{
    std::string_view line;
    bool more = firstLine(m_reader, line);
    if (m_plan.header)
        more = more && m_reader.next(line);
    for (; more; more = m_reader.next(line)) {
        if (m_reader.lineNumber() % LOOK_EVERY == 0 && !goOn())
            return {};
        if (isBlank(line))
            continue;
        ++m_report.rows;
        auto reason = readRow(line);
        if (!reason)
            return reason.error();
        if (*reason)
            quote(m_reader.lineNumber(), printable(line), reason->text());
        if (!m_sortsAll && isFull()) {
            if (auto flushed = flush(false); !flushed || m_report.cancelled)
                return flushed;
        }
    }
    if (m_reader.fault())
        return *m_reader.fault();
    return {};
}

bool ImportRun::goOn()
{
    if (SteadyClock::now() - m_told >= PROGRESS_EVERY)
        tell();
    m_report.cancelled = m_cancel->load();
    return !m_report.cancelled;
}

Result<void> ImportRun::prepareInstrument()
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

void ImportRun::countWritten(const WriteCount& candles, Timestamp oldest, Timestamp newest)
{
    WriteCount& sum = m_report.written;
    const bool none = sum.inserted + sum.changed + sum.unchanged == 0;
    m_report.oldest = none ? oldest : std::min(m_report.oldest, oldest);
    m_report.newest = none ? newest : std::max(m_report.newest, newest);
    sum.inserted += candles.inserted;
    sum.changed += candles.changed;
    sum.unchanged += candles.unchanged;
}

void ImportRun::quote(std::int64_t line, std::string text, std::string reason)
{
    ++m_report.badRows;
    if (m_report.quoted.size() < MAX_QUOTED)
        m_report.quoted.push_back({line, std::move(text), std::move(reason)});
}

void ImportRun::tell()
{
    m_told = SteadyClock::now();
    if (!*m_progress)
        return;
    ImportProgress now{m_reader.bytesDone(), m_reader.bytesTotal(), m_report.rows, 0.0, 0.0};
    // Reading is half of the way where nothing is written before everything is read.
    if (m_sortsAll) {
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
    (*m_progress)(now);
}

Result<ImportReport> ImportRun::finish()
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

} // namespace core::history
