// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"

namespace core::history {

using JobTold = std::function<void(const JobProgress&)>;

/// True for jobs that ask the venue.
[[nodiscard]] bool needsVenue(JobKind kind);

/// Runs a job that asks the venue, or goes on with one, on the thread that calls it, which must be one that may wait.
/// Fails with what ended it, and with Cancelled where it has no report to say so; what was committed is kept.
[[nodiscard]] Result<JobReport> runVenueJob(HistoryStore& store, KrakenRest& kraken, const JobRequest& request,
                                            const JobTold& told, const std::atomic<bool>& cancel);
/// The same for one that does not.
[[nodiscard]] Result<JobReport> runDiskJob(HistoryDatabase& store, const JobRequest& request, const JobTold& told,
                                           const std::atomic<bool>& cancel);

/// True where the run was stopped before its end.
[[nodiscard]] bool wasStopped(const Result<JobReport>& result);

/// What two runs of one job came to together.
[[nodiscard]] JobReport joined(const JobReport& earlier, const JobReport& later);

} // namespace core::history
