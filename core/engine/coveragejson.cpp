// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/coveragejson.h"

#include <nlohmann/json.hpp>

namespace core::engine {

nlohmann::ordered_json toJson(std::span<const DataCoverage> data)
{
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const DataCoverage& one : data) {
        nlohmann::ordered_json gaps = nlohmann::ordered_json::array();
        for (const DataCoverage::Gap& gap : one.gaps)
            gaps.push_back({{"from", formatTimestampShort(gap.from)}, {"to", formatTimestampShort(gap.to)}});
        all.push_back({{"symbol", one.symbol.text()},
                       {"timeframe", one.timeframe.text()},
                       {"from", formatTimestampShort(one.from)},
                       {"to", formatTimestampShort(one.to)},
                       {"candles", one.candles},
                       {"missing", one.missing},
                       {"gaps", std::move(gaps)}});
    }
    return all;
}

} // namespace core::engine
