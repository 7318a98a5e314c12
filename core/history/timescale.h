// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/postgresconnection.h"

#include <optional>

namespace core::history {

/// TimescaleDB, where the connected database has it.
struct Timescale
{
    std::string version; ///< "2.22.0".
    std::string schema;  ///< Of its functions.
    bool compresses = false; ///< False under the Apache licence, which leaves compression out.
};

/// What the database has of it: nothing where the extension was not created.
[[nodiscard]] Result<std::optional<Timescale>> timescaleOf(PostgresConnection& connection);

/// Cuts the tables into chunks and has old ones compressed, unless that was done. For writers, once the schema is
/// up to date. What is stored already moves with it. Lets this connection write to any number of compressed rows.
[[nodiscard]] Result<void> useTimescale(PostgresConnection& connection, const Timescale& timescale);

} // namespace core::history
