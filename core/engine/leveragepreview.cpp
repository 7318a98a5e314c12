// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/leveragepreview.h"

#include "core/portfolio/margin.h"

#include <algorithm>

namespace core::engine {

namespace {

constexpr std::int64_t LEVERAGE_UNIT = 10'000;

LeverageView viewOf(const AccountSnapshot& account, const portfolio::AccountSettings& settings)
{
    const portfolio::Margin margin{account.equity.count(), account.longExposure.count(),
                                   account.shortExposure.count()};
    const Int128 initial = margin.initial(settings);
    // The most that a side can be, less what it is: to the last unit, where the margin rounds up.
    const auto power = [](Int128 equityForSide, std::int64_t leverage, Int128 side) {
        return portfolio::saturate(
            std::max<Int128>(divideFloor(equityForSide * leverage, LEVERAGE_UNIT) - side, 0));
    };
    const Int128 ofLongs = portfolio::Margin{0, margin.longExposure, 0}.initial(settings);
    const Int128 free = margin.equity - initial;
    LeverageView view;
    view.initialMargin = portfolio::saturate(initial);
    view.freeMargin = portfolio::saturate(free);
    view.longPower = power(free + ofLongs, settings.longLeverage, margin.longExposure);
    view.shortPower = power(margin.equity - ofLongs, settings.shortLeverage, margin.shortExposure);
    view.blocksEntries = view.longPower == Money() && view.shortPower == Money();
    view.callsWhenUsed = static_cast<Int128>(std::max(settings.longLeverage, settings.shortLeverage)) *
                             settings.maintenance >
                         static_cast<Int128>(LEVERAGE_UNIT) * portfolio::RATIO_UNIT;
    return view;
}

} // namespace

LeveragePreview previewLeverage(const AccountSnapshot& account, std::int64_t longLeverage,
                                std::int64_t shortLeverage)
{
    portfolio::AccountSettings before;
    before.longLeverage = *decimalNearest(account.longLeverage, 4);
    before.shortLeverage = *decimalNearest(account.shortLeverage, 4);
    before.maintenance = *decimalNearest(account.maintenanceRatio, 8);
    portfolio::AccountSettings after = before;
    after.longLeverage = longLeverage;
    after.shortLeverage = shortLeverage;
    return {viewOf(account, before), viewOf(account, after)};
}

} // namespace core::engine
