// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// fixture::FOLLOWER, line by line.
#include "twin.h"

namespace {

class Follower final : public quarterdeck::Strategy
{
public:
    void onBar(quarterdeck::Context& context, const quarterdeck::Bar&) override
    {
        const quarterdeck::Position position = context.position();
        if (position.flat() && context.orders().empty())
            context.shorten({.equityFraction = 1.2});
        else if (position.size < 0 && !(m_stop != quarterdeck::OrderId{} && context.order(m_stop).working))
            m_stop = context
                         .cover({.size = -position.size,
                                 .type = quarterdeck::OrderType::TrailingStop,
                                 .trailFraction = 0.004})
                         .id;
    }

private:
    quarterdeck::OrderId m_stop{};
};

class FollowerPlugin final : public TwinPlugin<Follower>
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QUARTERDECK_STRATEGY_IID FILE "follower.json")
    Q_INTERFACES(quarterdeck::StrategyPlugin)
};

} // namespace

#include "follower.moc"
