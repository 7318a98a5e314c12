// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/luaruntime.h"
#include "core/strategy/luatablereader.h"

namespace core::strategy {

/// Reads what ctx:buy and its siblings were given. Throws ScriptError where the table itself is wrong;
/// what a price or a size is worth the engine judges.
[[nodiscard]] execution::OrderRequest readOrderRequest(const TableReader& table, const LuaHost& host,
                                                       execution::Side side);

/// Reads what ctx:replace was given over what `order` has: everything that is not named stays, the size
/// as what is not filled yet. Prices of a type that was changed go.
[[nodiscard]] execution::OrderRequest readReplacement(const TableReader& table, const LuaHost& host,
                                                      const execution::Order& order);

} // namespace core::strategy
