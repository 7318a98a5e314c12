// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace core::history {

/// How long all questions about the tables may take together.
inline constexpr std::chrono::seconds FACTS_LIMIT{10};

/// The tables of a history with that migration, largest kinds first; none for 0.
[[nodiscard]] inline std::span<const std::string_view> tableNames(int migration)
{
    static constexpr std::array<std::string_view, 16> NAMES = {
        "candles",    "candles_5m",  "candles_15m", "candles_30m", "candles_1h", "candles_4h",
        "candles_12h", "candles_1d", "candles_1w",  "instruments", "series",
        // Since the second migration.
        "trades", "trade_series", "funding_rates",
        // Since the third.
        "sync_status", "verified_ranges"};
    constexpr std::size_t COUNTS[] = {0, 11, 14, NAMES.size()};
    const std::size_t known = std::size(COUNTS) - 1;
    return std::span(NAMES).first(COUNTS[migration < 0 ? 0 : std::min<std::size_t>(static_cast<std::size_t>(migration), known)]);
}

/// What counts the rows of a table; the large ones are counted as they are written.
[[nodiscard]] inline std::string rowCountSql(std::string_view table)
{
    if (table == "candles")
        return "SELECT coalesce(sum(candles), 0) FROM series";
    if (table == "trades")
        return "SELECT coalesce(sum(trades), 0) FROM trade_series";
    return "SELECT count(*) FROM " + std::string(table);
}

} // namespace core::history
