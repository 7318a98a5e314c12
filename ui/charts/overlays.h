// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/indicator.h"
#include "core/market/candle.h"
#include "core/market/instrument.h"

#include <string>
#include <vector>

namespace ui::charts {

/// The overlays a chart offers, as specs of core::indicators, in the order of their colours.
[[nodiscard]] const std::vector<std::string>& offeredOverlays();

/// One line over the candles: a value per candle, NaN before warm-up.
struct OverlayLine
{
    std::size_t colour = 0; ///< Series colour of the theme.
    std::vector<double> values;
};

/// Computes the lines of `specs` over all of `candles`. A spec that cannot be read gives none. The
/// value at a candle depends on nothing after it, so a replay may show any beginning of the lines.
[[nodiscard]] std::vector<OverlayLine> computeOverlays(const std::vector<std::string>& specs,
                                                       const core::market::CandleColumns& candles,
                                                       const core::market::Instrument& instrument);

} // namespace ui::charts
