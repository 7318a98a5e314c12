// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/strategy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::strategy {

namespace {

using Type = ParameterSpec::Type;

Error invalid(const ParameterSpec& spec, std::string_view must, std::string_view text)
{
    return {ErrorCode::InvalidInput,
            fmt::format("parameter {} must be {}, not \"{}\"", spec.name, must, text.substr(0, 40)), ""};
}

std::string bounds(const ParameterSpec& spec)
{
    if (spec.minimum && spec.maximum)
        return fmt::format("between {} and {}", *spec.minimum, *spec.maximum);
    if (spec.minimum)
        return fmt::format("at least {}", *spec.minimum);
    return fmt::format("at most {}", spec.maximum.value_or(0));
}

/// Reads the whole text as a number of type T.
template <typename T> std::optional<T> read(std::string_view text)
{
    T value{};
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, value);
    return fault == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

bool inBounds(const ParameterSpec& spec, double value)
{
    return !(spec.minimum && value < *spec.minimum) && !(spec.maximum && value > *spec.maximum);
}

Result<ParameterValue> parseInteger(const ParameterSpec& spec, std::string_view text)
{
    const auto value = read<std::int64_t>(text);
    if (!value)
        return invalid(spec, "a whole number", text);
    if (!inBounds(spec, static_cast<double>(*value)))
        return invalid(spec, bounds(spec), text);
    return ParameterValue(*value);
}

Result<ParameterValue> parseNumber(const ParameterSpec& spec, std::string_view text)
{
    const auto value = read<double>(text);
    if (!value || !std::isfinite(*value))
        return invalid(spec, "a number", text);
    if (!inBounds(spec, *value))
        return invalid(spec, bounds(spec), text);
    return ParameterValue(*value);
}

Result<ParameterValue> parseValue(const ParameterSpec& spec, std::string_view text)
{
    switch (spec.type) {
    case Type::Integer: return parseInteger(spec, text);
    case Type::Number: return parseNumber(spec, text);
    case Type::Boolean:
        if (text != "true" && text != "false")
            return invalid(spec, "true or false", text);
        return ParameterValue(text == "true");
    case Type::Choice:
        if (std::ranges::find(spec.choices, text) == spec.choices.end())
            return invalid(spec, fmt::format("one of {}", fmt::join(spec.choices, ", ")), text);
        return ParameterValue(std::string(text));
    }
    return invalid(spec, "known", text);
}

Error unknown(const Metadata& metadata, std::string_view name)
{
    std::vector<std::string> names;
    for (const ParameterSpec& spec : metadata.parameters)
        names.push_back(spec.name);
    return {ErrorCode::InvalidInput,
            fmt::format("{} has no parameter \"{}\"", metadata.name, name),
            names.empty() ? "It takes none." : fmt::format("It has: {}.", fmt::join(names, ", "))};
}

} // namespace

bool isStrategyName(std::string_view text)
{
    constexpr std::size_t LONGEST = 64;
    return !text.empty() && text.size() <= LONGEST && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

Result<Parameters> resolveParameters(const Metadata& metadata,
                                     const std::vector<std::pair<std::string, std::string>>& given)
{
    Parameters parameters;
    for (const ParameterSpec& spec : metadata.parameters)
        parameters.emplace_back(spec.name, spec.defaultValue);
    std::vector<bool> seen(parameters.size());
    for (const auto& [name, text] : given) {
        const auto spec = std::ranges::find(metadata.parameters, name, &ParameterSpec::name);
        if (spec == metadata.parameters.end())
            return unknown(metadata, name);
        const auto index = static_cast<std::size_t>(spec - metadata.parameters.begin());
        if (seen[index])
            return Error{ErrorCode::InvalidInput,
                         fmt::format("parameter {} is given twice", name), "Give it once."};
        seen[index] = true;
        auto value = parseValue(*spec, text);
        if (!value)
            return value.error();
        parameters[index].second = std::move(*value);
    }
    return parameters;
}

} // namespace core::strategy
