// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/luastate.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::strategy {

/// Reads the fields of a table that a script wrote, without calling any of its metamethods. Every
/// function throws ScriptError naming the field and what it must be.
class TableReader
{
public:
    /// Throws when the value at `index` is no table. `subject` starts every message.
    TableReader(lua_State* lua, int index, std::string subject);

    /// Throws when there is a key that is neither in `known` nor an integer in 1 … positions: what is
    /// misspelt must not be ignored in silence.
    void allowOnly(std::span<const char* const> known, int positions = 0) const;

    [[nodiscard]] bool has(const char* field) const;
    [[nodiscard]] std::optional<double> number(const char* field) const;
    [[nodiscard]] std::optional<std::int64_t> integer(const char* field) const;
    [[nodiscard]] std::optional<bool> boolean(const char* field) const;
    /// Well-formed UTF-8 of at most `longest` bytes.
    [[nodiscard]] std::optional<std::string> text(const char* field, std::size_t longest = 4096) const;
    /// A list of texts without gaps.
    [[nodiscard]] std::optional<std::vector<std::string>> texts(const char* field) const;
    /// The numbers at positions 1, 2, … up to the first nil.
    [[nodiscard]] std::vector<double> numbers(int most) const;
    /// Pushes the field's value, nil when absent.
    int push(const char* field) const;

    [[noreturn]] void fail(std::string_view what) const;

private:
    lua_State* m_lua;
    int m_index;
    std::string m_subject;
};

/// Text at `index` as the engine may keep it: well-formed UTF-8, cut to `longest` bytes.
[[nodiscard]] std::string cleanText(lua_State* lua, int index, std::size_t longest = 4096);

} // namespace core::strategy
