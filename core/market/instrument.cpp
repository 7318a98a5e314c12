// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/instrument.h"

namespace core::market {

Result<Money> moneyFromTickLots(const Instrument& instrument, Int128 count)
{
    const int excess = instrument.priceDecimals + instrument.lotDecimals - MONEY_DECIMALS;
    if (excess > 0)
        return Money::fromCount(divideHalfEven(count, powerOfTen(excess)));
    Int128 scaled = 0;
    if (__builtin_mul_overflow(count, static_cast<Int128>(powerOfTen(-excess)), &scaled))
        return Error{ErrorCode::Overflow, "the notional is outside the range of the ledger", ""};
    return Money::fromCount(scaled);
}

Result<Money> checkedNotional(const Instrument& instrument, Price price, Quantity size)
{
    return moneyFromTickLots(instrument, static_cast<Int128>(price.ticks()) * size.lots());
}

Money notional(const Instrument& instrument, Price price, Quantity size)
{
    const auto money = checkedNotional(instrument, price, size);
    require(money.ok(), "a notional fits the ledger");
    return *money;
}

} // namespace core::market
