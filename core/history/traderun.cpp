// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvtrades.h"
#include "core/history/importrun.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::ONE_MINUTE;
using market::Trade;

namespace {

struct Entry
{
    Trade trade;
    std::int64_t line = 0;
};

/// Imports rows that are trades, and the candles that they make.
class TradeRun final : public ImportRun
{
public:
    TradeRun(HistoryStore& store, const ImportOptions& options, const ImportPlan& plan, TimeFormat format,
             LineReader reader)
        : ImportRun(store, options, plan, std::move(reader)), m_parser(plan.delimiter, plan.columns, format)
    {
        m_sortsAll = !plan.ordered || plan.newestFirst;
    }

private:
    Result<Reason> readRow(std::string_view line) override;
    bool isFull() const override { return m_held.size() >= m_enough; }
    Result<void> flush(bool atEnd) override;
    void sortAll();
    [[nodiscard]] std::size_t lastCut(std::size_t end) const;
    [[nodiscard]] Result<void> write(std::size_t first, std::size_t last);

    TradeParser m_parser;
    std::vector<Entry> m_held;
    std::size_t m_enough = BATCH_ROWS;
    Timestamp m_written = Timestamp::min(); ///< Everything before it is written.
};

Result<Reason> TradeRun::readRow(std::string_view line)
{
    CsvTrade row;
    if (const Reason reason = m_parser.parse(line, row))
        return reason;
    if (auto ready = prepareInstrument(); !ready)
        return ready.error();
    Trade trade;
    if (const Reason reason = toTrade(row, *m_instrument, trade))
        return reason;
    const Timestamp before = m_held.empty() ? m_written : m_held.back().trade.time;
    if (!m_sortsAll && trade.time < before)
        return Reason{nullptr, "it lies before the row above it"};
    if (m_held.size() >= MAX_UNORDERED_ROWS)
        return tooManyToSort();
    m_held.push_back({trade, lineNumber()});
    return Reason();
}

/// Trades of one time stay in the order in which they happened, which a file may list backwards.
void TradeRun::sortAll()
{
    if (m_plan.newestFirst)
        std::reverse(m_held.begin(), m_held.end());
    const auto key = [](const Entry& entry) { return std::pair(toMicroseconds(entry.trade.time), entry.trade.id); };
    std::stable_sort(m_held.begin(), m_held.end(),
                     [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
    // Rows without an id may be alike and yet several trades.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_held.size(); ++i) {
        const Entry entry = m_held[i];
        if (entry.trade.id == 0 || kept == 0 || key(m_held[kept - 1]) != key(entry))
            m_held[kept++] = entry;
        else if (m_held[kept - 1].trade == entry.trade)
            ++m_report.duplicates;
        else
            quote(entry.line, formatTimestampShort(entry.trade.time) + " …",
                  fmt::format("line {} has another trade of this id", m_held[kept - 1].line));
    }
    m_held.resize(kept);
}

/// The last place before `end` where no minute is cut in two; 0 where there is none.
std::size_t TradeRun::lastCut(std::size_t end) const
{
    std::size_t cut = end - 1;
    const Timestamp minute = ONE_MINUTE.floor(m_held[cut].trade.time);
    while (cut > 0 && m_held[cut - 1].trade.time >= minute)
        --cut;
    return cut;
}

Result<void> TradeRun::flush(bool atEnd)
{
    sortAll();
    std::size_t first = 0;
    while (first < m_held.size()) {
        if (!goOn())
            return {};
        const std::size_t all = m_held.size();
        std::size_t end = std::min(first + std::max(BATCH_ROWS, m_enough), all);
        if (end < all || !atEnd)
            end = lastCut(end);
        if (end <= first && !atEnd)
            break;
        // A minute of more trades than a batch is written whole.
        if (end <= first)
            end = all;
        if (auto written = write(first, end); !written)
            return written;
        first = end;
        m_sortedDone = static_cast<double>(first) / static_cast<double>(all);
    }
    m_held.erase(m_held.begin(), m_held.begin() + static_cast<std::ptrdiff_t>(first));
    m_enough = std::max(BATCH_ROWS, 2 * m_held.size());
    return {};
}

Result<void> TradeRun::write(std::size_t first, std::size_t last)
{
    HistoryBatch batch;
    batch.trades.reserve(last - first);
    for (std::size_t i = first; i < last; ++i)
        batch.trades.push(m_held[i].trade);
    const Timestamp oldest = ONE_MINUTE.floor(m_held[first].trade.time);
    const Timestamp newest = ONE_MINUTE.floor(m_held[last - 1].trade.time);
    batch.minutes = TimeRange{oldest, newest + ONE_MINUTE.length()};
    auto count = m_store.commit(m_options.symbol, batch);
    if (!count)
        return count.error();
    m_written = batch.minutes->to;
    countWritten(count->candles, oldest, newest);
    m_report.trades.inserted += count->trades.inserted;
    m_report.trades.changed += count->trades.changed;
    m_report.trades.unchanged += count->trades.unchanged;
    return {};
}

} // namespace

std::unique_ptr<ImportRun> tradeRun(HistoryStore& store, const ImportOptions& options, const ImportPlan& plan,
                                    TimeFormat format, LineReader reader)
{
    return std::make_unique<TradeRun>(store, options, plan, format, std::move(reader));
}

} // namespace core::history
