// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/luastate.h"

#include <string>
#include <string_view>

namespace core::strategy {

/// The most that ctx.state may come to when it is written, in bytes.
inline constexpr std::size_t MAX_STATE_BYTES = 1U << 20;

/// Whether the table at `index` is plain and small enough to be kept: numbers, texts, booleans and tables
/// of these, each table in one place. Walks through no table twice, and charges the next callback for it.
/// Fails with StrategyFailed, naming what cannot be kept; equal tables give equal messages. `buffer` is
/// reused.
[[nodiscard]] Result<void> checkPlain(lua_State* lua, int index, std::string& buffer);

/// The table at `index` as bytes; equal tables give equal bytes, whatever order they were made in. Fails as
/// checkPlain does.
[[nodiscard]] Result<std::string> writePlain(lua_State* lua, int index);

/// Pushes the table that `bytes` hold; pushes nothing when it fails. The bytes may come from anywhere:
/// those that writePlain would not have written fail with Corrupt.
[[nodiscard]] Result<void> readPlain(lua_State* lua, std::string_view bytes);

} // namespace core::strategy
