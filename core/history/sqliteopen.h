// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqliteconnection.h"

namespace core::history {

/// Opens an SQLite file after checking it: a small one, and one in which damage was met, in full. A
/// writer makes the file as needed and brings its schema up to date; it sets a damaged file aside
/// under another name and fails with Corrupt. Fails with Unsupported, and changes nothing, when the
/// schema is newer than this program; with NotFound when there is nothing to read.
[[nodiscard]] Result<std::unique_ptr<SqliteConnection>>
openSqlite(const std::filesystem::path& file, bool readOnly, const SqlContents& contents);

} // namespace core::history
