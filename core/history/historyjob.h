// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvimport.h"
#include "core/history/downloader.h"
#include "core/history/historyupkeep.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace core::history {

using JobId = std::uint64_t;

enum class JobKind {
    Import,   ///< A file of candles or trades.
    Trades,   ///< Downloads the trades of a range.
    Candles,  ///< Downloads the last 720 candles.
    FillGaps, ///< Downloads the trades of missing minutes.
    Verify,   ///< Checks what is stored.
    Delete    ///< Deletes a range, or everything.
};

enum class JobState {
    Offered,  ///< It was not finished when the program ended, and waits for the user to say what becomes of it.
    Queued,
    Running,
    Paused,   ///< What it committed is kept; resuming goes on with the rest.
    Done,
    Failed,   ///< What it committed is kept.
    Cancelled ///< As Paused, but for good.
};

/// True for a state that nothing follows.
[[nodiscard]] constexpr bool isFinal(JobState state)
{
    return state == JobState::Done || state == JobState::Failed || state == JobState::Cancelled;
}

struct JobRequest
{
    JobKind kind = JobKind::Verify;
    Symbol symbol;
    TimeRange range;                                  ///< Of Trades and Delete.
    market::Timeframe timeframe = market::ONE_MINUTE; ///< Of Candles.
    std::string file;                                 ///< Of Import, in the encoding of file names.
    ImportOptions options;                            ///< Of Import.
    std::shared_ptr<const ImportPlan> plan;           ///< Of Import; without one the file is looked through first.
};

struct JobProgress
{
    double share = -1.0;    ///< 0 … 1; negative where it cannot be told yet.
    std::int64_t done = 0;  ///< Rows, trades or candles.
    double perSecond = 0.0; ///< Of them.
    double secondsLeft = 0.0; ///< 0 where it cannot be told.
    std::optional<Timestamp> reached; ///< Of downloads: everything before it is stored.
    std::string trouble;    ///< Why it waits to try again; empty while all is well.
};

using JobReport = std::variant<std::monostate, ImportReport, DownloadReport, VerifyReport, DeleteReport>;

/// A job as it stands. A value: what crosses to the window.
struct Job
{
    JobId id = 0;
    JobRequest request;
    JobState state = JobState::Queued;
    bool isStopping = false; ///< Running, but told to pause or to end.
    bool hasRun = false;     ///< Was begun, by this run of the program or the one before, and may have changed something.
    JobProgress progress;
    std::shared_ptr<const JobReport> report; ///< Of all its runs; null before the first one ended.
    std::optional<Error> error;              ///< Of a failed one.
};

using JobList = std::vector<Job>;
using JobListPtr = std::shared_ptr<const JobList>;

} // namespace core::history
