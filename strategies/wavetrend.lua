-- WaveTrend: turn with the oscillator when it crosses its signal far from the middle.
--
-- Idea: the oscillator says how far the typical price is from its own average, in units of its usual
-- distance, smoothed. Crossing its signal upwards below `-extreme` it buys, downwards above `extreme` it sells
-- short; the opposite cross, wherever it is, ends the trade. A stop at `stop_atr` average true ranges limits
-- the loss and trails the best price from the fill on.
--
--   ap = (high + low + close) / 3      esa = EMA(ap, channel)      d = EMA(|ap - esa|, channel)
--   ci = (ap - esa) / (0.015 d)        wave = EMA(ci, average)     signal = SMA(wave, signal)
--
-- Wants: swings, as of a wide range. In a strong trend it takes the wrong side, and the stop its loss.

strategy = {
  name = "wavetrend",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Turns with the WaveTrend oscillator at its extremes, both sides, with a trailing stop.",
  symbols = { "BTC/USD" },
  timeframe = "30m",
  warmup = 100,
  parameters = {
    channel = { default = 10, min = 2, max = 200, description = "Bars in the averages of price and distance" },
    average = { default = 21, min = 2, max = 200, description = "Bars in the oscillator's average" },
    signal = { default = 4, min = 2, max = 50, description = "Values in the signal" },
    extreme = { default = 45.0, min = 5.0, max = 100.0, step = 1.0, description = "Where a cross counts as an entry" },
    atr = { default = 14, min = 2, max = 200, description = "Bars in the average true range" },
    stop_atr = { default = 3.0, min = 0.5, max = 10.0, step = 0.5, description = "Distance of the trailing stop in average true ranges" },
    exposure = { default = 1.0, min = 0.05, max = 1.4, step = 0.05, description = "Position as a multiple of equity" },
  },
}

local p
local middle, distances, distance, index, wave, waves, signal, atr
local position
local guard            -- the trailing stop, when one works
local leaving = false
local above            -- whether the wave was above its signal on the bar before

function on_start(ctx)
  p = ctx.parameters
  middle = ctx:ema{ p.channel, source = "hlc3" }
  atr = ctx:atr{ p.atr }
  -- Each series feeds the next; indicators over them are asked for before the first number.
  distances = ctx:series("distance")
  distance = distances:ema{ p.channel }
  index = ctx:series("index")
  wave = index:ema{ p.average }
  waves = ctx:series("wave")
  signal = waves:sma{ p.signal }
  position = ctx:position()
end

-- Takes the bar into the oscillator.
local function feed(bar)
  if not middle.ready then return end
  local away = (bar.high + bar.low + bar.close) / 3 - middle.value
  distances:push(math.abs(away))
  -- A market that stands still has no distance to measure by.
  if not distance.ready or distance.value == 0 then return end
  index:push(away / (0.015 * distance.value))
  if wave.ready then waves:push(wave.value) end
end

local function leave(ctx)
  if guard and guard.working then ctx:cancel(guard) end
  guard = nil
  leaving = true
  ctx:close()
end

function on_bar(ctx, bar)
  feed(bar)
  if not signal.ready or not atr.ready then return end
  ctx:plot("wave", wave.value, { pane = "wavetrend" })
  ctx:plot("signal", signal.value, { pane = "wavetrend" })

  local was = above
  above = wave.value > signal.value
  if leaving and #ctx:orders() == 0 then leaving = false end
  if was == nil or above == was or leaving then return end
  -- A cross. Each is acted on once, so a refused order is not repeated.
  if position.flat then
    if #ctx:orders() > 0 then return end
    if above and wave.value < -p.extreme then
      ctx:buy{ equity_fraction = p.exposure }
    elseif not above and wave.value > p.extreme then
      ctx:short{ equity_fraction = p.exposure }
    end
  elseif (position.size > 0) ~= above then
    leave(ctx)
  end
end

-- The stop is as large as what is held, however many parts the entry fills in.
function on_fill(ctx, fill)
  local size = position.size
  if size == 0 then
    if guard and guard.working then ctx:cancel(guard) end
    guard = nil
    return
  end
  if leaving then return end
  local why
  if guard and guard.working then
    guard, why = ctx:replace(guard, { size = math.abs(size) })
  elseif size > 0 then
    guard, why = ctx:sell{ size = size, type = "trailing_stop", trail = p.stop_atr * atr.value }
  else
    guard, why = ctx:cover{ size = -size, type = "trailing_stop", trail = p.stop_atr * atr.value }
  end
  if not guard then
    ctx:log{ "no stop, leaving", reason = why }
    leave(ctx)
  end
end

function on_margin_call(ctx)
  guard = nil
  ctx:mark("margin call")
end
