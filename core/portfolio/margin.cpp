// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/margin.h"

#include <algorithm>
#include <cmath>

namespace core::portfolio {

namespace {

constexpr std::int64_t LEVERAGE_UNIT = 10'000;

Int128 ceiling(Int128 dividend, Int128 divisor)
{
    return -divideFloor(-dividend, divisor);
}

double asQuote(Int128 count)
{
    return static_cast<double>(count) / 1e8;
}

} // namespace

Int128 widePositionValue(Int128 tickLots, int shift)
{
    if (shift > 0)
        return std::clamp(divideHalfEven(tickLots, powerOfTen(shift)), -MAX_POSITION_VALUE, MAX_POSITION_VALUE);
    const Int128 most = MAX_POSITION_VALUE / powerOfTen(-shift);
    return std::clamp(tickLots, -most, most) * powerOfTen(-shift);
}

Int128 Margin::initial(const AccountSettings& settings) const
{
    return ceiling(longExposure * LEVERAGE_UNIT, settings.longLeverage) +
           ceiling(shortExposure * LEVERAGE_UNIT, settings.shortLeverage);
}

Int128 Margin::maintenance(const AccountSettings& settings) const
{
    return ceiling(exposure() * settings.maintenance, RATIO_UNIT);
}

Margin marginOf(const Account& account, std::span<const market::Instrument> instruments,
                std::span<const Price> marks)
{
    Margin margin;
    margin.equity = account.cash().count();
    if (account.isFlat())
        return margin;
    for (std::size_t i = 0; i < instruments.size(); ++i) {
        const Quantity quantity = account.positions()[i].quantity;
        if (quantity.isZero())
            continue;
        margin.add(positionValue(instruments[i], marks[i], quantity));
    }
    return margin;
}

std::optional<double> liquidationPrice(const Account& account,
                                       std::span<const market::Instrument> instruments,
                                       std::span<const Price> marks, SymbolIndex symbol)
{
    const Quantity quantity = account.position(symbol).quantity;
    if (quantity.isZero())
        return std::nullopt;
    Int128 rest = account.cash().count();
    Int128 exposure = 0;
    for (std::size_t i = 0; i < instruments.size(); ++i) {
        if (i == symbol || account.positions()[i].quantity.isZero())
            continue;
        const Int128 value = positionValue(instruments[i], marks[i], account.positions()[i].quantity);
        rest += value;
        exposure += value < 0 ? -value : value;
    }
    const double ratio = toDouble(account.settings().maintenance, 8);
    const double size = std::abs(instruments[symbol].toDouble(quantity));
    const double price = quantity.lots() > 0
                             ? (ratio * asQuote(exposure) - asQuote(rest)) / ((1.0 - ratio) * size)
                             : (asQuote(rest) - ratio * asQuote(exposure)) / ((1.0 + ratio) * size);
    if (!(price > 0.0))
        return std::nullopt;
    return price;
}

std::optional<double> commonMoveToCall(const Account& account, const Margin& margin)
{
    const double ratio = toDouble(account.settings().maintenance, 8);
    const double net = asQuote(margin.longExposure - margin.shortExposure);
    const double slope = net - ratio * asQuote(margin.exposure());
    if (margin.exposure() == 0 || slope == 0.0)
        return std::nullopt;
    const double level = -account.cash().toDouble() / slope;
    if (!(level > 0.0))
        return std::nullopt;
    return level - 1.0;
}

} // namespace core::portfolio
