// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/moveends.h"

#include "core/history/spool.h"
#include "core/history/sqliteopen.h"

#include <fmt/format.h>

namespace core::history {

namespace {

/// A file that is there and is no history is left alone: opening one to write would set a damaged one aside.
Result<void> checkDestinationFile(const std::filesystem::path& file)
{
    if (auto good = checkIsSqlite(file); !good)
        return good;
    std::error_code fault;
    if (!std::filesystem::exists(file, fault))
        return {};
    auto opened = openHistory(file, true);
    if (opened || opened.error().code != ErrorCode::Corrupt)
        return {};
    return Error{ErrorCode::Refused, opened.error().what, "It was left as it is. Name another file."};
}

bool isSamePlace(const DatabaseUrl& a, const DatabaseUrl& b)
{
    if (a.isServer() || b.isServer())
        return a.isServer() == b.isServer() && a.text() == b.text();
    std::error_code fault;
    return a.file() == b.file() || std::filesystem::equivalent(a.file(), b.file(), fault);
}

} // namespace

Result<MoveEnds> openMoveEnds(const DatabaseUrl& source, const DatabaseUrl& destination)
{
    if (isSamePlace(source, destination))
        return Error{ErrorCode::InvalidInput, fmt::format("The history is at {} already", destination.text()),
                     "Nothing was changed. Name another database."};
    if (!destination.isServer()) {
        if (auto good = checkDestinationFile(destination.file()); !good)
            return good.error();
    }
    MoveEnds ends;
    auto from = openHistory(source, true);
    if (!from)
        return from.error();
    auto to = openHistory(destination);
    if (!to)
        return to.error();
    ends.source = std::move(*from);
    ends.destination = std::move(*to);
    return ends;
}

Result<void> checkNothingWaits(const std::filesystem::path& workspace, const DatabaseUrl& url)
{
    const SpoolSize size = url.isServer() ? Spool::lookInto(Spool::folderOf(workspace, url), url) : SpoolSize();
    if (size.batches == 0)
        return {};
    return Error{ErrorCode::Busy,
                 fmt::format("{} {} in the spool for {}", size.batches, size.batches == 1 ? "batch waits" : "batches wait",
                             url.text()),
                 fmt::format("Nothing was moved, and they are kept. \"quarterdeck-cli coverage --database {}\" writes them; "
                             "then move.", url.text())};
}

} // namespace core::history
