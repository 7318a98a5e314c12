// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The script TAPE of tst_nativereplay, line by line.
#include "twin.h"

namespace {

class Tape final : public quarterdeck::Strategy
{
public:
    void onTrade(quarterdeck::Context& context, const quarterdeck::Trade& trade) override
    {
        m_net += trade.side == quarterdeck::TakerSide::Buy ? trade.size : -trade.size;
        if (trade.id % 5 != 0)
            return;
        if (!context.position().flat())
            context.close();
        else if (m_net > 0)
            context.buy({.size = 0.1, .stopLoss = trade.price * 0.999});
        else
            context.shorten({.size = 0.1, .stopLoss = trade.price * 1.001});
    }

private:
    double m_net = 0.0;
};

class TapePlugin final : public TwinPlugin<Tape>
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QUARTERDECK_STRATEGY_IID FILE "tape.json")
    Q_INTERFACES(quarterdeck::StrategyPlugin)
};

} // namespace

#include "tape.moc"
