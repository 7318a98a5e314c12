// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "enginefixture.h"

#include <QTest>

/// What tests of a user's acts on accounts share.
namespace acts {

using namespace core;
using namespace fixture;
using execution::OrderRequest;
using execution::Side;
using portfolio::UserAction;
using Kind = UserAction::Kind;

inline const CorrelationId FIRST_ACT = portfolio::actionEvent(1);

inline Money money(const char* text)
{
    return *Money::parse(text);
}

inline UserAction act(Kind kind, std::uint64_t batches, AccountIndex account = 0)
{
    return {kind, account, 0, 0, batches};
}

inline UserAction leverage(double longLeverage, double shortLeverage, std::uint64_t batches)
{
    UserAction action = *UserAction::setLeverage(0, longLeverage, shortLeverage);
    action.batches = batches;
    return action;
}

/// `count` minutes at one price.
inline std::vector<market::Candle> quiet(int count, std::int64_t price = 1'000)
{
    std::vector<market::Candle> candles;
    for (int i = 0; i < count; ++i)
        candles.push_back(flat(i, price));
    return candles;
}

/// Buys at the first bar with a stop-loss below and a take-profit above, and rests a limit.
inline Script bracketAndLimit()
{
    OrderRequest entry = marketOrder(Side::Buy, 10.0);
    entry.stopLoss = 9.0;
    entry.takeProfit = 11.0;
    return acting({{0, submits(entry)}, {1, submits(limitOrder(Side::Buy, 5.0, 9.5))}});
}

inline std::string lastOf(const Output& output, const std::string& order)
{
    std::string end;
    for (const Line& line : output.of("order")) {
        if (line["order_id"] == order)
            end = line["status"] + " " + line["reason"];
    }
    return end;
}

/// Everything the lines say but their place, of those that no act of a user led to.
inline std::vector<std::string> deedsOfTheMarket(const Output& output)
{
    std::vector<std::string> deeds;
    for (const Line& line : output.lines) {
        if (line.correlation.value > portfolio::FIRST_ACTION_EVENT)
            continue;
        std::string text = line.event + " " + formatTimestamp(line.time) + " " + std::to_string(line.correlation.value);
        for (const auto& [key, value] : line.fields)
            text += " " + key + "=" + value;
        deeds.push_back(std::move(text));
    }
    return deeds;
}

/// The ledger lines that a user's act led to: kind, cash and quantity.
inline std::vector<std::string> entriesOf(const Output& output, CorrelationId event)
{
    std::vector<std::string> entries;
    for (const Line& line : output.of("ledger")) {
        if (line.correlation == event)
            entries.push_back(line["kind"] + " " + line["cash"] + " " + line["quantity"]);
    }
    return entries;
}

/// Cash and quantities are the sums of the ledger.
inline void verifySums(const Output& output, const engine::Desk& desk)
{
    Money cash;
    std::map<std::string, std::int64_t> lots;
    for (const Line& line : output.of("ledger", desk.setup().name)) {
        cash += *Money::parse(line["cash"]);
        if (!line["quantity"].empty())
            lots[line["symbol"]] += *parseDecimal(line["quantity"], 2);
    }
    QCOMPARE(cash, desk.cash());
    for (SymbolIndex i = 0; i < desk.instruments().size(); ++i)
        QCOMPARE(lots[desk.instruments()[i].symbol.text()], desk.book().account.position(i).quantity.lots());
}

inline engine::AccountState stateAfter(Session& session, const std::vector<UserAction>& actions)
{
    (void)session.play(actions);
    return session.desk().state();
}

inline portfolio::RiskLimits limits(std::optional<double> dailyLoss, std::optional<double> drawdown)
{
    portfolio::RiskRequest request;
    request.dailyLoss = dailyLoss;
    request.drawdown = drawdown;
    return *portfolio::RiskLimits::make(request);
}

/// Falls by so much in the fifth minute, under a long of 1,400 with 1,000 of equity.
inline Session falling(std::int64_t to)
{
    auto candles = quiet(12);
    candles[4] = candle(4, to, to, to, to);
    for (int i = 5; i < 12; ++i)
        candles[static_cast<std::size_t>(i)] = flat(i, to);
    Session session;
    session.symbol("BTC/USD", candles);
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 140.0))},
                                   {8, submits(marketOrder(Side::Buy, 1.0))}}));
    return session;
}

} // namespace acts
