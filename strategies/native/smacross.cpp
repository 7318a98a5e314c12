// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Moving-average crossover as in sma_cross.lua: long while the average of the last `fast` closes is above the
// average of the last `slow` closes, flat otherwise. The same bars give the same fills.
#include <quarterdeck/plugin.h>

#include <QObject>

#include <stdexcept>

namespace {

class SmaCross final : public quarterdeck::Strategy
{
public:
    void onStart(quarterdeck::Context& context) override
    {
        const auto& parameters = context.parameters();
        const double fast = parameters.number("fast");
        const double slow = parameters.number("slow");
        // What is thrown suspends the strategy; its text is what the user reads.
        if (fast >= slow)
            throw std::invalid_argument("fast must be smaller than slow");
        m_size = parameters.number("size");
        // Indicators are kept up to date by the engine: ask once, read their value in every onBar.
        m_fast = &context.sma({fast});
        m_slow = &context.sma({slow});
    }

    void onBar(quarterdeck::Context& context, const quarterdeck::Bar&) override
    {
        if (!m_slow->ready())
            return;
        const bool above = m_fast->value() > m_slow->value();
        // Orders only when the answer changes: one rejected order is then not repeated on every bar.
        if (above == m_long)
            return;
        m_long = above;
        context.target(above ? m_size : 0.0);
    }

private:
    const quarterdeck::Indicator* m_fast = nullptr;
    const quarterdeck::Indicator* m_slow = nullptr;
    double m_size = 0.0;
    bool m_long = false;
};

class SmaCrossPlugin final : public QObject, public quarterdeck::StrategyPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QUARTERDECK_STRATEGY_IID FILE "sma_cross_native.json")
    Q_INTERFACES(quarterdeck::StrategyPlugin)

public:
    [[nodiscard]] std::unique_ptr<quarterdeck::Strategy> create() override
    {
        return std::make_unique<SmaCross>();
    }
};

} // namespace

#include "smacross.moc"
