// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/words.h"

#include "ui/format.h"

#include <QCoreApplication>

namespace ui::models::words {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Words)
};

} // namespace

using core::engine::AccountState;
using core::execution::Detail;
using core::execution::FillRule;
using core::execution::OrderStatus;
using core::execution::OrderType;
using core::execution::Reason;
using core::execution::Side;
using TrustState = core::trust::State;

QString side(Side side)
{
    switch (side) {
    case Side::Buy:
        return Words::tr("buy");
    case Side::Sell:
        return Words::tr("sell");
    case Side::Short:
        return Words::tr("short");
    case Side::Cover:
        return Words::tr("cover");
    }
    return {};
}

QString orderType(OrderType type)
{
    switch (type) {
    case OrderType::Market:
        return Words::tr("market");
    case OrderType::Limit:
        return Words::tr("limit");
    case OrderType::Stop:
        return Words::tr("stop");
    case OrderType::StopLimit:
        return Words::tr("stop limit");
    case OrderType::TrailingStop:
        return Words::tr("trailing stop");
    }
    return {};
}

QString liquidity(core::execution::Liquidity liquidity)
{
    using core::execution::Liquidity;
    switch (liquidity) {
    case Liquidity::Undecided:
        return {};
    case Liquidity::Taker:
        return Words::tr("taker");
    case Liquidity::Maker:
        return Words::tr("maker");
    }
    return {};
}

QString bracketLeg(core::execution::BracketLeg leg)
{
    using core::execution::BracketLeg;
    switch (leg) {
    case BracketLeg::None:
        return {};
    case BracketLeg::StopLoss:
        return Words::tr("stop-loss");
    case BracketLeg::TakeProfit:
        return Words::tr("take-profit");
    }
    return {};
}

QString orderStatus(OrderStatus status)
{
    switch (status) {
    case OrderStatus::Submitted:
        return Words::tr("submitted");
    case OrderStatus::Accepted:
        return Words::tr("working");
    case OrderStatus::Rejected:
        return Words::tr("rejected");
    case OrderStatus::PartlyFilled:
        return Words::tr("partly filled");
    case OrderStatus::Filled:
        return Words::tr("filled");
    case OrderStatus::Cancelled:
        return Words::tr("cancelled");
    case OrderStatus::Expired:
        return Words::tr("expired");
    }
    return {};
}

QString reason(Reason reason)
{
    switch (reason) {
    case Reason::None:
        return {};
    case Reason::UnknownSymbol:
        return Words::tr("unknown symbol");
    case Reason::NotFinite:
        return Words::tr("not a number");
    case Reason::NotPositive:
        return Words::tr("not positive");
    case Reason::BelowMinimum:
        return Words::tr("below minimum");
    case Reason::BelowMinimumCost:
        return Words::tr("below minimum cost");
    case Reason::WrongSideStop:
        return Words::tr("stop on wrong side");
    case Reason::NothingToReduce:
        return Words::tr("nothing to reduce");
    case Reason::InsufficientMargin:
        return Words::tr("insufficient margin");
    case Reason::Halted:
        return Words::tr("account halted");
    case Reason::Liquidating:
        return Words::tr("liquidating");
    case Reason::Suspended:
        return Words::tr("strategy suspended");
    case Reason::Requested:
        return Words::tr("by the strategy");
    case Reason::Replaced:
        return Words::tr("replaced");
    case Reason::OutOfRange:
        return Words::tr("out of range");
    case Reason::MissingPrice:
        return Words::tr("price missing");
    case Reason::UnexpectedPrice:
        return Words::tr("price not expected");
    case Reason::SessionEnded:
        return Words::tr("session ended");
    case Reason::WrongSideTarget:
        return Words::tr("target on wrong side");
    case Reason::BracketOnExit:
        return Words::tr("bracket on an exit");
    case Reason::WrongTimeInForce:
        return Words::tr("time in force not possible");
    case Reason::MissingExpiry:
        return Words::tr("expiry missing");
    case Reason::UnexpectedExpiry:
        return Words::tr("expiry not expected");
    case Reason::ExpiryPassed:
        return Words::tr("expiry passed");
    case Reason::NotFilledAtOnce:
        return Words::tr("not filled at once");
    case Reason::DateReached:
        return Words::tr("date reached");
    case Reason::OneCancelsOther:
        return Words::tr("other half filled");
    case Reason::PositionClosed:
        return Words::tr("position closed");
    case Reason::WrongCurrency:
        return Words::tr("other currency");
    case Reason::DailyLossLimit:
        return Words::tr("daily loss limit");
    case Reason::DrawdownLimit:
        return Words::tr("drawdown limit");
    case Reason::ExposureLimit:
        return Words::tr("exposure limit");
    case Reason::OrderRateLimit:
        return Words::tr("too many orders a minute");
    case Reason::TooManyOrders:
        return Words::tr("too many orders");
    case Reason::AccountReset:
        return Words::tr("account reset");
    }
    return {};
}

QString reasonSentence(Reason reason)
{
    if (reason == Reason::None)
        return {};
    const std::string text(core::execution::explain(reason));
    return QCoreApplication::translate("core::execution", text.c_str());
}

QString fillRule(FillRule rule)
{
    switch (rule) {
    case FillRule::MarketOpen:
        return Words::tr("market open");
    case FillRule::StopGap:
        return Words::tr("stop, gapped");
    case FillRule::Stop:
        return Words::tr("stop");
    case FillRule::Limit:
        return Words::tr("limit");
    case FillRule::LimitBetter:
        return Words::tr("limit, better");
    case FillRule::Liquidation:
        return Words::tr("liquidation");
    case FillRule::BookWalk:
        return Words::tr("book walk");
    }
    return {};
}

