// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/timestamp.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace core::journal {

/// Makes <journal>/<start, UTC, milliseconds>-<first 8 digits of digest>[-n], mode 0700, a name
/// that no session has. Names sort by their start. Fails with Io.
[[nodiscard]] Result<std::filesystem::path>
createSessionFolder(const std::filesystem::path& journal, Timestamp start, std::string_view digest);

/// The name of a replay inside its lines: "replay-" and the first 12 digits of the configuration's
/// digest, the same for every run of that configuration.
[[nodiscard]] std::string replaySessionName(std::string_view digest);

/// The names of the sessions in a journal folder, oldest first.
[[nodiscard]] std::vector<std::string> sessionsIn(const std::filesystem::path& journal);

/// Finds a session by its folder's name, the unique start or end of one, "last", or a path (with a
/// slash). Fails with NotFound or, when several match, InvalidInput.
[[nodiscard]] Result<std::filesystem::path> findSession(const std::filesystem::path& journal,
                                                        std::string_view id);

/// The streams' files of a session folder, by name: all.jsonl last. Empty when it is no session.
[[nodiscard]] std::vector<std::filesystem::path> streamFiles(const std::filesystem::path& folder);

} // namespace core::journal
