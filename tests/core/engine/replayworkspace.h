// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/workspace.h"
#include "core/engine/replayrequest.h"
#include "core/history/historystore.h"
#include "core/strategy/catalog.h"

#include <QtGlobal>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace fixture {

/// Keeps limits resting below the market and replaces them now and then.
inline constexpr const char* LADDER = R"(
strategy = { name = "ladder", symbols = { "BTC/USD", "ETH/USD" }, timeframe = "1m" }
local bars = 0
function on_bar(ctx, bar)
  bars = bars + 1
  if bars % 11 == 0 then
    for _, order in ipairs(ctx:orders(bar.symbol)) do ctx:cancel(order) end
  end
  if #ctx:orders(bar.symbol) < 6 then
    ctx:buy{ symbol = bar.symbol, size = 0.02, type = "limit", limit = bar.close * 0.998 }
    ctx:short{ symbol = bar.symbol, size = 0.02, type = "limit", limit = bar.close * 1.002,
               expires = ctx.time + 300 * 1000000 }
  end
end
)";

/// Enters with both halves of a bracket.
inline constexpr const char* BRACKETS = R"(
strategy = { name = "brackets", symbols = { "BTC/USD" }, timeframe = "1m" }
local position
function on_start(ctx) position = ctx:position() end
function on_bar(ctx, bar)
  if position.flat and #ctx:orders() == 0 then
    ctx:buy{ risk = 0.01, stop_loss = bar.close * 0.995, take_profit = bar.close * 1.006 }
  end
end
)";

/// Lets stops follow the price, which move without a step of their own.
inline constexpr const char* FOLLOWER = R"(
strategy = { name = "follower", symbols = { "ETH/USD" }, timeframe = "1m" }
local position, stop
function on_start(ctx) position = ctx:position() end
function on_bar(ctx, bar)
  if position.flat and #ctx:orders() == 0 then
    ctx:short{ equity_fraction = 1.2 }
  elseif position.size < 0 and not (stop and stop.working) then
    stop = ctx:cover{ size = -position.size, type = "trailing_stop", trail_fraction = 0.004 }
  end
end
)";

/// A workspace with two symbols of seeded candles and three approved strategies that always have
/// something resting.
class ReplayWorkspace
{
public:
    /// Names what is in the folder; `fill` puts it there.
    explicit ReplayWorkspace(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    void fill(int candles) const
    {
        const auto workspace = core::Workspace::open(m_folder, core::Workspace::Access::Write);
        if (!workspace)
            qFatal("%s", workspace.error().message().c_str());
        std::filesystem::create_directories(strategies());
        writeStrategy("ladder", LADDER);
        writeStrategy("brackets", BRACKETS);
        writeStrategy("follower", FOLLOWER);
        auto store = core::history::openHistory(workspace->historyFile());
        if (!store)
            qFatal("%s", store.error().message().c_str());
        int seed = 0;
        for (const char* symbol : {"BTC/USD", "ETH/USD"})
            writeCandles(**store, *core::Symbol::parse(symbol), candles, ++seed);
    }

    /// Writes and approves a strategy.
    void writeStrategy(const std::string& name, const std::string& text) const
    {
        const auto file = strategies() / (name + ".lua");
        std::ofstream(file, std::ios::binary) << text;
        const core::strategy::Catalog catalog({strategies()}, m_folder / "trust");
        const auto approved = catalog.approve(file, "", "test", core::SystemClock().now());
        if (!approved)
            qFatal("%s", approved.error().message().c_str());
    }

    [[nodiscard]] std::filesystem::path strategies() const { return m_folder / "strategies"; }
    [[nodiscard]] core::engine::ReplayPlaces places() const
    {
        return {m_folder / "history.sqlite",
                m_folder / "trust",
                {strategies()},
                m_folder / "journal",
                m_folder / "sessions.sqlite"};
    }
    /// All three strategies, with everything that costs.
    [[nodiscard]] static core::engine::ReplayRequest request()
    {
        core::engine::ReplayRequest request;
        request.strategies = {{"ladder", {}}, {"brackets", {}}, {"follower", {}}};
        request.makerFee = 0.0016;
        request.borrowRate = 0.08;
        request.rollover = 0.0002;
        return request;
    }

private:
    static void writeCandles(core::history::HistoryStore& store, const core::Symbol& symbol,
                             int count, int seed)
    {
        core::market::Instrument instrument;
        instrument.symbol = symbol;
        if (const auto made = store.putInstrument(instrument); !made)
            qFatal("%s", made.error().message().c_str());
        std::minstd_rand dice(static_cast<unsigned>(seed));
        const auto roll = [&](int most) {
            return static_cast<std::int64_t>(dice() % static_cast<unsigned>(most));
        };
        core::market::CandleColumns candles;
        std::int64_t price = 4'000'000;
        core::Timestamp time = std::chrono::sys_days(std::chrono::days(19'723));
        for (int i = 0; i < count; ++i) {
            const std::int64_t open = price;
            price = std::max<std::int64_t>(price + roll(16'001) - 8'000, 1'000'000);
            candles.push({time, core::Price(open), core::Price(std::max(open, price) + roll(6'000)),
                          core::Price(std::min(open, price) - roll(6'000)), core::Price(price),
                          0.25 * static_cast<double>(1 + roll(40)), 5});
            time += std::chrono::minutes(1);
        }
        if (const auto written = store.write(symbol, core::market::ONE_MINUTE, candles); !written)
            qFatal("%s", written.error().message().c_str());
    }

    std::filesystem::path m_folder;
};

} // namespace fixture
