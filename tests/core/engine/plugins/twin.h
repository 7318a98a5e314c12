// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <quarterdeck/plugin.h>

#include <QObject>

/// The root object of a plugin with one strategy.
template <typename Twin> class TwinPlugin : public QObject, public quarterdeck::StrategyPlugin
{
public:
    [[nodiscard]] std::unique_ptr<quarterdeck::Strategy> create() override
    {
        return std::make_unique<Twin>();
    }
};
