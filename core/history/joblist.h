// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"

#include <string>
#include <string_view>

namespace core::history {

/// A list that is longer was not written by this program.
inline constexpr std::size_t MAX_KEPT_JOBS = 200;
inline constexpr std::size_t MAX_JOB_LIST_BYTES = 512 * 1024;

/// The jobs that are not over, as JSON, for the next start of the program.
[[nodiscard]] std::string writeJobList(const JobList& jobs);

/// The jobs of such a list, each Offered, numbered from 1. Fails with Corrupt on anything that writeJobList would
/// not have written; it believes nothing of it.
[[nodiscard]] Result<JobList> readJobList(std::string_view text);

} // namespace core::history
