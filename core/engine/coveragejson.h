// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/setup.h"

#include <nlohmann/json_fwd.hpp>

#include <span>

namespace core::engine {

/// What a result says of its data: one object a symbol, its gaps included.
[[nodiscard]] nlohmann::ordered_json toJson(std::span<const DataCoverage> data);

} // namespace core::engine
