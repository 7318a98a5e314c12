// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/importrun.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::Candle;
using market::CandleColumns;

namespace {

struct Entry
{
    Candle candle;
    std::int64_t line = 0;
};

/// Imports rows that are candles.
class CandleRun final : public ImportRun
{
public:
    CandleRun(HistoryStore& store, const ImportOptions& options, const ImportPlan& plan, TimeFormat format,
              LineReader reader)
        : ImportRun(store, options, plan, std::move(reader)), m_parser(plan.delimiter, plan.columns, format)
    {
        m_sortsAll = !plan.ordered;
        m_batch.reserve(BATCH_ROWS);
    }

private:
    Result<Reason> readRow(std::string_view line) override;
    bool isFull() const override { return m_batch.size() >= BATCH_ROWS; }
    Result<void> flush(bool atEnd) override;
    [[nodiscard]] Reason accept(const Candle& candle);
    void sortBatch();
    [[nodiscard]] Result<void> write(std::size_t first, std::size_t last);

    RowParser m_parser;
    std::vector<Entry> m_batch;
    std::optional<Candle> m_last;
};

Result<Reason> CandleRun::readRow(std::string_view line)
{
    CsvRow row;
    Candle candle;
    Reason reason = m_parser.parse(line, row);
    if (reason)
        return reason;
    if (auto ready = prepareInstrument(); !ready)
        return ready.error();
    reason = toCandle(row, m_plan, m_instrument->priceDecimals, candle);
    if (reason)
        return reason;
    if (m_sortsAll && m_batch.size() >= MAX_UNORDERED_ROWS)
        return tooManyToSort();
    return accept(candle);
}

/// Repeats in an ordered file follow each other, so the last candle is enough to find them.
Reason CandleRun::accept(const Candle& candle)
{
    Candle accepted = candle;
    if (m_plan.volume == VolumeColumn::Quote)
        accepted.volume = candle.volume / m_instrument->toDouble(candle.close);
    if (m_sortsAll || !m_last || m_last->openTime != candle.openTime) {
        m_batch.push_back({accepted, lineNumber()});
        m_last = accepted;
        return {};
    }
    if (*m_last != accepted)
        return {nullptr, "an earlier row has other values for this time"};
    ++m_report.duplicates;
    return {};
}

Result<void> CandleRun::flush(bool)
{
    sortBatch();
    for (std::size_t first = 0; first < m_batch.size(); first += BATCH_ROWS) {
        if (!goOn())
            break;
        if (auto written = write(first, std::min(first + BATCH_ROWS, m_batch.size())); !written)
            return written;
        m_sortedDone = std::min(1.0, static_cast<double>(first + BATCH_ROWS) /
                                         static_cast<double>(m_batch.size()));
    }
    m_batch.clear();
    return {};
}

/// Brings the batch into rising order; of several rows with one time the first in the file stays.
void CandleRun::sortBatch()
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

Result<void> CandleRun::write(std::size_t first, std::size_t last)
{
    CandleColumns columns;
    columns.reserve(last - first);
    for (std::size_t i = first; i < last; ++i)
        columns.push(m_batch[i].candle);
    auto count = m_store.write(m_options.symbol, m_plan.timeframe, columns);
    if (!count)
        return count.error();
    countWritten(*count, columns.openTime.front(), columns.openTime.back());
    return {};
}

} // namespace

std::unique_ptr<ImportRun> candleRun(HistoryStore& store, const ImportOptions& options, const ImportPlan& plan,
                                     TimeFormat format, LineReader reader)
{
    return std::make_unique<CandleRun>(store, options, plan, format, std::move(reader));
}

} // namespace core::history
