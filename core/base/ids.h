// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

// After <cstddef>: moc cannot read <compare> as the first header it meets.
#include <compare>

namespace core {

/// A number that cannot be mistaken for another kind of number. 0 means "none".
template <typename Tag> struct Id {
    std::uint64_t value = 0;
    constexpr auto operator<=>(const Id&) const = default;
    [[nodiscard]] constexpr bool isNone() const { return value == 0; }
};

using OrderId = Id<struct OrderTag>;
using FillId = Id<struct FillTag>;
/// The number of the market event or user action that started a chain of signal, order, fills and
/// ledger entries. Written to journals as "<configuration digest, 8 digits>-<number, hexadecimal>".
using CorrelationId = Id<struct CorrelationTag>;

/// Positions in a session's own tables, in name order.
using SymbolIndex = std::uint32_t;
using AccountIndex = std::uint32_t;

} // namespace core
