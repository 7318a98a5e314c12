// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <compare>
#include <string>
#include <string_view>

namespace core {

/// The name of an instrument as traders write it: "BTC/USD". Compared whole, never by prefix.
class Symbol
{
public:
    Symbol() = default;
    /// Accepts 1–16 characters of A–Z, a–z, 0–9, '.', '-', '_' on each side of one slash.
    [[nodiscard]] static Result<Symbol> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] std::string base() const { return m_text.substr(0, m_text.find('/')); }
    [[nodiscard]] std::string quote() const { return m_text.substr(m_text.find('/') + 1); }
    auto operator<=>(const Symbol&) const = default;

private:
    explicit Symbol(std::string text) : m_text(std::move(text)) {}
    std::string m_text;
};

} // namespace core
