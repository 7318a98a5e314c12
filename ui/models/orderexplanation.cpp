// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/explanation.h"

#include "ui/format.h"
#include "ui/models/explanationunits.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>

namespace ui::models {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Explanation)
};

using Units = ExplanationUnits;
using core::engine::EngineSnapshot;
using core::execution::BracketLeg;
using core::execution::Order;
using core::execution::OrderStatus;
using core::execution::OrderType;
using core::execution::TimeInForce;

/// What a trailing stop keeps between itself and the best price.
QString trailWords(const Units& units, const Order& order)
{
    constexpr double UNITS_OF_ONE = 1e8;
    return order.trailFraction > 0
               ? format::percent(static_cast<double>(order.trailFraction) / UNITS_OF_ONE, 2,
                                 format::Sign::Minus)
               : units.price(order.trail) + QLatin1Char(' ') + units.quote;
}

QString priceWords(const Units& units, const Order& order)
{
    QString at;
    if (order.stop)
        at += Text::tr(", stop %1").arg(units.price(*order.stop));
    if (order.limit)
        at += Text::tr(", limit %1").arg(units.price(*order.limit));
    if (order.type == OrderType::TrailingStop)
        at += Text::tr(", trailing by %1").arg(trailWords(units, order));
    return at;
}

QString orderLine(const EngineSnapshot& snapshot, const Units& units, core::AccountIndex account,
                  const Order& order)
{
    return sentence(Text::tr("%1 %2 of %3%4 (%5, decided %6).")
                        .arg(words::orderType(order.type), words::side(order.side),
                             units.size(order.size), priceWords(units, order),
                             strategyName(snapshot, account),
                             format::dateTime(order.decisionTime)));
}

/// Until when it works, what it protects and what protects it; empty for a plain order.
QString termsLine(const Units& units, const Order& order)
{
    QStringList terms;
    if (order.tif == TimeInForce::GoodTillDate)
        terms.append(Text::tr("Good till %1.").arg(format::dateTime(order.expires)));
    else if (order.tif == TimeInForce::ImmediateOrCancel)
        terms.append(Text::tr("Immediate or cancel."));
    if (order.leg != BracketLeg::None)
        terms.append((order.leg == BracketLeg::StopLoss
                          ? Text::tr("It is the stop-loss of what order %1 opened; the take-profit "
                                     "cancels it.")
                          : Text::tr("It is the take-profit of what order %1 opened; the stop-loss "
                                     "cancels it."))
                         .arg(order.parent.value));
    else if (order.reduceOnly)
        terms.append(Text::tr("It only reduces the position."));
    if (order.stopLoss)
        terms.append(Text::tr("From its fill on a stop-loss waits at %1.")
                         .arg(units.price(*order.stopLoss)));
    if (order.takeProfit)
        terms.append(Text::tr("From its fill on a take-profit waits at %1.")
                         .arg(units.price(*order.takeProfit)));
    return terms.join(QLatin1Char(' '));
}

/// How far the mark is from a working order's price, as "1.5 USD (0.01 %)".
QString awayFrom(const Units& units, core::Price mark, core::Price wanted)
{
    const core::Price gap(std::abs(mark.ticks() - wanted.ticks()));
    const double share = units.instrument.toDouble(gap) / units.instrument.toDouble(wanted);
    return Text::tr("%1 %2 (%3)")
        .arg(units.price(gap), units.quote, format::percent(share, 2, format::Sign::Minus));
}

/// What a stop becomes when a trade reaches it.
QString stopWords(const Units& units, const Order& order)
{
    if (order.type == OrderType::StopLimit)
        return Text::tr("A stop-limit becomes a limit order when a trade reaches its stop.");
    if (order.type == OrderType::TrailingStop)
        return Text::tr(
                   "A trailing stop follows the best price at a distance of %1, never back, and "
                   "becomes a market order when a trade reaches it.")
            .arg(trailWords(units, order));
    return Text::tr("A stop becomes a market order when a trade reaches it.");
}

QString limitWords(const Order& order)
{
    const QString rule =
        Text::tr("A limit fills when the price trades through it by a tick; touching "
                 "it is enough only in a replay set up so.");
    return order.triggered ? Text::tr("Its stop was reached. %1").arg(rule) : rule;
}

QString waitingLine(const EngineSnapshot& snapshot, const Units& units, const Order& order)
{
    const auto& symbol = snapshot.symbols[order.symbol];
    if (!symbol.mark)
        return Text::tr("There has been no price yet.");
    const auto away = [&](core::Price wanted, const QString& rule) {
        return Text::tr("The mark is %1, %2 away. %3")
            .arg(units.price(*symbol.mark), awayFrom(units, *symbol.mark, wanted), rule);
    };
    if (order.isAtLimit() && order.limit)
        return away(*order.limit, limitWords(order));
    if (order.awaitsStop() && order.stop)
        return away(*order.stop, stopWords(units, order));
    if (order.triggered)
        return Text::tr("Its stop was reached; what is left fills as far as the next bars' volume "
                        "allows.");
    return Text::tr(
        "A market order fills at the open of the next bar of its symbol, as far as that "
        "bar's volume allows.");
}

QString filledShare(const Units& units, const Order& order)
{
    const double share = order.size.isZero() ? 0.0
                                             : static_cast<double>(order.filled.lots()) /
                                                   static_cast<double>(order.size.lots());
    return Text::tr("%1 of %2 filled (%3).")
        .arg(units.size(order.filled), units.size(order.size),
             format::percent(share, 1, format::Sign::Minus));
}

QString openFor(core::Timestamp now, core::Timestamp since)
{
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(std::max(now, since) - since).count();
    return minutes < 120 ? Text::tr("Open %1 min.").arg(format::count(minutes))
                         : Text::tr("Open %1 h.").arg(format::count(minutes / 60));
}

QString closedTitle(const Order& order)
{
    const QString id = QString::number(order.id.value);
    switch (order.status) {
    case OrderStatus::Rejected:
        return Text::tr("Why was order %1 rejected?").arg(id);
    case OrderStatus::Cancelled:
        return Text::tr("Why was order %1 cancelled?").arg(id);
    case OrderStatus::Expired:
        return Text::tr("Why did order %1 expire?").arg(id);
    default:
        return Text::tr("What became of order %1?").arg(id);
    }
}

} // namespace

Explanation explainOrder(const EngineSnapshot& snapshot, core::AccountIndex account,
                         const Order& order)
{
    if (order.symbol >= snapshot.symbols.size())
        return {};
    const Units units(snapshot, order.symbol);
    Explanation explanation;
    explanation.lines.append(orderLine(snapshot, units, account, order));
    const QString terms = termsLine(units, order);
    if (!terms.isEmpty())
        explanation.lines.append(terms);
    if (order.forced)
        explanation.lines.append(
            Text::tr("The account closes the position: a risk limit was exceeded, or the strategy was suspended."));
    if (order.isWorking()) {
        explanation.title = Text::tr("Why did order %1 not fill?").arg(order.id.value);
        explanation.lines.append(waitingLine(snapshot, units, order));
        explanation.lines.append(filledShare(units, order) + QLatin1Char(' ') +
                                 openFor(snapshot.time, order.decisionTime));
        return explanation;
    }
    explanation.title = closedTitle(order);
    explanation.lines.append(filledShare(units, order));
    const QString why = words::reasonSentence(order.reason);
    if (!why.isEmpty())
        explanation.lines.append(why);
    return explanation;
}

} // namespace ui::models
