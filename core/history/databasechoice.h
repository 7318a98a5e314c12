// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databaseurl.h"

#include <optional>

namespace core::history {

/// Where the history of a workspace is: what the start names, else what DATABASE_VARIABLE names, else what was chosen for the
/// workspace, else its own file. Fails with InvalidInput on what is no URL, also an empty one that the start names.
[[nodiscard]] Result<DatabaseUrl> historyOf(const std::filesystem::path& workspace,
                                            const std::optional<std::string>& named);

/// The database that was chosen for a workspace, kept in its file database.url; nothing where its own file is to be used.
/// Fails with Corrupt where the file holds something else, also a file's path that depends on where a program starts.
[[nodiscard]] Result<std::optional<DatabaseUrl>> readDatabaseChoice(const std::filesystem::path& workspace);

/// Chooses a database from the next start on, a file by its whole path, or with nothing the workspace's own file again. All of it or nothing is
/// written.
[[nodiscard]] Result<void> writeDatabaseChoice(const std::filesystem::path& workspace,
                                               const std::optional<DatabaseUrl>& url);

} // namespace core::history
