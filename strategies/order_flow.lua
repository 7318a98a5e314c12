-- Order flow: go with those who cannot wait.
--
-- Idea: takers pay to trade at once. Where nearly all of the size that was traded lately was taken from one side,
-- somebody wants in or out, and the price tends to give way a little more. The imbalance of the last `window` trades,
-- (bought − sold) / traded from −1 to 1, is looked at with every trade. Beyond `entry` the strategy joins, with a
-- stop-loss and a take-profit in average true ranges; it leaves when the imbalance has turned by `exit` against it, or
-- after `hold` seconds. Where the venue does not say who took, a trade above the one before counts as bought and one
-- below as sold (the tick test of C. Lee and M. Ready, "Inferring Trade Direction from Intraday Data", 1991).
--
-- Wants: stored trades, or a live market; on candles alone it does nothing. A liquid symbol whose spread and fees are
-- small against its average true range: it trades often, and costs are what it dies of.

strategy = {
  name = "order_flow",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Joins one-sided taking, trade by trade, with stop, target and time limit.",
  symbols = { "BTC/USD" },
  timeframe = "1m",
  warmup = 30,
  parameters = {
    window = { default = 200, min = 10, max = 5000, description = "Trades that are looked at" },
    entry = { default = 0.6, min = 0.1, max = 1.0, step = 0.05, description = "Imbalance that is joined" },
    exit = { default = 0.2, min = 0.0, max = 1.0, step = 0.05, description = "Imbalance against the position that ends it" },
    atr = { default = 14, min = 2, max = 200, description = "Bars in the average true range" },
    stop = { default = 2.0, min = 0.3, max = 20.0, step = 0.1, description = "Stop-loss in average true ranges" },
    target = { default = 4.0, min = 0.3, max = 40.0, step = 0.1, description = "Take-profit in average true ranges" },
    hold = { default = 900, min = 10, max = 86400, description = "Seconds after which it is closed" },
    rest = { default = 300, min = 0, max = 86400, description = "Seconds without a position before the next entry" },
    exposure = { default = 0.5, min = 0.05, max = 1.4, step = 0.05, description = "What is held, as a multiple of equity" },
  },
}

local SECOND = 1000000

local p, atr, position
local sizes = {}     -- a ring of the last trades' sizes, positive where they were bought
local place = 0      -- in the ring
local seen = 0       -- of its places
local net, all = 0, 0
local last, side     -- price and side of the trade before
local left           -- when the last position ended
local sent           -- the order that enters, until it has an end
local heard = false  -- the present imbalance was answered already, however that went

function on_start(ctx)
  p = ctx.parameters
  atr = ctx:atr{ p.atr }
  position = ctx:position()
end

-- 1 for bought, -1 for sold, 0 while nothing tells.
local function taken(trade)
  local price = trade.price
  if trade.side then
    side = trade.side == "buy" and 1 or -1
  elseif last and price ~= last then
    side = price > last and 1 or -1
  end
  last = price
  return side or 0
end

local function imbalance(trade)
  local window = p.window
  place = place % window + 1
  if seen < window then seen = seen + 1 end
  local gone = sizes[place] or 0
  local signed = taken(trade) * trade.size
  sizes[place] = signed
  net = net + signed - gone
  all = all + math.abs(signed) - math.abs(gone)
  if seen < window or all <= 0 then return 0 end
  return net / all
end

local function enter(ctx, price, direction)
  local order = {
    equity_fraction = p.exposure,
    stop_loss = price - direction * p.stop * atr.value,
    take_profit = price + direction * p.target * atr.value,
  }
  if direction > 0 then sent = ctx:buy(order) else sent = ctx:short(order) end
  heard = true
end

function on_trade(ctx, trade)
  local flow = imbalance(trade)
  if not atr.ready or atr.value == 0 then return end
  if position.flat then
    local waiting = (sent and sent.working) or (left and ctx.time - left < p.rest * SECOND)
    if math.abs(flow) < p.entry then
      heard = false
    elseif not waiting and not heard then
      enter(ctx, trade.price, flow > 0 and 1 or -1)
    end
  else
    local direction = position.size > 0 and 1 or -1
    if flow * direction <= -p.exit or ctx.time - position.opened >= p.hold * SECOND then ctx:close() end
  end
end

function on_fill(ctx, fill)
  if fill.position == 0 then left = fill.time end
end

-- Sums of many additions drift; once an hour they are made anew.
function on_bar(ctx, bar)
  if bar.time % (3600 * SECOND) ~= 0 then return end
  net, all = 0, 0
  for _, signed in ipairs(sizes) do
    net = net + signed
    all = all + math.abs(signed)
  end
end

function on_margin_call(ctx)
  ctx:mark("margin call")
end
