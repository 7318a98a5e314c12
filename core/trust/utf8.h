// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace core::trust {

/// True when `text` is well-formed UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool isUtf8(std::string_view text);

/// The text with every malformed byte replaced by U+FFFD, for what strategies say about themselves.
[[nodiscard]] std::string cleanUtf8(std::string_view text);

} // namespace core::trust
