// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqliteconnection.h"

namespace core::history {

/// Opens an SQLite file after checking it: a small one, and one in which damage was met, in full. A
/// writer makes the file as needed and brings its schema up to date; it sets a damaged file aside
/// under another name and fails with Corrupt. What is of another kind altogether and not named as a workspace's own files are
/// (history.sqlite, sessions.sqlite) is left alone: it fails with Refused. Fails with Unsupported, and changes nothing, when the
/// schema is newer than this program; with NotFound when there is nothing to read.
[[nodiscard]] Result<std::unique_ptr<SqliteConnection>>
openSqlite(const std::filesystem::path& file, bool readOnly, const SqlContents& contents);

/// That what is there is a plain file which begins as SQLite's do, or is empty; by its first bytes alone, so that a file of
/// another kind is neither opened nor marked as a damaged one. Fails with Refused; folders are left to opening.
[[nodiscard]] Result<void> checkIsSqlite(const std::filesystem::path& file);
/// Only the connection, without a look at what the file is: by its name, or as a medium that cannot be written.
[[nodiscard]] Result<std::unique_ptr<SqliteConnection>>
connectSqlite(const std::filesystem::path& file, bool readOnly, const SqlContents& contents);

} // namespace core::history
