-- Pair: what two symbols are worth in each other comes back when it strayed.
--
-- Idea: the logarithm of the ratio of two prices that move together swings around its average. `entry`
-- deviations away, the dear one is sold short and the cheap one bought for the same amount, so that what both
-- do together cancels out; `exit` deviations from the average both are closed. Both are closed as well beyond
-- `stop` deviations, after `hold` bars, and when one of the legs was closed by its own protective stop, since
-- one leg alone is a bet that nobody meant. After a stop the ratio has to come back before the next entry.
--
-- Wants: two symbols with a common cause, such as BTC/USD and ETH/USD; a pair whose ratio trends loses. The
-- ratio is measured only when both have a candle at the same time. Both need the same quote currency.

strategy = {
  name = "pair_ratio",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Trades the ratio of two symbols back to its average, one leg long, one short.",
  symbols = { "BTC/USD", "ETH/USD" },
  timeframe = "15m",
  warmup = 1,   -- the ratio is measured by on_close, from the first bar of the range on
  parameters = {
    period = { default = 96, min = 10, max = 2000, description = "Ratios in the average" },
    entry = { default = 2.0, min = 0.5, max = 6.0, step = 0.1, description = "Deviations away to enter" },
    exit = { default = 0.3, min = 0.0, max = 3.0, step = 0.1, description = "Deviations away to leave" },
    stop = { default = 4.0, min = 1.0, max = 10.0, step = 0.1, description = "Deviations away to give up" },
    hold = { default = 192, min = 1, max = 10000, description = "Bars after which both are closed" },
    leg = { default = 0.5, min = 0.05, max = 0.7, step = 0.05, description = "Each leg as a multiple of equity" },
    leg_stop = { default = 0.08, min = 0.01, max = 0.5, step = 0.01, description = "Protective stop of each leg, as a fraction of its price" },
  },
}

local p
local first, second        -- the two symbols
local ratios, zscore
local one, two             -- their positions
local closes = {}          -- by symbol: the newest close and its time
local held = 0
local ready = true
local leaving = false

function on_start(ctx)
  p = ctx.parameters
  if #ctx.symbols ~= 2 then error("it trades two symbols, not " .. #ctx.symbols) end
  if p.exit >= p.entry or p.entry >= p.stop then
    error("exit (" .. p.exit .. "), entry (" .. p.entry .. ") and stop (" .. p.stop .. ") must ascend")
  end
  first, second = ctx.symbols[1], ctx.symbols[2]
  one, two = ctx:position(first), ctx:position(second)
  ratios = ctx:series("ratio")
  zscore = ratios:zscore{ p.period }
end

function on_bar(ctx, bar)
  closes[bar.symbol] = { time = bar.time, price = bar.close }
end

-- The price of a leg is known, and so is the side: its stop lies on the losing one.
local function open(ctx, symbol, direction)
  local order = { symbol = symbol, equity_fraction = p.leg,
                  stop_loss = closes[symbol].price * (1 - direction * p.leg_stop) }
  if direction > 0 then return ctx:buy(order) end
  return ctx:short(order)
end

local function leave(ctx)
  leaving = true
  if not one.flat then ctx:close(first) end
  if not two.flat then ctx:close(second) end
end

local function enter(ctx, z)
  ready = false
  held = 0
  local direction = z > 0 and -1 or 1
  local order, why = open(ctx, first, direction)
  if not order then return end
  local other
  other, why = open(ctx, second, -direction)
  if not other then
    ctx:log{ "only one leg was taken, leaving it", reason = why }
    ctx:cancel(order)
  end
end

local function isStale(z)
  return math.abs(z) >= p.stop or held >= p.hold
end

-- Called once for each time, when both symbols had their bar.
function on_close(ctx, time)
  local a, b = closes[first], closes[second]
  if not a or not b or a.time ~= b.time or a.seen then return end
  a.seen = true
  ratios:push(math.log(a.price / b.price))
  local z = zscore.value
  if not z then return end
  ctx:plot("ratio", z, { pane = "z-score of the ratio" })

  if one.flat and two.flat then
    leaving = false
    if math.abs(z) <= p.exit then ready = true end
    if ready and math.abs(z) >= p.entry and math.abs(z) < p.stop and #ctx:orders() == 0 then enter(ctx, z) end
    return
  end
  held = held + 1
  local back = math.abs(z) <= p.exit
  -- The leg that is long tells which way back is.
  local crossed = one.size > 0 and z > 0 or one.size < 0 and z < 0
  -- Closing again is nothing while the first closing order works.
  if leaving or back or crossed or isStale(z) then leave(ctx) end
end

-- A leg that its stop has closed leaves the other one alone.
function on_fill(ctx, fill)
  if fill.position == 0 and not leaving then leave(ctx) end
end

function on_margin_call(ctx)
  ctx:mark("margin call")
end
