// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/money.h"

#include <cstdio>
#include <cstdlib>

namespace core {

void require(bool condition, const char* invariant)
{
    if (condition) [[likely]]
        return;
    std::fprintf(stderr, "quarterdeck: broken invariant: %s\n", invariant);
    std::abort();
}

Result<Money> Money::parse(std::string_view text)
{
    auto count = parseDecimal(text, MONEY_DECIMALS);
    if (!count)
        return count.error();
    return Money(*count);
}

Result<Money> Money::fromCount(Int128 count)
{
    if (!fitsInt64(count))
        return Error{ErrorCode::Overflow, "the amount is outside the range of the ledger", ""};
    return Money(static_cast<std::int64_t>(count));
}

Money& Money::operator+=(Money other)
{
    require(!__builtin_add_overflow(m_count, other.m_count, &m_count), "money stays in range");
    return *this;
}

Money& Money::operator-=(Money other)
{
    require(!__builtin_sub_overflow(m_count, other.m_count, &m_count), "money stays in range");
    return *this;
}

Result<Money> checkedAdd(Money a, Money b)
{
    return Money::fromCount(static_cast<Int128>(a.count()) + b.count());
}

Quantity& Quantity::operator+=(Quantity other)
{
    require(!__builtin_add_overflow(m_lots, other.m_lots, &m_lots), "a quantity stays in range");
    return *this;
}

Quantity& Quantity::operator-=(Quantity other)
{
    require(!__builtin_sub_overflow(m_lots, other.m_lots, &m_lots), "a quantity stays in range");
    return *this;
}

} // namespace core
