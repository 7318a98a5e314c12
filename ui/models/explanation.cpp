// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/explanation.h"

#include "ui/format.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ui::models {

namespace {

/// The first letter as at the beginning of a sentence.
QString sentence(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

/// Without the zeros that end a fraction: "2.10000000" reads as "2.1" in a sentence.
QString shortened(QString figure)
{
    if (!figure.contains(QLatin1Char('.')))
        return figure;
    while (figure.endsWith(QLatin1Char('0')))
        figure.chop(1);
    if (figure.endsWith(QLatin1Char('.')))
        figure.chop(1);
    return figure;
}

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Explanation)
};

using core::engine::EngineSnapshot;
using core::execution::Fill;
using core::execution::Order;
using core::execution::OrderStatus;
using core::execution::OrderType;

/// The names and grids of one explanation.
struct Units
{
    const core::market::Instrument& instrument;
    QString base;
    QString quote;

    Units(const EngineSnapshot& snapshot, core::SymbolIndex symbol)
        : instrument(instrumentOf(snapshot, symbol)),
          base(QString::fromStdString(instrument.symbol.base())),
          quote(QString::fromStdString(instrument.symbol.quote()))
    {}
    [[nodiscard]] QString price(core::Price value) const
    {
        return format::price(instrument, value);
    }
    [[nodiscard]] QString size(core::Quantity value) const
    {
        return shortened(format::quantity(instrument, value.magnitude())) + QLatin1Char(' ') + base;
    }
    [[nodiscard]] QString money(core::Money value) const
    {
        return format::money(value) + QLatin1Char(' ') + quote;
    }
};

QString feeLine(const Units& units, const Fill& fill)
{
    const double notional = fill.notional.toDouble();
    const double rate = notional > 0.0 ? fill.fee.toDouble() / notional : 0.0;
    QString line = Text::tr("Fee: %1 of %2 = %3.")
                       .arg(format::percent(rate, 3, format::Sign::Minus),
                            units.money(fill.notional), units.money(fill.fee));
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

QString orderLine(const EngineSnapshot& snapshot, const Units& units, core::AccountIndex account,
                  const Order& order)
{
    QString at;
    if (order.stop)
        at += Text::tr(", stop %1").arg(units.price(*order.stop));
    if (order.limit)
        at += Text::tr(", limit %1").arg(units.price(*order.limit));
    return sentence(Text::tr("%1 %2 of %3%4 (%5, decided %6).")
                        .arg(words::orderType(order.type), words::side(order.side),
                             units.size(order.size), at, strategyName(snapshot, account),
                             format::dateTime(order.decisionTime)));
}

/// How far the mark is from a working order's price, as "1.5 USD (0.01 %)".
QString awayFrom(const Units& units, core::Price mark, core::Price wanted)
{
    const core::Price gap(std::abs(mark.ticks() - wanted.ticks()));
    const double share = units.instrument.toDouble(gap) / units.instrument.toDouble(wanted);
    return Text::tr("%1 %2 (%3)")
        .arg(units.price(gap), units.quote, format::percent(share, 2, format::Sign::Minus));
}

QString waitingLine(const EngineSnapshot& snapshot, const Units& units, const Order& order)
{
    const auto& symbol = snapshot.symbols[order.symbol];
    if (!symbol.mark)
        return Text::tr("There has been no price yet.");
    if (order.isAtLimit() && order.limit)
        return Text::tr(
                   "The mark is %1, %2 away. A limit fills when the price trades through it by "
                   "a tick; touching it is not enough.")
            .arg(units.price(*symbol.mark), awayFrom(units, *symbol.mark, *order.limit));
    if (order.type == OrderType::StopLimit && order.stop)
        return Text::tr(
                   "The mark is %1, %2 away. A stop-limit becomes a limit order when a trade "
                   "reaches its stop.")
            .arg(units.price(*symbol.mark), awayFrom(units, *symbol.mark, *order.stop));
    if (order.awaitsStop() && order.stop)
        return Text::tr(
                   "The mark is %1, %2 away. A stop becomes a market order when a trade reaches "
                   "it.")
            .arg(units.price(*symbol.mark), awayFrom(units, *symbol.mark, *order.stop));
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
        Text::tr("%1 Reference price %2.")
            .arg(words::fillRuleSentence(fill.rule), units.price(fill.referencePrice)),
        slippageLine(units, fill),
        feeLine(units, fill),
        outcomeLine(units, fill),
    };
    if (fill.ambiguous)
        explanation.lines.append(
            Text::tr("Ambiguous: had the bar's extremes come in the other order, this would have "
                     "filled differently."));
    return explanation;
}

Explanation explainOrder(const EngineSnapshot& snapshot, core::AccountIndex account,
                         const Order& order)
{
    if (order.symbol >= snapshot.symbols.size())
        return {};
    const Units units(snapshot, order.symbol);
    Explanation explanation;
    explanation.lines.append(orderLine(snapshot, units, account, order));
    if (order.forced)
        explanation.lines.append(
            Text::tr("A risk limit was exceeded, and this order closes the position for it."));
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
