// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/spooling.h"

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace history = core::history;
using core::Result;

namespace {

constexpr core::Nanoseconds TELL_EVERY = std::chrono::milliseconds(200);

void tellLeft(Console& console, std::int64_t left, std::int64_t all)
{
    console.progress(fmt::format("writing what waited in the spool: {} of {} batches left", left, all),
                     1.0 - static_cast<double>(left) / static_cast<double>(all));
}

core::Error stillWaiting(const history::WriterState& state)
{
    return {state.reason.code,
            fmt::format("{}: {}", spoolWords(state.spool), state.reason.what),
            "They are kept, and written by the first command that can."};
}

} // namespace

fs::path spoolFolder(const Invocation& invocation)
{
    return history::Spool::folderOf(invocation.folder(), invocation.history());
}

history::SpoolSize waiting(const Invocation& invocation)
{
    if (!invocation.history().isServer())
        return {};
    return history::Spool::lookInto(spoolFolder(invocation), invocation.history());
}

Result<void> settleSpool(const Invocation& invocation)
{
    const history::SpoolSize before = waiting(invocation);
    if (before.batches == 0)
        return {};
    auto writer = history::HistoryWriter::open(invocation.history(), spoolFolder(invocation));
    if (!writer)
        return writer.error();
    const auto isOver = [](const history::WriterState& state) {
        return state.spool.batches == 0 || state.phase != history::WriterState::Phase::Draining;
    };
    while (!(*writer)->waitUntil(isOver, TELL_EVERY))
        tellLeft(invocation.console(), (*writer)->state().spool.batches, before.batches);
    invocation.console().endProgress();
    const history::WriterState state = (*writer)->state();
    for (const std::string& finding : state.findings)
        invocation.console().note({core::ErrorCode::Corrupt, finding, ""});
    if (state.spool.batches > 0)
        return stillWaiting(state);
    return {};
}

std::string spoolWords(const history::SpoolSize& size)
{
    return fmt::format("{} {} with {} rows {} in the spool{}", size.batches, size.batches == 1 ? "batch" : "batches",
                       size.rows, size.batches == 1 ? "waits" : "wait",
                       size.since ? " since " + core::formatTimestampSeconds(*size.since) : "");
}

Json spoolJson(const history::SpoolSize& size)
{
    Json since = nullptr;
    if (size.since)
        since = core::formatTimestampSeconds(*size.since);
    return {{"batches", size.batches}, {"rows", size.rows}, {"bytes", size.bytes}, {"since", since}};
}

} // namespace app::cli
