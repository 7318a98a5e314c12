// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/symbol.h"

#include <algorithm>

namespace core {

namespace {

bool isName(std::string_view part)
{
    const auto allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    };
    return !part.empty() && part.size() <= 16 && std::all_of(part.begin(), part.end(), allowed);
}

} // namespace

Result<Symbol> Symbol::parse(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || !isName(text.substr(0, slash)) ||
        !isName(text.substr(slash + 1)))
        return Error{ErrorCode::InvalidInput,
                     "\"" + std::string(text.substr(0, 40)) + "\" is not a symbol",
                     "Write base and quote with a slash between them, as in BTC/USD."};
    return Symbol(std::string(text));
}

} // namespace core
