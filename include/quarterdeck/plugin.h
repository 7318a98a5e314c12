// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "quarterdeck/strategy.h"

#include <QtPlugin>

#include <memory>

/// Names this interface and its version; moc and Qt need a literal. Every change of these headers that a plugin
/// built before it could not live with raises the number.
#define QUARTERDECK_STRATEGY_IID "org.quarterdeck.Strategy/1"

namespace quarterdeck {

/// The version of this interface, as a plugin's metadata has to repeat it in "interface".
inline constexpr int INTERFACE_VERSION = 1;

/// What the plugin's root object is: makes the strategy, once for every session. Sessions may run at the same time
/// on threads of their own, so strategies of one plugin must not share what they change.
class StrategyPlugin
{
public:
    virtual ~StrategyPlugin() = default;
    [[nodiscard]] virtual std::unique_ptr<Strategy> create() = 0;
};

} // namespace quarterdeck

Q_DECLARE_INTERFACE(quarterdeck::StrategyPlugin, QUARTERDECK_STRATEGY_IID)
