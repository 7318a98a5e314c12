// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/explanation.h"

#include "ui/format.h"
#include "ui/models/explanationunits.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

#include <QCoreApplication>

#include <cmath>

namespace ui::models {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Explanation)
};

using Units = ExplanationUnits;
using core::engine::EngineSnapshot;
using core::execution::Fill;

QString feeLine(const Units& units, const Fill& fill)
{
    const double notional = fill.notional.toDouble();
    const double rate = notional > 0.0 ? fill.fee.toDouble() / notional : 0.0;
    const QString who = fill.liquidity == core::execution::Liquidity::Maker
                            ? Text::tr("maker, for it waited")
                            : Text::tr("taker, for it did not wait");
    QString line = Text::tr("Fee: %1 of %2 = %3 (%4).")
                       .arg(format::percent(rate, 3, format::Sign::Minus),
                            units.money(fill.notional), units.money(fill.fee), who);
    if (fill.openingFee.count() != 0)
        line += QLatin1Char(' ') + Text::tr("Opening fee for what it newly borrowed: %1.")
                                       .arg(units.money(fill.openingFee));
    if (fill.liquidationFee.count() != 0)
        line += QLatin1Char(' ') +
                Text::tr("Liquidation fee: %1.").arg(units.money(fill.liquidationFee));
    return line;
}

QString slippageLine(const Units& units, const Fill& fill)
{
    const auto ticks = std::abs(fill.price.ticks() - fill.referencePrice.ticks());
    if (ticks == 0)
        return Text::tr("Slippage: none; the price is the reference price.");
    const double reference = units.instrument.toDouble(fill.referencePrice);
    const double points = units.instrument.toDouble(core::Price(ticks)) / reference * 10'000.0;
    return Text::tr("Slippage: %1 from the reference price (%2 bp) on %3 = %4.")
        .arg(units.price(core::Price(ticks)), format::number(points, 1), units.size(fill.quantity),
             units.money(fill.slippage));
}

QString outcomeLine(const Units& units, const Fill& fill)
{
    const QString after =
        fill.positionAfter.isZero()
            ? Text::tr("flat afterwards")
            : Text::tr("%1 %2 afterwards")
                  .arg(fill.positionAfter.lots() > 0 ? Text::tr("long") : Text::tr("short"),
                       units.size(fill.positionAfter));
    QString line = Text::tr("Cash %1, %2.").arg(units.money(fill.cashAfter), after);
    if (fill.realisedProfit.count() != 0)
        line.prepend(Text::tr("Realised %1 after all fees. ")
                         .arg(format::money(fill.realisedProfit, 2, format::Sign::Always) +
                              QLatin1Char(' ') + units.quote));
    return line;
}

/// Why the reference price, as the order's type makes it.
QString ruleWords(const core::engine::FillRecord& record)
{
    using core::execution::FillRule;
    using core::execution::OrderType;
    const FillRule rule = record.fill.rule;
    if (record.fill.detail == core::execution::Detail::Trades)
        return words::tradeRuleSentence(rule);
    if (record.orderType == name(OrderType::StopLimit) && rule == FillRule::LimitBetter)
        return Text::tr(
            "When the stop was reached the price was already better than the limit, so the "
            "order filled there.");
    if (record.orderType == name(OrderType::TrailingStop) && rule == FillRule::Stop)
        return Text::tr(
            "The price turned and reached the stop where it had trailed to; a stop fills "
            "at its trigger.");
    return words::fillRuleSentence(rule);
}

QString legWords(const Fill& fill)
{
    using core::execution::BracketLeg;
    if (fill.leg == BracketLeg::None)
        return {};
    return (fill.leg == BracketLeg::StopLoss ? Text::tr("It was the stop-loss of order %1.")
                                             : Text::tr("It was the take-profit of order %1."))
        .arg(fill.parent.value);
}

QString ambiguityWords(const Units& units, const Fill& fill)
{
    QString text =
        Text::tr("Ambiguous: had the bar's extremes come in the other order, this would have "
                 "filled differently.");
    if (fill.stake.count() != 0)
        text += QLatin1Char(' ') + Text::tr("At stake: %1 of closing equity.")
                                       .arg(format::money(fill.stake, 2, format::Sign::Always) +
                                            QLatin1Char(' ') + units.quote);
    return text;
}

} // namespace

Explanation explainFill(const EngineSnapshot& snapshot, const core::engine::FillRecord& record)
{
    const Fill& fill = record.fill;
    const Units units(snapshot, fill.symbol);
    Explanation explanation;
    explanation.title = Text::tr("Why at %1?").arg(units.price(fill.price));
    explanation.lines = {
        sentence(Text::tr("%1 %2 for order %3 (%4), decided %5, filled %6.")
                     .arg(words::side(fill.side), units.size(fill.quantity),
                          QString::number(fill.order.value), strategyName(snapshot, record.account),
                          format::dateTime(fill.decisionTime), format::dateTime(fill.time))),
        Text::tr("%1 Reference price %2.").arg(ruleWords(record), units.price(fill.referencePrice)),
        slippageLine(units, fill),
        feeLine(units, fill),
        words::detailSentence(fill.detail),
        outcomeLine(units, fill),
    };
    const QString leg = legWords(fill);
    if (!leg.isEmpty())
        explanation.lines.insert(1, leg);
    if (fill.ambiguous)
        explanation.lines.append(ambiguityWords(units, fill));
    return explanation;
}

Explanation explainPosition(const EngineSnapshot& snapshot, core::AccountIndex account,
                            const core::engine::PositionSnapshot& position)
{
    const Units units(snapshot, position.symbol);
    Explanation explanation;
    explanation.title = Text::tr("What would end this position?");
    explanation.lines.append(
        Text::tr("%1 holds %2 %3 since %4, at %5 on average; the mark is %6.")
            .arg(strategyName(snapshot, account),
                 position.quantity.lots() > 0 ? Text::tr("long") : Text::tr("short"),
                 units.size(position.quantity), format::dateTime(position.opened),
                 format::price(units.instrument, position.averagePrice),
                 units.price(position.mark)));
    if (position.liquidationPrice && position.distance)
        explanation.lines.append(
            Text::tr("The margin call comes at %1, %2 from the mark, the account's other positions "
                     "held where they are. Everything is then closed at market.")
                .arg(format::price(units.instrument, *position.liquidationPrice),
                     format::percent(*position.distance, 1)));
    else
        explanation.lines.append(
            Text::tr("No price of this symbol alone brings a margin call: the account's equity "
                     "covers it."));
    return explanation;
}

} // namespace ui::models
