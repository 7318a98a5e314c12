// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/costpreset.h"

namespace core::engine {

void applyCosts(const CostPreset& preset, ReplayRequest& request)
{
    request.makerFee = preset.maker;
    request.fee = preset.taker;
    request.slippageBp = preset.slippageBp;
    request.liquidationFee = preset.liquidationFee;
    request.openingFee = preset.openingFee;
    request.rollover = preset.rollover;
}

} // namespace core::engine
