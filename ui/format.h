// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/base/timestamp.h"
#include "core/market/instrument.h"

#include <QDateTime>
#include <QString>

#include <cstdint>

/// Figures as people read them: thousands by thin space, a true minus sign, a point before
/// decimals, times in UTC. Show them in ui::figureFont(), right-aligned. Not for files: those are
/// core's.
namespace ui::format {

inline constexpr char16_t THIN_SPACE = u'\u2009';
inline constexpr char16_t MINUS = u'\u2212';
/// What stands where there is no value.
inline constexpr char16_t NONE = u'\u2013';

enum class Sign {
    Minus, ///< Only negative numbers carry a sign.
    Always ///< Positive ones carry a plus; zero carries none.
};

/// A count of 10^-decimals units, exactly: (123456789, 2) is "1 234 567.89".
[[nodiscard]] QString decimal(std::int64_t count, int decimals, Sign sign = Sign::Minus);
/// A double rounded to `decimals`; "–" for NaN, "∞" for infinity. Never "−0".
[[nodiscard]] QString number(double value, int decimals, Sign sign = Sign::Minus);
/// A whole number: "45 031".
[[nodiscard]] QString count(std::int64_t value);

/// Money to `decimals` places, rounded half-even.
[[nodiscard]] QString money(core::Money value, int decimals = 2, Sign sign = Sign::Minus);
/// A fraction as a percentage with its unit: 0.0184 is "+1.84 %".
[[nodiscard]] QString percent(double fraction, int decimals = 2, Sign sign = Sign::Always);
[[nodiscard]] QString price(const core::market::Instrument& instrument, core::Price price);
/// A chart's price, to the instrument's tick.
[[nodiscard]] QString price(const core::market::Instrument& instrument, double price);
[[nodiscard]] QString quantity(const core::market::Instrument& instrument, core::Quantity quantity,
                               Sign sign = Sign::Minus);
/// A large amount in few figures: "12.4 k", "3.1 M".
[[nodiscard]] QString compact(double value);

/// A size in its decimal unit: "820 B", "3.2 MB".
[[nodiscard]] QString bytes(std::int64_t count);

[[nodiscard]] QDateTime toDateTime(core::Timestamp time);
[[nodiscard]] core::Timestamp fromDateTime(const QDateTime& time);
[[nodiscard]] QString time(core::Timestamp time);     ///< "05:42", with seconds when there are any.
[[nodiscard]] QString date(core::Timestamp time);     ///< "19 Jan 2022".
[[nodiscard]] QString dayTime(core::Timestamp time);  ///< "19 Jan 05:42".
[[nodiscard]] QString dateTime(core::Timestamp time); ///< "2022-01-19 05:42:00".

} // namespace ui::format
