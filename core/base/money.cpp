// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/money.h"

#include <cstdio>
#include <cstdlib>

namespace core {

void breakInvariant(const char* invariant)
{
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

Result<Money> checkedAdd(Money a, Money b)
{
    return Money::fromCount(static_cast<Int128>(a.count()) + b.count());
}

} // namespace core
