-- Grid on an oversold market: buy in steps on the way down, sell all of it on the way back.
--
-- Idea: in a market that goes sideways a fall that has tired out is bought back. When the relative strength
-- index says "oversold", limit orders are laid below the close, one `spacing` apart, all of the same size:
-- nothing is ever doubled. What they buy has one target above its average price and one stop below the whole
-- grid. Orders of the grid that nobody met expire after `patience` bars.
--
-- Wants: a range. In a trend downwards each grid ends in its stop; the loss is at most about `exposure`
-- times the width of the grid and of its stop, and after a stop no grid is laid before the index recovered.

strategy = {
  name = "grid_rsi",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Buys an oversold market in equal steps, with one target and one stop. Long only, for ranges.",
  symbols = { "BTC/USD" },
  timeframe = "15m",
  warmup = 60,
  parameters = {
    rsi = { default = 14, min = 2, max = 100, description = "Bars in the relative strength index" },
    oversold = { default = 30.0, min = 5.0, max = 50.0, step = 1.0, description = "The index below which a grid is laid" },
    recovered = { default = 50.0, min = 20.0, max = 80.0, step = 1.0, description = "The index above which the next grid may be laid" },
    atr = { default = 20, min = 2, max = 200, description = "Bars in the average true range" },
    levels = { default = 4, min = 1, max = 10, description = "Orders in the grid" },
    spacing = { default = 0.75, min = 0.1, max = 5.0, step = 0.05, description = "Distance of its orders in average true ranges" },
    target = { default = 1.5, min = 0.2, max = 10.0, step = 0.1, description = "Target above the average price, in average true ranges" },
    stop = { default = 1.5, min = 0.2, max = 10.0, step = 0.1, description = "Stop below the lowest order, in average true ranges" },
    patience = { default = 24, min = 1, max = 1000, description = "Bars until an order of the grid expires" },
    exposure = { default = 0.8, min = 0.05, max = 1.4, step = 0.05, description = "The whole grid as a multiple of equity" },
  },
}

local p
local rsi, atr
local position
local grid = {}        -- the orders of the present grid
local unit, floor      -- the average true range when it was laid, and the price of its stop
local guard, goal      -- the stop and the target of what was bought
local leaving = false
local ready = true     -- false from a grid on, until the index has recovered

function on_start(ctx)
  p = ctx.parameters
  if p.oversold >= p.recovered then
    error("oversold (" .. p.oversold .. ") must be smaller than recovered (" .. p.recovered .. ")")
  end
  rsi = ctx:rsi{ p.rsi }
  atr = ctx:atr{ p.atr }
  position = ctx:position()
end

local function cancel(ctx, order)
  if order and order.working then ctx:cancel(order) end
end

-- What is left of the grid goes; the position has its own orders.
local function clearGrid(ctx)
  for _, order in ipairs(grid) do cancel(ctx, order) end
  grid = {}
end

local function leave(ctx)
  clearGrid(ctx)
  cancel(ctx, guard)
  cancel(ctx, goal)
  guard, goal = nil, nil
  leaving = true
  ctx:close()
end

local function layGrid(ctx, close)
  ready = false
  unit = atr.value
  floor = close - unit * (p.levels * p.spacing + p.stop)
  -- In a market this wild the grid would reach below nothing.
  if floor <= 0 then return end
  -- Bars times the length of a bar, which candles tell.
  local last = ctx:candles{ n = 2 }
  local expires = ctx.time + p.patience * (last.time[2] - last.time[1])
  for level = 1, p.levels do
    local order = ctx:buy{
      equity_fraction = p.exposure / p.levels, type = "limit", limit = close - level * p.spacing * unit,
      tif = "gtd", expires = expires,
    }
    if not order then break end
    grid[#grid + 1] = order
  end
end

-- One stop and one target for all that is held; both only ever reduce.
local function protect(ctx)
  local size = position.size
  local target = position.average_price + p.target * unit
  if guard and guard.working then
    guard = ctx:replace(guard, { size = size })
  else
    guard = ctx:sell{ size = size, type = "stop", stop = floor }
  end
  if goal and goal.working then
    goal = ctx:replace(goal, { size = size, limit = target })
  else
    goal = ctx:sell{ size = size, type = "limit", limit = target }
  end
  -- The price is beyond the stop already: no position to keep.
  if not guard then leave(ctx) end
end

function on_bar(ctx, bar)
  local strength = rsi.value
  if not strength or not atr.ready then return end
  ctx:plot("rsi", strength, { pane = "rsi" })
  if leaving and #ctx:orders() == 0 then leaving = false end
  if strength > p.recovered then ready = true end
  if position.flat and ready and strength < p.oversold and #ctx:orders() == 0 then layGrid(ctx, bar.close) end
end

function on_fill(ctx, fill)
  if position.flat then
    clearGrid(ctx)
    cancel(ctx, guard)
    cancel(ctx, goal)
    guard, goal = nil, nil
  elseif not leaving then
    protect(ctx)
  end
end

-- The venue closes the position; all orders are gone.
function on_margin_call(ctx)
  grid, guard, goal = {}, nil, nil
  ctx:mark("margin call")
end
