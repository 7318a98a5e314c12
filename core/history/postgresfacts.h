// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databasefacts.h"

namespace core::history {

/// probeDatabase and readDatabaseFacts of a server.
[[nodiscard]] Result<DatabaseProbe> probeServer(const DatabaseUrl& url);
[[nodiscard]] Result<DatabaseFacts> factsOfServer(const DatabaseUrl& url);

} // namespace core::history
