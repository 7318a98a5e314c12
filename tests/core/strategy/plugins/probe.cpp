// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A plugin that does what its parameter says, and shows when its code runs. Built in several variants, most of which
// no program should load.
#include <quarterdeck/plugin.h>

#include <QObject>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#ifdef PROBE_UNLINKED
void isNowhereDefined();
#endif

namespace {

/// Runs when the library is mapped.
const bool LOADED = [] {
    if (const char* file = std::getenv("QUARTERDECK_PROBE"))
        std::ofstream(file) << "loaded";
    return true;
}();

class Probe final : public quarterdeck::Strategy
{
public:
    void onStart(quarterdeck::Context& context) override
    {
        m_fails = context.parameters().choice("fails");
        context.log(LOADED ? PROBE_MESSAGE : "", {{"fails", std::string_view(m_fails)}});
        if (m_fails == "start")
            throw std::runtime_error("asked to");
    }
    void onBar(quarterdeck::Context&, const quarterdeck::Bar&) override
    {
        if (++m_bars < 10)
            return;
        if (m_fails == "bar")
            throw std::runtime_error("asked to");
        if (m_fails == "number")
            throw 42;
#ifdef PROBE_UNLINKED
        isNowhereDefined();
#endif
    }

private:
    std::string m_fails;
    int m_bars = 0;
};

class ProbePlugin final : public QObject, public quarterdeck::StrategyPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID PROBE_IID FILE PROBE_METADATA)
    Q_INTERFACES(quarterdeck::StrategyPlugin)

public:
    [[nodiscard]] std::unique_ptr<quarterdeck::Strategy> create() override
    {
        return std::make_unique<Probe>();
    }
};

} // namespace

#include "probe.moc"
