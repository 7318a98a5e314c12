// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/catalog.h"

#include <memory>
#include <vector>

namespace ui::models {

/// A discovered strategy with what the panel needs and a scan has already worked out.
struct StrategyItem
{
    core::strategy::CatalogEntry entry;
    core::strategy::UnsignedScripts unsignedScripts = core::strategy::UnsignedScripts::Refused;
    int addedLines = 0; ///< Against the last approved source, for a changed strategy.
    int removedLines = 0;
};

using StrategyList = std::vector<StrategyItem>;
using StrategyListPtr = std::shared_ptr<const StrategyList>;

} // namespace ui::models
