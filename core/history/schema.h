// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqlconnection.h"

namespace core::history {

/// The schema version of the connected database; 0 when it is empty. Fails with Unsupported when
/// the database is newer than this program or belongs to another one. Changes nothing.
[[nodiscard]] Result<int> schemaVersion(SqlConnection& connection);

/// Makes sure that the schema, now at `version`, is the program's own: to write, by the missing
/// migrations, one transaction each; to read, fails with NotFound where there is none and with Unsupported
/// where it is older.
[[nodiscard]] Result<void> prepareSchema(SqlConnection& connection, int version, bool readOnly);
/// That there is nothing to read.
[[nodiscard]] Error nothingYet(const std::string& name, const SqlContents& contents);

} // namespace core::history
