// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/factories.h"
#include "core/indicators/indicator.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace core::indicators {

namespace {

constexpr double LONGEST_PERIOD = 100'000.0;
constexpr double WIDEST_BAND = 100.0;

/// What a kind is called, how many parameters it takes and what they are when they are not given.
struct KindRow {
    std::string_view name;
    std::size_t parameters;
    std::array<double, 3> defaults;
    double shortest = 1.0; ///< The shortest period that means anything.
};

/// In the order of Kind.
constexpr std::array<KindRow, 15> KINDS = {{
    {"sma", 1, {20}},
    {"ema", 1, {20}},
    {"wma", 1, {20}},
    {"rsi", 1, {14}},
    {"atr", 1, {14}},
    {"macd", 3, {12, 26, 9}},
    {"bbands", 2, {20, 2}},
    {"adx", 1, {14}},
    {"stddev", 1, {20}},
    {"choppiness", 1, {14}, 2.0},
    {"zscore", 1, {20}},
    {"volume_ratio", 1, {20}},
    {"highest", 1, {20}},
    {"lowest", 1, {20}},
    {"roc", 1, {10}},
}};

/// In the order of Source.
constexpr std::array<std::string_view, 8> SOURCES = {"close",  "open", "high", "low",
                                                     "volume", "hl2",  "hlc3", "ohlc4"};
constexpr std::array<std::string_view, 3> BAND_OUTPUTS = {"middle", "upper", "lower"};
constexpr std::array<std::string_view, 3> MACD_OUTPUTS = {"macd", "signal", "histogram"};
constexpr std::array<std::string_view, 3> ADX_OUTPUTS = {"adx", "plus_di", "minus_di"};

const KindRow& row(Kind kind)
{
    return KINDS[static_cast<std::size_t>(kind)];
}

Error invalid(std::string what, std::string remedy)
{
    return {ErrorCode::InvalidInput, std::move(what), std::move(remedy)};
}

bool isPeriod(double value, double shortest)
{
    return value >= shortest && value <= LONGEST_PERIOD && std::floor(value) == value;
}

Result<void> checkParameters(const KindRow& kind, const Spec& spec)
{
    const bool bands = spec.kind == Kind::BollingerBands;
    for (std::size_t i = 0; i < kind.parameters; ++i) {
        const double value = spec.parameters[i];
        if (bands && i == 1) {
            if (!(value > 0.0 && value <= WIDEST_BAND))
                return invalid(fmt::format("bbands cannot be {} deviations wide", formatDouble(value)),
                               "Give a number above 0 and up to 100, such as bbands:20:2");
        } else if (!isPeriod(value, kind.shortest)) {
            return invalid(fmt::format("{} is no period of {}", formatDouble(value), kind.name),
                           fmt::format("Periods are whole numbers from {} to 100000", formatDouble(kind.shortest)));
        }
    }
    if (spec.kind == Kind::Macd && spec.parameters[0] >= spec.parameters[1])
        return invalid(fmt::format("The fast period {} of macd is not below the slow period {}",
                                   formatDouble(spec.parameters[0]),
                                   formatDouble(spec.parameters[1])),
                       "Give the fast period first, such as macd:12:26:9");
    return {};
}

/// Whole numbers as users write them (100000 rather than 1e+05).
std::string numberText(double value)
{
    return isPeriod(value, 1.0) ? fmt::format("{:.0f}", value) : formatDouble(value);
}

Result<Source> sourceNamed(std::string_view name)
{
    const auto found = std::find(SOURCES.begin(), SOURCES.end(), name);
    if (found == SOURCES.end())
        return invalid(fmt::format("There is no source \"{}\"", name),
                       fmt::format("Sources are {}", fmt::join(SOURCES, ", ")));
    return static_cast<Source>(found - SOURCES.begin());
}

Result<double> parameterNumber(std::string_view text)
{
    double value = 0.0;
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (fault != std::errc() || stop != end || !std::isfinite(value))
        return invalid(fmt::format("\"{}\" is no number", text),
                       "Write an indicator as name:number, such as sma:20 or bbands:20:2@hl2");
    return value;
}

} // namespace

std::string_view kindName(Kind kind)
{
    return row(kind).name;
}

std::span<const std::string_view> outputNames(Kind kind)
{
    switch (kind) {
    case Kind::BollingerBands: return BAND_OUTPUTS;
    case Kind::Macd: return MACD_OUTPUTS;
    case Kind::Adx: return ADX_OUTPUTS;
    default: return {&row(kind).name, 1};
    }
}

Spec completed(const Spec& spec)
{
    Spec result = spec;
    for (std::size_t i = 0; i < row(spec.kind).parameters; ++i) {
        if (result.parameters[i] == 0.0)
            result.parameters[i] = row(spec.kind).defaults[i];
    }
    return result;
}

bool parametersAreValid(const Spec& spec)
{
    return checkParameters(row(spec.kind), spec).ok();
}

std::string Spec::text() const
{
    const Spec whole = completed(*this);
    std::string result(kindName(kind));
    for (std::size_t i = 0; i < row(kind).parameters; ++i)
        result += ":" + numberText(whole.parameters[i]);
    if (source != Source::Close)
        result += fmt::format("@{}", SOURCES[static_cast<std::size_t>(source)]);
    return result;
}

Result<Spec> makeSpec(std::string_view name, std::span<const double> parameters,
                      std::string_view source)
{
    const auto found = std::find_if(KINDS.begin(), KINDS.end(),
                                    [name](const KindRow& kind) { return kind.name == name; });
    if (found == KINDS.end())
        return invalid(fmt::format("There is no indicator \"{}\"", name),
                       "Indicators are sma, ema, wma, rsi, atr, macd, bbands, adx, stddev, choppiness, "
                       "zscore, volume_ratio, highest, lowest and roc");
    if (parameters.size() > found->parameters)
        return invalid(fmt::format("{} takes at most {} numbers, not {}", name, found->parameters,
                                   parameters.size()),
                       "Leave out the last ones");
    const auto reads = sourceNamed(source);
    if (!reads)
        return reads.error();
    Spec spec{static_cast<Kind>(found - KINDS.begin()), found->defaults, *reads};
    std::copy(parameters.begin(), parameters.end(), spec.parameters.begin());
    if (const auto checked = checkParameters(*found, spec); !checked)
        return checked.error();
    return spec;
}

Result<Spec> parseSpec(std::string_view text)
{
    const std::size_t at = text.find('@');
    const std::string_view source = at == text.npos ? SOURCES[0] : text.substr(at + 1);
    std::string_view rest = text.substr(0, at);
    std::size_t colon = rest.find(':');
    const std::string_view name = rest.substr(0, colon);
    std::vector<double> parameters;
    while (colon != rest.npos) {
        rest.remove_prefix(colon + 1);
        colon = rest.find(':');
        const auto number = parameterNumber(rest.substr(0, colon));
        if (!number)
            return number.error();
        parameters.push_back(*number);
    }
    return makeSpec(name, parameters, source);
}

} // namespace core::indicators
