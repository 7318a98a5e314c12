// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"
#include "core/execution/trailing.h"
#include "dice.h"

#include <algorithm>
#include <limits>

namespace fixture {

using namespace core;
using namespace core::execution;

inline constexpr Nanoseconds BAR = std::chrono::minutes(1);
/// Where prices stay unless a test says otherwise: no position can outgrow the ledger there, and yet the
/// extremes are a factor 100,000 apart.
inline constexpr std::int64_t LOWEST_PRICE = 100;
inline constexpr std::int64_t HIGHEST_PRICE = 10'000'000;

/// Instruments, rules and prices that all accounts of a sequence share.
class Market
{
public:
    explicit Market(Dice dice)
    {
        const auto count = dice.between(1, 3);
        for (std::int64_t i = 0; i < count; ++i) {
            market::Instrument instrument;
            instrument.priceDecimals = dice.oneOf({0, 2, 5});
            instrument.lotDecimals = dice.oneOf({0, 2, 4, 8});
            instrument.minimumLots = dice.oneOf<std::int64_t>({1, 1, 10});
            instrument.volumeUnit = dice.oneOf({market::VolumeUnit::Stated, market::VolumeUnit::Guessed});
            instruments.push_back(instrument);
            marks.emplace_back(dice.between(1'000, 1'000'000));
        }
        rules.costs.taker = dice.oneOf<std::int64_t>({0, 100'000, 260'000, 1'000'000});
        rules.costs.maker = dice.chance(50) ? rules.costs.taker : rules.costs.taker / 2;
        rules.costs.slippage = dice.oneOf<std::int64_t>({0, 50'000, 1'000'000, 10'000'000});
        rules.costs.liquidationFee = dice.oneOf<std::int64_t>({0, 500'000});
        rules.participation = dice.oneOf<std::int64_t>({0, 10'000'000, 100'000});
        rules.worstCase = dice.chance(30);
        rules.touch = dice.chance(20);
        if (dice.chance(40))
            rules.costs.borrow = {dice.oneOf<std::int64_t>({0, 20'000'000, 1'000'000'000}),
                                  dice.oneOf<std::int64_t>({0, 70'000'000}),
                                  dice.oneOf<std::int64_t>({0, 20'000, 2'000'000}),
                                  dice.oneOf<std::int64_t>({0, 20'000})};
        bars.resize(instruments.size());
        present.resize(instruments.size());
        cash = Money(dice.between(1, 10'000) * 100'000'000 + dice.between(0, 99'999'999));
        settings.longLeverage = dice.oneOf<std::int64_t>({10'000, 15'000, 50'000});
        settings.shortLeverage = dice.oneOf<std::int64_t>({10'000, 20'000, 70'000});
        settings.maintenance = dice.oneOf<std::int64_t>({20'000'000, 25'000'000, 33'333'333, 90'000'000});
    }

    void nextBars(Dice& dice)
    {
        for (std::size_t i = 0; i < bars.size(); ++i) {
            present[i] = dice.chance(85);
            const std::int64_t open = moved(dice, marks[i].ticks(), dice.oneOf({0, 0, 1, 3, 70}));
            const std::int64_t close = moved(dice, open, dice.oneOf({0, 1, 5, 40}));
            const std::int64_t far = moved(dice, open, dice.oneOf({1, 5, 40}));
            const std::int64_t wick = moved(dice, open, 2);
            const auto [low, high] = std::minmax({open, close, far, wick});
            bars[i] = {time, Price(open), Price(high), Price(low), Price(close), 0.0, 0};
            bars[i].volume = dice.oneOf({0.0, 0.5, 300.0, 1e6, 1e15});
        }
    }
    void close()
    {
        for (std::size_t i = 0; i < bars.size(); ++i) {
            if (present[i])
                marks[i] = bars[i].close;
        }
        time += BAR;
    }
    void skip(Nanoseconds gap) { time += gap; }

    [[nodiscard]] BarBatch batch() const
    {
        return {time, BAR, instruments, bars, present, marks, CorrelationId{7}};
    }

    std::vector<market::Instrument> instruments;
    std::vector<market::Candle> bars;
    std::vector<std::uint8_t> present;
    std::vector<Price> marks;
    Timestamp time{std::chrono::hours(1)};
    MatchingRules rules;
    portfolio::AccountSettings settings;
    Money cash;
    std::int64_t lowest = LOWEST_PRICE;
    std::int64_t highest = HIGHEST_PRICE;

private:
    /// A price up to `percent` away; 70 percent stands for a crash or a spike to anywhere.
    std::int64_t moved(Dice& dice, std::int64_t price, int percent) const
    {
        if (percent == 70 && dice.chance(20))
            return dice.oneOf({lowest, dice.between(lowest, highest), highest});
        const auto reach = static_cast<std::int64_t>(static_cast<Int128>(price) * percent / 100);
        const Int128 away = static_cast<Int128>(price) + dice.between(-reach, reach);
        return static_cast<std::int64_t>(std::clamp<Int128>(away, lowest, highest));
    }
};

inline void setTrail(Dice& dice, Order& order, std::int64_t mark)
{
    if (dice.chance(50))
        order.trail = Price(dice.between(1, std::max<std::int64_t>(mark / 10, 1)));
    else
        order.trailFraction = dice.between(1, 10'000'000);
    order.stop = trailedStop(order, Price(mark));
}

inline void setLife(Dice& dice, Order& order, Timestamp now)
{
    if (!order.isStop() && dice.chance(15)) {
        order.tif = TimeInForce::ImmediateOrCancel;
    } else if (dice.chance(15)) {
        order.tif = TimeInForce::GoodTillDate;
        order.expires = now + std::chrono::seconds(dice.between(1, 600));
    }
}

/// Prices on either side, and now and then on the wrong one, as a gap makes them.
inline void setBracket(Dice& dice, Order& order, std::int64_t mark)
{
    const std::int64_t sign = isBuying(order.side) == dice.chance(95) ? 1 : -1;
    const auto away = [&](std::int64_t direction) {
        const Int128 price = static_cast<Int128>(mark) + direction * dice.between(0, mark / 20);
        return Price(static_cast<std::int64_t>(std::clamp<Int128>(price, 1, std::numeric_limits<std::int64_t>::max())));
    };
    if (dice.chance(80))
        order.stopLoss = away(-sign);
    if (!order.stopLoss || dice.chance(70))
        order.takeProfit = away(sign);
}

/// Dust, what the account may carry, several times that, and what no ledger holds.
inline std::int64_t randomSize(Dice& dice, const Market& market, SymbolIndex symbol)
{
    const market::Instrument& instrument = market.instruments[symbol];
    if (dice.chance(5))
        return instrument.minimumLots;
    if (dice.chance(3))
        return std::numeric_limits<std::int64_t>::max() - dice.between(0, 1);
    const Int128 lot = portfolio::positionValue(instrument, market.marks[symbol], Quantity(1));
    const Int128 whole = market.cash.count() / std::max<Int128>(lot, 1);
    const Int128 lots = whole * dice.between(1, 400) / 100;
    return static_cast<std::int64_t>(std::clamp<Int128>(lots, instrument.minimumLots, Int128(1) << 60));
}

/// An order as the engine lets it through, for one of the market's symbols.
inline Order randomOrder(Dice& dice, const Market& market, OrderId id)
{
    Order order;
    order.id = id;
    order.symbol =
        static_cast<SymbolIndex>(dice.between(0, static_cast<std::int64_t>(market.instruments.size()) - 1));
    order.side = dice.oneOf({Side::Buy, Side::Short, Side::Buy, Side::Short, Side::Sell, Side::Cover});
    order.type = dice.oneOf({OrderType::Market, OrderType::Market, OrderType::Limit, OrderType::Stop,
                             OrderType::StopLimit, OrderType::TrailingStop});
    order.status = OrderStatus::Accepted;
    order.reduceOnly = dice.chance(15);
    order.size = Quantity(randomSize(dice, market, order.symbol));
    order.decisionTime = market.time;
    const std::int64_t mark = market.marks[order.symbol].ticks();
    const auto nearby = [&] {
        const Int128 price = static_cast<Int128>(mark) + dice.between(-mark / 20, mark / 20);
        return Price(static_cast<std::int64_t>(std::clamp<Int128>(price, 1, std::numeric_limits<std::int64_t>::max())));
    };
    if (order.type == OrderType::Limit || order.type == OrderType::StopLimit)
        order.limit = nearby();
    if (order.type == OrderType::Stop || order.type == OrderType::StopLimit)
        order.stop = nearby();
    if (order.type == OrderType::TrailingStop)
        setTrail(dice, order, mark);
    setLife(dice, order, market.time);
    if (!order.reducesOnly() && dice.chance(30))
        setBracket(dice, order, mark);
    return order;
}

} // namespace fixture
