// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvimport.h"

#include "core/history/csvroles.h"
#include "core/history/importrun.h"

#include <fmt/format.h>

namespace core::history {

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
    const auto run = (holdsTrades(plan) ? tradeRun : candleRun)(store, options, plan, *format, std::move(*reader));
    return run->run(progress, cancel);
}

} // namespace core::history
