// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/options.h"

#include "core/base/timestamp.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace app::cli {

using core::Error;
using core::ErrorCode;
using core::Result;

namespace {

Error bad(std::string what)
{
    return {ErrorCode::InvalidInput, std::move(what), ""};
}

/// An option's failure, with its name in front of the reason.
Error badValue(std::string_view name, const Error& error)
{
    return {ErrorCode::InvalidInput, fmt::format("--{}: {}", name, error.what), error.remedy};
}

const OptionSpec* find(const Grammar& grammar, std::string_view name)
{
    const auto found = std::find_if(grammar.options.begin(), grammar.options.end(),
                                    [&](const OptionSpec& option) { return option.name == name; });
    return found == grammar.options.end() ? nullptr : &*found;
}

Result<void> checkCounts(const Grammar& grammar, const Options& options)
{
    const std::size_t count = options.arguments().size();
    if (count < grammar.fewest)
        return bad(fmt::format("{} is missing", grammar.arguments));
    if (count > grammar.most)
        return bad(fmt::format("\"{}\" is too much", options.arguments()[grammar.most]));
    for (const OptionSpec& option : grammar.options) {
        if (option.required && !options.has(option.name))
            return bad(fmt::format("--{} {} is missing", option.name, option.placeholder));
        if (!option.repeatable && options.all(option.name).size() > 1)
            return bad(fmt::format("--{} was given twice", option.name));
    }
    return {};
}

template <typename Number> bool readNumber(const std::string& text, Number& value)
{
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, value);
    return fault == std::errc() && rest == end;
}

} // namespace

Result<Options> Options::parse(const Grammar& grammar, std::span<const std::string> words)
{
    Options options;
    bool optionsEnded = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (optionsEnded || word.size() < 2 || word[0] != '-') {
            options.m_arguments.push_back(word);
            continue;
        }
        if (word == "--") {
            optionsEnded = true;
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const OptionSpec* spec = name.starts_with("--") ? find(grammar, name.substr(2)) : nullptr;
        if (spec == nullptr)
            return bad(fmt::format("{} is no option here", name));
        std::string value;
        if (spec->placeholder.empty()) {
            if (equals != std::string::npos)
                return bad(fmt::format("{} takes no value", name));
        } else if (equals != std::string::npos) {
            value = word.substr(equals + 1);
        } else if (i + 1 < words.size()) {
            value = words[++i];
        } else {
            return bad(fmt::format("{} needs a value: {}", name, spec->placeholder));
        }
        options.m_values[std::string(spec->name)].push_back(std::move(value));
    }
    if (const auto good = checkCounts(grammar, options); !good && !options.has("help"))
        return good.error();
    return options;
}

std::optional<std::string> Options::text(std::string_view name) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? std::nullopt : std::optional(found->second.back());
}

std::vector<std::string> Options::all(std::string_view name) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? std::vector<std::string>() : found->second;
}

Result<void> Options::number(std::string_view name, double least, double most, double& value) const
{
    const auto given = text(name);
    if (!given)
        return {};
    if (!readNumber(*given, value) || !std::isfinite(value) || value < least || value > most)
        return bad(
            fmt::format("--{}: \"{}\" is no number from {} to {}", name, *given, least, most));
    return {};
}

Result<void> Options::whole(std::string_view name, std::int64_t least, std::int64_t most,
                            std::int64_t& value) const
{
    const auto given = text(name);
    if (!given)
        return {};
    if (!readNumber(*given, value) || value < least || value > most)
        return bad(fmt::format("--{}: \"{}\" is no whole number from {} to {}", name, *given, least,
                               most));
    return {};
}

Result<void> Options::timeframe(std::string_view name,
                                std::optional<core::market::Timeframe>& value) const
{
    const auto given = text(name);
    if (!given)
        return {};
    const auto parsed = core::market::Timeframe::parse(*given);
    if (!parsed)
        return badValue(name, parsed.error());
    value = *parsed;
    return {};
}

Result<core::history::TimeRange> Options::range() const
{
    core::history::TimeRange range;
    for (const auto& [name, edge] : {std::pair("from", &range.from), std::pair("to", &range.to)}) {
        const auto given = text(name);
        if (!given)
            continue;
        const auto time = core::parseTimestamp(*given);
        if (!time)
            return badValue(name, time.error());
        *edge = *time;
    }
    if (range.from >= range.to)
        return bad("--from is not before --to");
    return range;
}

Result<core::Symbol> Options::symbol() const
{
    const auto given = text("symbol");
    if (!given)
        return bad("--symbol is missing");
    auto symbol = core::Symbol::parse(*given);
    if (!symbol)
        return badValue("symbol", symbol.error());
    return symbol;
}

} // namespace app::cli
