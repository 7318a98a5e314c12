// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/order.h"

namespace core::execution {

std::string_view name(Side side)
{
    switch (side) {
    case Side::Buy:
        return "buy";
    case Side::Sell:
        return "sell";
    case Side::Short:
        return "short";
    case Side::Cover:
        return "cover";
    }
    return "";
}

std::string_view name(OrderType type)
{
    switch (type) {
    case OrderType::Market:
        return "market";
    case OrderType::Limit:
        return "limit";
    case OrderType::Stop:
        return "stop";
    case OrderType::StopLimit:
        return "stop_limit";
    case OrderType::TrailingStop:
        return "trailing_stop";
    }
    return "";
}

std::string_view name(TimeInForce tif)
{
    switch (tif) {
    case TimeInForce::GoodTillCancelled:
        return "gtc";
    case TimeInForce::ImmediateOrCancel:
        return "ioc";
    case TimeInForce::GoodTillDate:
        return "gtd";
    }
    return "";
}

std::string_view name(OrderStatus status)
{
    switch (status) {
    case OrderStatus::Submitted:
        return "submitted";
    case OrderStatus::Accepted:
        return "accepted";
    case OrderStatus::Rejected:
        return "rejected";
    case OrderStatus::PartlyFilled:
        return "partly_filled";
    case OrderStatus::Filled:
        return "filled";
    case OrderStatus::Cancelled:
        return "cancelled";
    case OrderStatus::Expired:
        return "expired";
    }
    return "";
}

std::string_view name(BracketLeg leg)
{
    switch (leg) {
    case BracketLeg::None:
        return "";
    case BracketLeg::StopLoss:
        return "stop_loss";
    case BracketLeg::TakeProfit:
        return "take_profit";
    }
    return "";
}

std::string_view name(Liquidity liquidity)
{
    switch (liquidity) {
    case Liquidity::Undecided:
        return "";
    case Liquidity::Taker:
        return "taker";
    case Liquidity::Maker:
        return "maker";
    }
    return "";
}

std::string_view name(FillRule rule)
{
    switch (rule) {
    case FillRule::MarketOpen:
        return "market_open";
    case FillRule::StopGap:
        return "stop_gap";
    case FillRule::Stop:
        return "stop";
    case FillRule::Limit:
        return "limit";
    case FillRule::LimitBetter:
        return "limit_better";
    case FillRule::Liquidation:
        return "liquidation";
    case FillRule::BookWalk:
        return "book_walk";
    }
    return "";
}

std::string_view name(Detail detail)
{
    switch (detail) {
    case Detail::Path:
        return "candle_path";
    case Detail::Candles:
        return "candles";
    case Detail::Book:
        return "book";
    case Detail::Trades:
        return "trades";
    }
    return "";
}

namespace {

struct ReasonText {
    Reason reason;
    std::string_view name;
    std::string_view sentence;
};

constexpr ReasonText REASONS[] = {
    {Reason::None, "", ""},
    {Reason::UnknownSymbol, "unknown_symbol", "The strategy does not trade that symbol."},
    {Reason::NotFinite, "not_finite", "A size or price is not a finite number."},
    {Reason::NotPositive, "not_positive", "A size or price is zero or negative."},
    {Reason::BelowMinimum, "below_minimum", "The size is below the instrument's minimum."},
    {Reason::BelowMinimumCost, "below_minimum_cost",
     "The order would cost less than the instrument's minimum."},
    {Reason::WrongSideStop, "wrong_side_stop",
     "The stop lies on the side of the price where it would trigger at once."},
    {Reason::NothingToReduce, "nothing_to_reduce",
     "There is no position on the other side that the order could reduce."},
    {Reason::InsufficientMargin, "insufficient_margin",
     "The account's equity cannot carry the initial margin of more; the rest was cancelled."},
    {Reason::Halted, "halted", "The account is halted, by the user or after its liquidation."},
    {Reason::Liquidating, "liquidating", "The account is being liquidated by a margin call."},
    {Reason::Suspended, "suspended", "The strategy was suspended."},
    {Reason::Requested, "requested", "The strategy cancelled it."},
    {Reason::Replaced, "replaced", "The strategy replaced it by another order."},
    {Reason::OutOfRange, "out_of_range", "A number is outside the range of the ledger."},
    {Reason::MissingPrice, "missing_price",
     "The order needs a limit, a stop or a first price that is not there."},
    {Reason::UnexpectedPrice, "unexpected_price", "The order has a price that its type has no use for."},
    {Reason::SessionEnded, "session_ended", "The session ended while the order was working."},
    {Reason::WrongSideTarget, "wrong_side_target",
     "The take-profit lies on the side of the entry's price where it would take a loss."},
    {Reason::BracketOnExit, "bracket_on_exit",
     "An order that only reduces the position opens nothing that a stop-loss or take-profit could "
     "protect."},
    {Reason::WrongTimeInForce, "wrong_time_in_force",
     "An order that waits for a stop cannot be immediate-or-cancel."},
    {Reason::MissingExpiry, "missing_expiry", "A good-till-date order needs the time at which it expires."},
    {Reason::UnexpectedExpiry, "unexpected_expiry", "Only a good-till-date order expires."},
    {Reason::ExpiryPassed, "expiry_passed", "The time at which the order would expire is not ahead."},
    {Reason::NotFilledAtOnce, "not_filled_at_once",
     "What an immediate-or-cancel order did not fill at its first price was cancelled."},
    {Reason::DateReached, "date_reached", "The order reached the time until which it was good."},
    {Reason::OneCancelsOther, "one_cancels_other", "The other half of the bracket filled."},
    {Reason::PositionClosed, "position_closed", "The position that the bracket protected was closed."},
    {Reason::WrongCurrency, "wrong_currency",
     "The instrument is quoted in another currency than the account's."},
    {Reason::DailyLossLimit, "daily_loss_limit",
     "The account lost more since 00:00 UTC than its limit allows; it opens nothing until the next day."},
    {Reason::DrawdownLimit, "drawdown_limit",
     "The account fell further below its highest equity than its limit allows; it opens nothing more."},
    {Reason::ExposureLimit, "exposure_limit",
     "The account's exposure would be above its limit; what is too much was refused."},
    {Reason::OrderRateLimit, "order_rate_limit",
     "The account sent as many orders within a minute as its limit allows."},
    {Reason::AccountReset, "account_reset", "The user reset the account."},
    {Reason::TooManyOrders, "too_many_orders",
     "An account may have a thousand orders working, and send a thousand at one time."},
};

const ReasonText& textOf(Reason reason)
{
    for (const ReasonText& text : REASONS) {
        if (text.reason == reason)
            return text;
    }
    return REASONS[0];
}

} // namespace

std::string_view name(Reason reason)
{
    return textOf(reason).name;
}

std::string_view explain(Reason reason)
{
    return textOf(reason).sentence;
}

Reason reasonOf(portfolio::RiskLimit limit)
{
    switch (limit) {
    case portfolio::RiskLimit::DailyLoss:
        return Reason::DailyLossLimit;
    case portfolio::RiskLimit::Drawdown:
        return Reason::DrawdownLimit;
    case portfolio::RiskLimit::Exposure:
        return Reason::ExposureLimit;
    case portfolio::RiskLimit::OrderRate:
        return Reason::OrderRateLimit;
    }
    return Reason::None;
}

} // namespace core::execution