QString fillRuleSentence(FillRule rule)
{
    switch (rule) {
    case FillRule::MarketOpen:
        return Words::tr("A market order fills at the open of the first bar after the decision.");
    case FillRule::StopGap:
        return Words::tr("The bar opened beyond the stop, so the stop filled at that open: "
                         "a gap is paid for.");
    case FillRule::Stop:
        return Words::tr("The price reached the stop inside the bar; a stop fills at its trigger.");
    case FillRule::Limit:
        return Words::tr("The price traded through the limit; a limit order fills at its limit.");
    case FillRule::LimitBetter:
        return Words::tr("The bar opened better than the limit, so the order filled at that open.");
    case FillRule::Liquidation:
        return Words::tr("A margin call closed the position at the price at which equity fell "
                         "below the maintenance margin.");
    case FillRule::BookWalk:
        return Words::tr("The order took what the order book showed, level by level; the price is the "
                         "average.");
    }
    return {};
}

QString tradeRuleSentence(FillRule rule)
{
    switch (rule) {
    case FillRule::MarketOpen:
        return Words::tr("A market order fills at the first trade after the decision.");
    case FillRule::StopGap:
        return Words::tr("A trade went beyond the stop, so the stop filled at the price of that trade.");
    case FillRule::Stop:
        return Words::tr("A trade reached the stop; a stop fills at its trigger.");
    case FillRule::Limit:
        return Words::tr("A trade went through the limit; a limit that waits fills at its own price, as far as "
                         "it is traded through.");
    case FillRule::LimitBetter:
        return Words::tr("The first trade was already better than the limit, so the order filled there.");
    case FillRule::Liquidation:
    case FillRule::BookWalk:
        break;
    }
    return fillRuleSentence(rule);
}

QString detailSentence(Detail detail)
{
    switch (detail) {
    case Detail::Path:
        return Words::tr("Nothing finer than the bar is known: its own path resolved it.");
    case Detail::Candles:
        return Words::tr("Finer candles inside the bar resolved it.");
    case Detail::Trades:
        return Words::tr("The trades of the bar resolved it.");
    case Detail::Book:
        return Words::tr("A live order book showed the price.");
    }
    return {};
}

QString accountState(AccountState state)
{
    switch (state) {
    case AccountState::Running:
        return Words::tr("running");
    case AccountState::Suspended:
        return Words::tr("suspended");
    case AccountState::Liquidating:
        return Words::tr("liquidating");
    case AccountState::Liquidated:
        return Words::tr("liquidated");
    case AccountState::Blocked:
        return Words::tr("entries blocked");
    case AccountState::Flattening:
        return Words::tr("closing positions");
    case AccountState::Halted:
        return Words::tr("halted");
    }
    return {};
}

Token accountToken(AccountState state)
{
    switch (state) {
    case AccountState::Running:
        return Token::Ok;
    case AccountState::Suspended:
    case AccountState::Blocked:
    case AccountState::Halted:
        return Token::Warn;
    case AccountState::Liquidating:
    case AccountState::Liquidated:
    case AccountState::Flattening:
        return Token::Bad;
    }
    return Token::Text;
}

Shape accountShape(AccountState state)
{
    switch (state) {
    case AccountState::Running:
        return Shape::Dot;
    case AccountState::Suspended:
    case AccountState::Blocked:
    case AccountState::Halted:
        return Shape::Square;
    case AccountState::Liquidating:
    case AccountState::Flattening:
        return Shape::Triangle;
    case AccountState::Liquidated:
        return Shape::Cross;
    }
    return Shape::None;
}

QString trustState(TrustState state)
{
    switch (state) {
    case TrustState::Unknown:
        return Words::tr("unknown");
    case TrustState::Approved:
        return Words::tr("approved");
    case TrustState::Signed:
        return Words::tr("signed");
    case TrustState::Changed:
        return Words::tr("changed");
    case TrustState::Revoked:
        return Words::tr("revoked");
    case TrustState::Invalid:
        return Words::tr("invalid");
    }
    return {};
}

Token trustToken(TrustState state)
{
    switch (state) {
    case TrustState::Unknown:
        return Token::Dim;
    case TrustState::Approved:
    case TrustState::Signed:
        return Token::Ok;
    case TrustState::Changed:
        return Token::Warn;
    case TrustState::Revoked:
    case TrustState::Invalid:
        return Token::Bad;
    }
    return Token::Dim;
}

QString signature(const core::trust::SignatureCheck& check)
{
    using core::trust::SignatureOutcome;
    const QString signer = QString::fromStdString(check.signer);
    const QString key = QString::fromStdString(check.keyId.hex());
    switch (check.outcome) {
    case SignatureOutcome::Absent:
        return {};
    case SignatureOutcome::Unusable:
        return QString::fromStdString(check.reason);
    case SignatureOutcome::UnknownKey:
        return Words::tr("signed by key %1, which is not trusted").arg(key);
    case SignatureOutcome::RevokedKey:
        return Words::tr("signed by %1 (key %2), who was revoked on %3")
            .arg(signer, key, format::date(*check.revoked));
    case SignatureOutcome::Trusted:
        return Words::tr("signed by %1 (key %2)").arg(signer, key);
    }
    return {};
}

QString correlation(core::CorrelationId id)
{
    return id.isNone() ? QString() : QString::number(id.value, 16);
}

QString hash(const core::Sha256Digest& digest)
{
    return QString::fromStdString(digest.hex());
}

} // namespace ui::models::words
