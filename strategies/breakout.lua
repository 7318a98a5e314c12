-- Channel breakout: go with the move when the price leaves the range of the last bars.
--
-- The channel (Donchian's) is the highest high and the lowest low of the last `channel` bars before
-- this one. A close above it buys, a close below it sells short, both with leverage; a close through
-- the middle of the channel ends the trade. The stop lies `stop_atr` average true ranges away and is
-- pulled along when the price goes the right way, never back.

strategy = {
  name = "breakout",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Follows closes outside of the Donchian channel, both sides, with leverage and an ATR stop.",
  symbols = { "BTC/USD" },
  timeframe = "1h",
  warmup = 49,
  parameters = {
    channel = { default = 48, min = 5, max = 1000, description = "Bars in the channel" },
    atr = { default = 14, min = 2, max = 200, description = "Bars in the average true range" },
    stop_atr = { default = 3.0, min = 0.5, max = 10.0, step = 0.5, description = "Distance of the stop in average true ranges" },
    exposure = { default = 1.2, min = 0.1, max = 2.0, step = 0.1, description = "Position as a multiple of equity" },
  },
}

local p
local highest, lowest, atr
local upper, lower   -- the channel as it was before the present bar
local position
local guard          -- the stop order, when one works
local leaving = false
local side = 0       -- the side last tried: 1 long, -1 short; a refused entry is not repeated

function on_start(ctx)
  p = ctx.parameters
  highest = ctx:highest{ p.channel, source = "high" }
  lowest = ctx:lowest{ p.channel, source = "low" }
  atr = ctx:atr{ p.atr }
  position = ctx:position()
end

local function cancelGuard(ctx)
  if guard and guard.working then ctx:cancel(guard) end
  guard = nil
end

local function leave(ctx)
  cancelGuard(ctx)
  leaving = true
  ctx:close()
end

-- Places the stop, or pulls it along: towards the price only.
local function protect(ctx, price)
  local size = position.size
  if size == 0 or leaving then return end
  local distance = p.stop_atr * atr.value
  local stop = size > 0 and price - distance or price + distance
  local order, why
  if guard and guard.working then
    local old = guard.stop
    if size > 0 then stop = math.max(stop, old) else stop = math.min(stop, old) end
    if stop == old and guard.remaining == math.abs(size) then return end
    order, why = ctx:replace(guard, { size = math.abs(size), stop = stop })
  elseif size > 0 then
    order, why = ctx:sell{ size = size, type = "stop", stop = stop }
  else
    order, why = ctx:cover{ size = -size, type = "stop", stop = stop }
  end
  if order then
    guard = order
  else
    ctx:log{ "no stop, leaving", reason = why }
    leave(ctx)
  end
end

local function enter(ctx, direction)
  if side == direction then return end
  side = direction
  if direction > 0 then
    ctx:buy{ equity_fraction = p.exposure }
  else
    ctx:short{ equity_fraction = p.exposure }
  end
end

function on_bar(ctx, bar)
  -- The indicators include this bar, whose close can never lie outside of its own range. So the close
  -- is compared with the channel as it was one bar ago, and the channel is remembered afterwards.
  local above, below = upper, lower
  upper, lower = highest.value, lowest.value
  if not above or not below or not atr.ready then return end

  ctx:plot("channel high", above)
  ctx:plot("channel low", below)
  local close = bar.close
  local middle = (above + below) / 2
  -- Back inside on the other half: the next breakout of that side is a new one.
  if side > 0 and close < middle or side < 0 and close > middle then side = 0 end

  -- The closing order has ended, filled or not: look at the position afresh.
  if leaving and #ctx:orders() == 0 then leaving = false end
  local size = position.size
  if size == 0 then
    if #ctx:orders() > 0 then return end
    if close > above then enter(ctx, 1) elseif close < below then enter(ctx, -1) end
  elseif not leaving then
    if size > 0 and close < middle or size < 0 and close > middle then
      leave(ctx)
    else
      protect(ctx, close)
    end
  end
end

function on_fill(ctx, fill)
  if position.size == 0 then
    cancelGuard(ctx)
  else
    protect(ctx, fill.price)
  end
end

function on_margin_call(ctx)
  guard = nil
  ctx:mark("margin call")
end
