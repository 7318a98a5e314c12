// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/risklimits.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <string>

namespace core::portfolio {

namespace {

constexpr double MOST_EXPOSURE = 1000.0;
constexpr std::int64_t MOST_ORDERS = 10'000;

/// Takes a fraction; fails when it is not between 0 and 1.
Result<void> takeFraction(const std::optional<double>& fraction, const char* what,
                          const char* remedy, std::int64_t& taken)
{
    if (!fraction)
        return {};
    if (!(*fraction > 0.0 && *fraction < 1.0))
        return Error{ErrorCode::InvalidInput, std::string(what) + " is not between 0 and 1",
                     remedy};
    taken = std::max<std::int64_t>(1, *decimalNearest(*fraction, 8));
    return {};
}

} // namespace

std::string_view name(RiskLimit limit)
{
    switch (limit) {
    case RiskLimit::DailyLoss:
        return "daily_loss";
    case RiskLimit::Drawdown:
        return "drawdown";
    case RiskLimit::Exposure:
        return "exposure";
    case RiskLimit::OrderRate:
        return "order_rate";
    }
    return "";
}

std::string_view name(OnSuspension action)
{
    return action == OnSuspension::Close ? "close" : "keep";
}

std::string_view name(OnBreach action)
{
    return action == OnBreach::Flatten ? "flatten" : "block";
}

Result<RiskLimits> RiskLimits::make(const RiskRequest& request)
{
    RiskLimits limits;
    limits.onBreach = request.onBreach;
    limits.onSuspension = request.onSuspension;
    if (auto taken = takeFraction(
            request.dailyLoss, "the daily loss limit",
            "Write it as a fraction of the equity at 00:00 UTC, such as 0.05.", limits.dailyLoss);
        !taken)
        return taken.error();
    if (auto taken = takeFraction(request.drawdown, "the drawdown limit",
                                  "Write it as a fraction of the highest equity, such as 0.2.",
                                  limits.drawdown);
        !taken)
        return taken.error();
    if (request.exposure) {
        if (!(*request.exposure > 0.0 && *request.exposure <= MOST_EXPOSURE))
            return Error{ErrorCode::InvalidInput,
                         "the exposure limit is not above 0 and at most 1000",
                         "Write it as a multiple of the equity, such as 1.0."};
        limits.exposure = std::max<std::int64_t>(1, *decimalNearest(*request.exposure, 4));
    }
    if (request.ordersAMinute) {
        if (*request.ordersAMinute < 1 || *request.ordersAMinute > MOST_ORDERS)
            return Error{ErrorCode::InvalidInput, "the orders a minute are not from 1 to 10,000",
                         "Choose a whole number such as 30."};
        limits.ordersAMinute = *request.ordersAMinute;
    }
    return limits;
}

double RiskLimits::of(RiskLimit limit) const
{
    switch (limit) {
    case RiskLimit::DailyLoss:
        return toDouble(dailyLoss, 8);
    case RiskLimit::Drawdown:
        return toDouble(drawdown, 8);
    case RiskLimit::Exposure:
        return toDouble(exposure, 4);
    case RiskLimit::OrderRate:
        return static_cast<double>(ordersAMinute);
    }
    return 0.0;
}

} // namespace core::portfolio
