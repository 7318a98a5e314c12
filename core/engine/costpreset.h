// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replayrequest.h"

#include <array>
#include <string_view>

namespace core::engine {

/// Costs by a name. Kraken's are those of its lowest tier, dated 2023: maker 0.16 %, taker 0.26 %
/// of the notional; for a spot position on margin 0.02 % of what is borrowed on opening and again
/// every four hours, the rate of most currencies (https://support.kraken.com/articles/206161568).
struct CostPreset
{
    std::string_view name; ///< As the command line says it.
    double maker;
    double taker;
    double slippageBp;
    double liquidationFee;
    double openingFee;
    double rollover;
};
inline constexpr std::array COST_PRESETS = {
    CostPreset{"kraken-spot-margin", 0.0016, 0.0026, 5.0, 0.005, 0.0002, 0.0002},
    CostPreset{"none", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}};

/// Puts the preset's rates in place of the request's. The rate a year on what is borrowed is no
/// part of a preset and stays.
void applyCosts(const CostPreset& preset, ReplayRequest& request);

} // namespace core::engine
