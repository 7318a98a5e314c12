// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace core::history {

/// One numbered step of the schema, from resources/sql.
struct Migration
{
    int version;      ///< Counted from 1 without gaps.
    const char* name; ///< The file's name without ending.
    const char* sql;
};

/// The steps for SQLite, oldest first.
[[nodiscard]] std::span<const Migration> sqliteMigrations();
/// The steps for a PostgreSQL server, oldest first.
[[nodiscard]] std::span<const Migration> postgresMigrations();
/// What is done to a server's tables where it has TimescaleDB, oldest first.
[[nodiscard]] std::span<const Migration> timescaleMigrations();

} // namespace core::history
