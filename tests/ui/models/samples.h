// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/strategyitem.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

/// Hand-made snapshots and lists with figures that can be worked out on paper.
namespace samples {

[[nodiscard]] core::Symbol symbol(const char* text);
[[nodiscard]] core::Money money(const char* text);
[[nodiscard]] core::Timestamp time(const char* text);
[[nodiscard]] core::market::Instrument btc(); ///< Two price decimals, eight lot decimals.
[[nodiscard]] core::market::Instrument eth();

/// An account of 100,000 that is flat.
[[nodiscard]] core::engine::AccountSnapshot account(const char* strategy);
/// Number `n` (from 1): fills alternate between buying and selling 0.1 BTC of account n % accounts.
[[nodiscard]] core::engine::FillRecord fill(std::uint64_t n, core::AccountIndex account = 0);
[[nodiscard]] core::execution::Order order(std::uint64_t n, core::execution::OrderStatus status);

template <typename T> core::engine::ChunkedLog<T> logOf(const std::vector<T>& entries)
{
    using Log = core::engine::ChunkedLog<T>;
    std::vector<std::shared_ptr<const std::vector<T>>> chunks;
    for (std::size_t i = 0; i < entries.size(); i += Log::CHUNK) {
        const auto last = std::min(entries.size(), i + Log::CHUNK);
        chunks.push_back(std::make_shared<const std::vector<T>>(
            entries.begin() + static_cast<std::ptrdiff_t>(i),
            entries.begin() + static_cast<std::ptrdiff_t>(last)));
    }
    return Log(std::move(chunks));
}

/// Four accounts: sma_cross long, breakout short, mean_reversion long in two symbols and near its
/// call, grid_rsi flat and suspended; one working order, two closed ones, six fills.
[[nodiscard]] core::engine::EngineSnapshot session();
/// One strategy of each trust state.
[[nodiscard]] ui::models::StrategyList strategies();
[[nodiscard]] core::engine::SnapshotPtr share(core::engine::EngineSnapshot snapshot);
[[nodiscard]] ui::models::StrategyListPtr share(ui::models::StrategyList list);

} // namespace samples
