// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/overlays.h"

#include <algorithm>

namespace ui::charts {

const std::vector<std::string>& offeredOverlays()
{
    static const std::vector<std::string> offered = {"sma:10", "sma:30", "ema:20", "ema:50",
                                                     "bbands:20:2"};
    return offered;
}

namespace {

/// Blue and amber for the two averages shown at first, as far apart as the theme has them.
std::size_t colourOf(const std::string& spec)
{
    static constexpr std::size_t COLOURS[] = {1, 2, 4, 5, 3};
    const auto& offered = offeredOverlays();
    const auto at = std::find(offered.begin(), offered.end(), spec);
    return at == offered.end() ? 0 : COLOURS[static_cast<std::size_t>(at - offered.begin())];
}

} // namespace

std::vector<OverlayLine> computeOverlays(const std::vector<std::string>& specs,
                                         const core::market::CandleColumns& candles,
                                         const core::market::Instrument& instrument)
{
    std::vector<OverlayLine> lines;
    for (const std::string& text : specs) {
        const auto spec = core::indicators::parseSpec(text);
        if (!spec)
            continue;
        const auto indicator = core::indicators::makeIndicator(*spec, instrument);
        const std::size_t outputs = core::indicators::outputNames(spec->kind).size();
        const std::size_t first = lines.size();
        for (std::size_t output = 0; output < outputs; ++output)
            lines.push_back({colourOf(text), std::vector<double>(candles.size())});
        for (std::size_t i = 0; i < candles.size(); ++i) {
            indicator->update(candles.at(i));
            for (std::size_t output = 0; output < outputs; ++output)
                lines[first + output].values[i] = indicator->value(output);
        }
    }
    return lines;
}

} // namespace ui::charts
