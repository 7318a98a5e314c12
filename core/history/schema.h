// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqlconnection.h"

namespace core::history {

/// The schema version of the connected database; 0 when it is empty. Fails with Unsupported when
/// the database is newer than this program or belongs to another one. Changes nothing.
[[nodiscard]] Result<int> schemaVersion(SqlConnection& connection);

/// Applies the missing migrations, one transaction each.
[[nodiscard]] Result<void> migrate(SqlConnection& connection, int from);

} // namespace core::history
