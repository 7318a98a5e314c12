// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace core::analytics {

/// Why a figure has no value.
enum class Missing : std::uint8_t {
    NotMeasured,     ///< Nothing was fed to measure it by.
    NoTime,          ///< Not a moment passed between the first point and the last.
    UnderTwoDays,    ///< A spread of daily returns needs two.
    UnderThirtyDays, ///< Too few daily returns for a ratio to mean anything.
    UnderNinetyDays, ///< Too short to be put as a figure a year.
    EquityGone,      ///< Equity was zero or below: no return is defined from there on.
    NoVariation,     ///< All daily returns are equal.
    NoLosingDay,
    NoDrawdown,
    NothingTraded,
    NoRoundTrip, ///< None has closed.
    NoLosingRoundTrip,
    TooLarge ///< The value leaves the range of a double.
};
/// Explains it to a person, in a few words: "fewer than 30 whole days".
[[nodiscard]] std::string_view explain(Missing reason);

/// A figure, or the reason why there is none; never zero or infinity in place of "undefined".
class Metric
{
public:
    Metric() = default;
    /// A value that is not finite becomes TooLarge.
    Metric(double value);
    Metric(Missing reason) : m_reason(reason) {}

    [[nodiscard]] bool hasValue() const { return m_value.has_value(); }
    explicit operator bool() const { return hasValue(); }
    /// Only where there is one.
    [[nodiscard]] double operator*() const { return *m_value; }
    /// Only where there is no value.
    [[nodiscard]] Missing reason() const { return m_reason; }

    bool operator==(const Metric&) const = default;

private:
    std::optional<double> m_value;
    Missing m_reason = Missing::NotMeasured;
};

} // namespace core::analytics
