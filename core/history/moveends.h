// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

namespace core::history {

/// Both ends of a move, opened: one to read, one to write.
struct MoveEnds
{
    std::unique_ptr<HistoryDatabase> source;
    std::unique_ptr<HistoryDatabase> destination;
};

/// Fails as openHistory does; with InvalidInput where both are the same, and with Refused where the destination is a file of
/// something else or damaged, which is left alone.
[[nodiscard]] Result<MoveEnds> openMoveEnds(const DatabaseUrl& source, const DatabaseUrl& destination);
/// That no batch waits in the workspace's spool for a database at an end of a move: it would be left behind, or be written
/// over what was moved. Fails with Busy.
[[nodiscard]] Result<void> checkNothingWaits(const std::filesystem::path& workspace, const DatabaseUrl& url);

} // namespace core::history
