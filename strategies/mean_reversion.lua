-- Mean reversion: what strayed far from its average tends to come back.
--
-- The z-score says how many standard deviations the close is away from its own average. Far below,
-- buy; far above, sell short; near zero again, take the profit. Both sides may use leverage: an
-- exposure of 1.2 holds 1.2 times the account's equity. A reduce-only stop order limits the loss when
-- the price goes on straying, and after a stop the strategy waits until the price has been back.

strategy = {
  name = "mean_reversion",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Trades against moves far from the average, both sides, with leverage and a protective stop.",
  symbols = { "BTC/USD" },
  timeframe = "15m",
  warmup = 96,
  parameters = {
    period = { default = 96, min = 10, max = 2000, description = "Closes in the average" },
    entry = { default = 2.5, min = 0.5, max = 6.0, step = 0.1, description = "Deviations away to enter" },
    exit = { default = 0.5, min = 0.0, max = 3.0, step = 0.1, description = "Deviations away to take profit" },
    exposure = { default = 1.2, min = 0.1, max = 2.0, step = 0.1, description = "Position as a multiple of equity" },
    stop = { default = 0.02, min = 0.002, max = 0.2, step = 0.002, description = "Protective stop, as a fraction of the price" },
  },
}

local p          -- the parameters
local zscore     -- the indicator
local position   -- a handle whose fields are read anew each time
local guard      -- the protective stop order, when one works
local leaving = false   -- a closing order is on its way
local ready = true      -- false after a stop, until the price has been back at its average

function on_start(ctx)
  p = ctx.parameters
  if p.exit >= p.entry then
    error("exit (" .. p.exit .. ") must be smaller than entry (" .. p.entry .. ")")
  end
  zscore = ctx:zscore{ p.period }
  position = ctx:position()
end

-- Entries are market orders: they execute at the next bar's open, never on the bar that decided.
local function enter(ctx, z)
  if z <= -p.entry then
    ctx:buy{ equity_fraction = p.exposure }
  elseif z >= p.entry then
    ctx:short{ equity_fraction = p.exposure }
  end
  -- A refused entry is not repeated until the price has been back.
  ready = false
end

local function leave(ctx)
  if guard and guard.working then ctx:cancel(guard) end
  guard = nil
  leaving = true
  ctx:close()
end

function on_bar(ctx, bar)
  local z = zscore.value
  if not z then return end
  ctx:plot("z", z, { pane = "z-score" })
  -- The closing order has ended, filled or not: look at the position afresh.
  if leaving and #ctx:orders() == 0 then leaving = false end

  local size = position.size
  if size == 0 then
    if z > -p.exit and z < p.exit then ready = true end
    if ready and (z <= -p.entry or z >= p.entry) and #ctx:orders() == 0 then enter(ctx, z) end
  elseif not leaving then
    local back = size > 0 and z >= -p.exit or size < 0 and z <= p.exit
    if back then leave(ctx) end
  end
end

-- The stop follows the fills: an entry may fill in parts, and each part has to be protected.
function on_fill(ctx, fill)
  local size = position.size
  if size == 0 then
    if guard and guard.working then ctx:cancel(guard) end
    guard = nil
    return
  end
  if leaving then return end
  local distance = position.average_price * p.stop
  local order, why
  if guard and guard.working then
    order, why = ctx:replace(guard, { size = math.abs(size) })
  elseif size > 0 then
    order, why = ctx:sell{ size = size, type = "stop", stop = position.average_price - distance }
  else
    order, why = ctx:cover{ size = -size, type = "stop", stop = position.average_price + distance }
  end
  if order then
    guard = order
  else
    -- The price is already beyond the stop: an unprotected position is no position to keep.
    ctx:log{ "no protective stop, leaving", reason = why }
    leave(ctx)
  end
end

-- All orders were cancelled and the position is being sold by the venue.
function on_margin_call(ctx)
  guard = nil
  ctx:mark("margin call")
end
