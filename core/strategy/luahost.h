// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/strategy.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace core::strategy {

/// What a script may use up before it is stopped for good.
struct LuaLimits {
    /// Instructions in one callback; library functions are charged by what they touch.
    std::int64_t instructions = 10'000'000;
    std::size_t memory = 64U << 20;      ///< Bytes of one script's state.
    std::size_t stringLength = 64U << 10; ///< Bytes of one string.
    /// Of the processor in one callback, counted once that lasts for a second: a bound on what no count of
    /// instructions sees, such as keys chosen to collide. No honest script comes near it, so that results do not
    /// depend on the machine.
    std::chrono::nanoseconds processorTime = std::chrono::seconds(5);
    /// Off only in benchmarks, to show what counting costs: endless loops do not end then.
    bool countInstructions = true;
};

/// Reads what a script declares, by running its top level in the sandbox without a context. Fails with
/// StrategyFailed naming file, line and reason. `fileName` appears in messages.
[[nodiscard]] Result<Metadata> readLuaMetadata(std::string_view fileName, std::string_view source,
                                               const LuaLimits& limits = {});

/// Makes instances of a script; every one is a fresh sandbox that runs these very bytes.
[[nodiscard]] StrategyFactory luaFactory(std::string fileName,
                                         std::shared_ptr<const std::string> source,
                                         LuaLimits limits = {});

} // namespace core::strategy
