// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/migrations.h"

namespace core::sessions {

/// The steps of the schema of sessions.sqlite, oldest first.
[[nodiscard]] std::span<const history::Migration> sessionMigrations();

} // namespace core::sessions
