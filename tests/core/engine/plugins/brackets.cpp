// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// fixture::BRACKETS, line by line.
#include "twin.h"

namespace {

class Brackets final : public quarterdeck::Strategy
{
public:
    void onBar(quarterdeck::Context& context, const quarterdeck::Bar& bar) override
    {
        if (context.position().flat() && context.orders().empty())
            context.buy({.risk = 0.01, .stopLoss = bar.close * 0.995, .takeProfit = bar.close * 1.006});
    }
};

class BracketsPlugin final : public TwinPlugin<Brackets>
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QUARTERDECK_STRATEGY_IID FILE "brackets.json")
    Q_INTERFACES(quarterdeck::StrategyPlugin)
};

} // namespace

#include "brackets.moc"
