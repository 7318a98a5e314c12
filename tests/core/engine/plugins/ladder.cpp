// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// fixture::LADDER, line by line.
#include "twin.h"

namespace {

class Ladder final : public quarterdeck::Strategy
{
public:
    void onBar(quarterdeck::Context& context, const quarterdeck::Bar& bar) override
    {
        if (++m_bars % 11 == 0) {
            for (const quarterdeck::Order& order : context.orders(bar.symbol))
                context.cancel(order.id);
        }
        if (context.orders(bar.symbol).size() >= 6)
            return;
        context.buy({.symbol = bar.symbol,
                     .size = 0.02,
                     .type = quarterdeck::OrderType::Limit,
                     .limit = bar.close * 0.998});
        context.shorten({.symbol = bar.symbol,
                         .size = 0.02,
                         .type = quarterdeck::OrderType::Limit,
                         .limit = bar.close * 1.002,
                         .expires = context.time() + std::chrono::seconds(300)});
    }

private:
    int m_bars = 0;
};

class LadderPlugin final : public TwinPlugin<Ladder>
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QUARTERDECK_STRATEGY_IID FILE "ladder.json")
    Q_INTERFACES(quarterdeck::StrategyPlugin)
};

} // namespace

#include "ladder.moc"
