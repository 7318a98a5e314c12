// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/indicator.h"

#include <optional>
#include <vector>

namespace reference {

/// A candle as plain numbers.
struct Bar {
    long double open = 0;
    long double high = 0;
    long double low = 0;
    long double close = 0;
    long double volume = 0;
};
using Outputs = std::array<long double, 3>;

/// Every value of an indicator, computed plainly over whole arrays; nothing before warm-up.
std::vector<std::optional<Outputs>> compute(const core::indicators::Spec& spec, const std::vector<Bar>& bars);

} // namespace reference
