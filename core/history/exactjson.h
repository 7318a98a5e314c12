// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

namespace core::history {

/// Reads JSON from the network with the digits of its numbers as sent: one with a point or an exponent becomes
/// a string of its text, so that no digit is lost in a double. Nothing on anything that is no JSON, is nested
/// deeper than eight levels or has an integer beyond 64 bits.
[[nodiscard]] std::optional<nlohmann::json> parseExactJson(std::string_view text);

} // namespace core::history
