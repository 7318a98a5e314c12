-- Momentum scalp: join a burst of price and volume for a short while.
--
-- Idea: a fast move on unusual volume, in the direction of the longer average, tends to go on for some bars.
-- The entry is a market order with a stop-loss and a take-profit that live from its fill on; whatever is left
-- after `hold` bars is closed. The size is such that the stop costs about `risk` of the equity, and never
-- more than `exposure` times the equity, however near the stop is.
--
-- Wants: a trend, or the beginning of one. In a quiet range costs eat it: each trade pays two takers' fees,
-- so `burst` should be well above them.

strategy = {
  name = "momentum_scalp",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Joins bursts of price and volume for some bars, both sides, with stop, target and time limit.",
  symbols = { "BTC/USD" },
  timeframe = "5m",
  warmup = 120,
  parameters = {
    lookback = { default = 6, min = 1, max = 100, description = "Bars of the burst" },
    burst = { default = 1.2, min = 0.05, max = 20.0, step = 0.05, description = "Change over the burst, in percent" },
    volume = { default = 1.5, min = 0.5, max = 20.0, step = 0.1, description = "Volume as a multiple of its average" },
    trend = { default = 100, min = 5, max = 2000, description = "Bars in the average whose side is taken" },
    atr = { default = 14, min = 2, max = 200, description = "Bars in the average true range" },
    stop = { default = 2.0, min = 0.3, max = 10.0, step = 0.1, description = "Stop-loss in average true ranges" },
    target = { default = 3.0, min = 0.3, max = 20.0, step = 0.1, description = "Take-profit in average true ranges" },
    hold = { default = 12, min = 1, max = 500, description = "Bars after which it is closed" },
    risk = { default = 0.005, min = 0.0005, max = 0.05, step = 0.0005, description = "Fraction of the equity lost at the stop, costs apart" },
    exposure = { default = 1.0, min = 0.05, max = 1.4, step = 0.05, description = "The most that is held, as a multiple of equity" },
  },
}

local p
local change, busy, trend, atr
local position, entry
local held = 0       -- bars since the entry was filled
local side = 0       -- the side of the present burst, which is joined once

function on_start(ctx)
  p = ctx.parameters
  change = ctx:roc{ p.lookback }
  busy = ctx:volume_ratio{ p.lookback * 10 }
  trend = ctx:ema{ p.trend }
  atr = ctx:atr{ p.atr }
  position = ctx:position()
end

-- 1 for a burst upwards, -1 downwards, 0 for none.
local function burst(close)
  if change.value >= p.burst and close > trend.value then return 1 end
  if change.value <= -p.burst and close < trend.value then return -1 end
  return 0
end

local function enter(ctx, close, direction)
  local distance = p.stop * atr.value
  local order = {
    equity_fraction = math.min(p.exposure, p.risk * close / distance),
    stop_loss = close - direction * distance,
    take_profit = close + direction * p.target * atr.value,
  }
  if direction > 0 then entry = ctx:buy(order) else entry = ctx:short(order) end
  held = 0
end

function on_bar(ctx, bar)
  if not (change.ready and busy.ready and trend.ready and atr.ready) or atr.value == 0 then return end
  local close = bar.close
  local direction = burst(close)
  if position.flat then
    -- A burst that ended may be followed by another one of the same side.
    if direction == 0 then side = 0 end
    local waiting = entry and entry.working
    if direction ~= 0 and direction ~= side and busy.value >= p.volume and not waiting and #ctx:orders() == 0 then
      side = direction
      enter(ctx, close, direction)
    end
  else
    held = held + 1
    -- The pair of stop and target follows the position, and ends with it. While a closing order works, closing
    -- again is nothing.
    if held >= p.hold then ctx:close() end
  end
end

function on_margin_call(ctx)
  ctx:mark("margin call")
end
