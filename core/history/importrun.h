// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvrows.h"

#include <chrono>

namespace core::history {

/// One transaction; small enough that a cancel is answered at once.
inline constexpr std::size_t BATCH_ROWS = 20'000;

/// Carries one import from the first row to the report; what the rows are is its heirs' business.
class ImportRun
{
public:
    ImportRun(HistoryStore& store, const ImportOptions& options, const ImportPlan& plan, LineReader reader);
    virtual ~ImportRun() = default;
    ImportRun(const ImportRun&) = delete;
    ImportRun& operator=(const ImportRun&) = delete;

    [[nodiscard]] Result<ImportReport> run(const std::function<void(const ImportProgress&)>& progress,
                                           const std::atomic<bool>& cancel);

protected:
    /// Reads the row and keeps what it says. Fails on what ends the import; a bad row is its reason.
    [[nodiscard]] virtual Result<Reason> readRow(std::string_view line) = 0;
    /// True when enough is kept for a transaction.
    [[nodiscard]] virtual bool isFull() const = 0;
    /// Writes what is kept, or the part of it that is complete; at the end of the file everything.
    [[nodiscard]] virtual Result<void> flush(bool atEnd) = 0;

    /// Puts the instrument with the first row that can be read.
    [[nodiscard]] Result<void> prepareInstrument();
    /// Counts the rows of one transaction, from the oldest to the newest.
    void countWritten(const WriteCount& candles, Timestamp oldest, Timestamp newest);
    void quote(std::int64_t line, std::string text, std::string reason);
    /// Tells how far it is, when it is time to, and asks whether to go on; false after a cancel.
    [[nodiscard]] bool goOn();
    [[nodiscard]] std::int64_t lineNumber() const { return m_reader.lineNumber(); }

    HistoryStore& m_store;
    const ImportOptions& m_options;
    const ImportPlan& m_plan;
    ImportReport m_report;
    std::optional<market::Instrument> m_instrument; ///< As stored; set by the first readable row.
    bool m_sortsAll = false;   ///< Nothing is written before everything is read.
    double m_sortedDone = 0.0; ///< The written share of rows that were sorted in memory.

private:
    using SteadyClock = std::chrono::steady_clock;
    [[nodiscard]] Result<void> readRows();
    void tell();
    [[nodiscard]] Result<ImportReport> finish();
    [[nodiscard]] double elapsed() const
    {
        return std::chrono::duration<double>(SteadyClock::now() - m_start).count();
    }

    LineReader m_reader;
    const std::function<void(const ImportProgress&)>* m_progress = nullptr;
    const std::atomic<bool>* m_cancel = nullptr;
    SteadyClock::time_point m_start = SteadyClock::now();
    SteadyClock::time_point m_told = m_start;
};

/// Rows that must be sorted in memory, 80 bytes each; no instrument has so many minutes.
inline constexpr std::size_t MAX_UNORDERED_ROWS = 10'000'000;
[[nodiscard]] Error tooManyToSort();

[[nodiscard]] std::unique_ptr<ImportRun> candleRun(HistoryStore& store, const ImportOptions& options,
                                                   const ImportPlan& plan, TimeFormat format, LineReader reader);
[[nodiscard]] std::unique_ptr<ImportRun> tradeRun(HistoryStore& store, const ImportOptions& options,
                                                  const ImportPlan& plan, TimeFormat format, LineReader reader);

} // namespace core::history
