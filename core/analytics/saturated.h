// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/portfolio/margin.h"

namespace core::analytics {

/// a + b, cut into the range of Money: a curve's equity may already be cut, and measuring it must
/// not end the program. Exact for any account that fits its own ledger.
[[nodiscard]] inline Money plus(Money a, Money b)
{
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a.count(), b.count(), &sum)) [[likely]]
        return Money(sum);
    return portfolio::saturate(static_cast<Int128>(a.count()) + b.count());
}
[[nodiscard]] inline Money minus(Money a, Money b)
{
    std::int64_t difference = 0;
    if (!__builtin_sub_overflow(a.count(), b.count(), &difference)) [[likely]]
        return Money(difference);
    return portfolio::saturate(static_cast<Int128>(a.count()) - b.count());
}

} // namespace core::analytics
