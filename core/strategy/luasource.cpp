// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luasource.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace core::strategy {

namespace {

/// Each of these is a jump that may be added to a list.
constexpr std::int64_t MAX_JUMPS = 20'000;
/// Names times functions around them; a look-up goes through up to some hundred locals of each.
constexpr std::int64_t MAX_LOOKUPS = 3'000'000;

/// Each may become a constant, which is looked for among those before it: all of them when they are chosen so that
/// their hashes are alike.
constexpr std::int64_t MAX_NUMBERS = 20'000;

bool isWordPart(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isLineEnd(char c)
{
    return c == '\n' || c == '\r';
}

bool isSpace(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::ranges::find(words, word) != words.end();
}

/// Goes through the words of a source as Lua's lexer does, past comments and texts.
class Words
{
public:
    explicit Words(std::string_view source) : m_rest(source) {}

    /// Numbers that were passed so far, those with a point in them twice.
    [[nodiscard]] std::int64_t numbers() const { return m_numbers; }
    /// The next name or keyword; empty at the end.
    std::string_view next()
    {
        while (!m_rest.empty()) {
            const char c = m_rest.front();
            if (isWordPart(c)) {
                const std::string_view word = take(countWhile(isWordPart));
                // A number may have a sign or a point in it, but no part that counts as a word.
                if (std::isdigit(static_cast<unsigned char>(word.front())) == 0)
                    return word;
                ++m_numbers;
            } else if (m_rest.starts_with("--")) {
                take(2);
                if (!skipLong())
                    take(countWhile([](char part) { return !isLineEnd(part); }));
            } else if (c == '"' || c == '\'') {
                skipText();
            } else if (c != '[' || !skipLong()) {
                take(1);
            }
        }
        return {};
    }

private:
    std::string_view take(std::size_t count)
    {
        const std::string_view taken = m_rest.substr(0, count);
        m_rest.remove_prefix(std::min(count, m_rest.size()));
        return taken;
    }
    std::size_t countWhile(bool (*belongs)(char), std::size_t from = 0) const
    {
        const std::string_view rest = m_rest.substr(std::min(from, m_rest.size()));
        return static_cast<std::size_t>(std::ranges::find_if_not(rest, belongs) - rest.begin());
    }
    /// Past [[…]] and [==[…]==]; false when none begins here.
    bool skipLong()
    {
        const std::size_t level = m_rest.empty() || m_rest.front() != '['
                                      ? std::string_view::npos
                                      : m_rest.find_first_not_of('=', 1);
        if (level == std::string_view::npos || m_rest[level] != '[')
            return false;
        std::string end(m_rest.substr(0, level));
        end[0] = ']';
        end += ']';
        const std::size_t found = m_rest.find(end, level);
        take(found == std::string_view::npos ? m_rest.size() : found + end.size());
        return true;
    }
    void skipText()
    {
        const char quote = m_rest.front();
        std::size_t i = 1;
        while (i < m_rest.size() && m_rest[i] != quote && !isLineEnd(m_rest[i]))
            i += m_rest[i] == '\\' ? escapeLength(i) : 1;
        take(i + 1);
    }
    /// Of the escape at `start`, as far as it may hide a quote or the end of a line: two different line
    /// ends are one, and \z leaves out all white space behind it.
    [[nodiscard]] std::size_t escapeLength(std::size_t start) const
    {
        const std::string_view escape = m_rest.substr(start, 3);
        if (escape == "\\\r\n" || escape == "\\\n\r")
            return 3;
        return escape.starts_with("\\z") ? 2 + countWhile(isSpace, start + 2) : 2;
    }

    std::string_view m_rest;
    std::int64_t m_numbers = 0;
};

/// The blocks that a place in the source is in.
class Nesting
{
public:
    void see(std::string_view word)
    {
        if (isOneOf(word, {"function", "do", "then", "repeat"}))
            open(word == "function");
        else if (isOneOf(word, {"end", "until", "elseif"}))
            close();
    }
    [[nodiscard]] std::int64_t functions() const { return m_functions; }

private:
    void open(bool isFunction)
    {
        m_blocks.push_back(isFunction);
        m_functions += isFunction ? 1 : 0;
    }
    void close()
    {
        if (m_blocks.empty())
            return;
        m_functions -= m_blocks.back() ? 1 : 0;
        m_blocks.pop_back();
    }

    std::vector<bool> m_blocks; ///< True for a function.
    std::int64_t m_functions = 0;
};

} // namespace

std::optional<std::string> refuseSlowSource(std::string_view source)
{
    Words words(source);
    Nesting nesting;
    std::int64_t jumps = 0;
    std::int64_t lookups = 0;
    for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
        nesting.see(word);
        lookups += nesting.functions() + 1;
        jumps += isOneOf(word, {"and", "or", "elseif", "goto", "break"}) ? 1 : 0;
    }
    if (jumps > MAX_JUMPS)
        return fmt::format("its source has more than {} of and, or, elseif, goto and break", MAX_JUMPS);
    if (words.numbers() > MAX_NUMBERS)
        return fmt::format("its source has more than {} numbers", MAX_NUMBERS);
    if (lookups > MAX_LOOKUPS)
        return "its source has too many names in functions inside of functions";
    return std::nullopt;
}

} // namespace core::strategy
