// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/strategy.h"

#include <functional>
#include <memory>
#include <string>

#include <quarterdeck/strategy.h>

namespace core::strategy {

/// Makes the plugin's own object; whatever that throws comes out of it.
using NativeMaker = std::function<std::unique_ptr<quarterdeck::Strategy>()>;

/// A plugin's strategy as the engine knows it: whatever a callback of it throws suspends it, with a reason that
/// names it and the callback. Fails with StrategyFailed when there is no object. `name` is the strategy's.
[[nodiscard]] Result<std::unique_ptr<Strategy>> makeNativeStrategy(const std::string& name,
                                                                   const NativeMaker& make,
                                                                   const Parameters& parameters,
                                                                   std::uint64_t seed);

} // namespace core::strategy
