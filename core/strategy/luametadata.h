// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/luastate.h"

namespace core::strategy {

/// Reads the global table `strategy` of a script whose top level has run, and checks its handlers'
/// names. Fails with StrategyFailed and what is wrong.
[[nodiscard]] Result<Metadata> readDeclaration(LuaState& state, std::string_view fileName);

/// The handlers a script may define.
enum class Handler : std::uint8_t { Start, Resume, Bar, Close, Trade, Order, Fill, MarginCall, Stop };
inline constexpr std::array<const char*, 9> HANDLER_NAMES = {"on_start", "on_resume", "on_bar",
                                                             "on_close", "on_trade",  "on_order",
                                                             "on_fill",  "on_margin_call", "on_stop"};

} // namespace core::strategy
