// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/strategytemplate.h"

#include "core/trust/securefile.h"

#include <fmt/format.h>

namespace core::strategy {

namespace {

constexpr std::string_view BEFORE_NAME = R"lua(-- What does it trade, and why should that work? In which market does it not?

strategy = {
  name = ")lua";

constexpr std::string_view AFTER_NAME = R"lua(",
  version = "0.1.0",
  author = "",
  description = "",
  symbols = { "BTC/USD" },   -- defaults: a replay may choose others
  timeframe = "1h",
  warmup = 50,               -- closed candles before the first on_bar
  parameters = {
    -- default, min and max; default = 2 is a whole number, default = 2.0 any number
    period = { default = 50, min = 2, max = 1000, description = "Closes in the average" },
    risk = { default = 0.01, min = 0.001, max = 0.05, description = "Fraction of the equity lost at the stop" },
    stop = { default = 0.02, min = 0.001, max = 0.5, description = "Distance of the stop, as a fraction of the price" },
  },
}

local p          -- the parameters
local average    -- an indicator: asked for once, kept up to date by the engine
local position   -- read anew each time one of its fields is looked at
local below      -- whether the bar before closed below the average

function on_start(ctx)
  p = ctx.parameters
  average = ctx:sma{ p.period }
  position = ctx:position()
end

-- Called for each closed candle. What is decided here executes at the next bar's open.
function on_bar(ctx, bar)
  local value = average.value
  if not value then return end          -- not enough candles yet
  ctx:plot("average", value)            -- drawn over the candles

  local was = below
  below = bar.close < value
  if was == nil or was == below then return end

  if not below and position.flat and #ctx:orders() == 0 then
    -- The size is such that the stop-loss costs `risk` of the equity. Both orders end together.
    local order, why = ctx:buy{
      risk = p.risk,
      stop_loss = bar.close * (1 - p.stop),
      take_profit = bar.close * (1 + 2 * p.stop),
    }
    if not order then ctx:log{ "refused", reason = why } end
  elseif below and position.size > 0 then
    ctx:close()
  end
end

-- Called for each fill; fill.profit is what it realised.
function on_fill(ctx, fill)
  ctx:log{ fill.side, size = fill.size, price = fill.price, profit = fill.profit }
end
)lua";

} // namespace

std::string templateSource(std::string_view name)
{
    return fmt::format("{}{}{}", BEFORE_NAME, name, AFTER_NAME);
}

Result<std::filesystem::path> createFromTemplate(const Catalog& catalog, const std::filesystem::path& folder,
                                                 std::string_view name)
{
    if (!isStrategyName(name))
        return Error{ErrorCode::InvalidInput, fmt::format("\"{}\" is no name for a strategy", name.substr(0, 80)),
                     "Names have 1 to 64 characters: a–z, 0–9 and _."};
    const auto known = catalog.find(name);
    if (known)
        return Error{ErrorCode::AlreadyExists,
                     fmt::format("there is a strategy called {} already, in {}", name, known->file.string()),
                     "Choose another name; nothing was written."};
    if (known.error().code != ErrorCode::NotFound)
        return known.error();
    std::error_code fault;
    std::filesystem::create_directories(folder, fault);
    const std::filesystem::path file = folder / fmt::format("{}.lua", name);
    if (const auto written =
            trust::writeFile(file, templateSource(name), trust::FileMode::Public, trust::Existing::Keep);
        !written)
        return written.error();
    return file;
}

} // namespace core::strategy
