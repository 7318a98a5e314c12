-- Moving-average crossover, the smallest complete strategy.
--
-- Long while the average of the last `fast` closes is above the average of the last `slow` closes,
-- flat otherwise. Equal averages mean flat. Long only, one fixed size, market orders.

strategy = {
  name = "sma_cross",
  version = "1.0.0",
  author = "The Quarterdeck authors",
  description = "Long while the fast moving average is above the slow one, flat otherwise.",
  symbols = { "BTC/USD" },
  timeframe = "1m",
  warmup = 30,
  parameters = {
    fast = { default = 10, min = 2, max = 500, description = "Closes in the fast average" },
    slow = { default = 30, min = 3, max = 1000, description = "Closes in the slow average" },
    size = { default = 0.1, min = 0.00000001, max = 1000000.0, description = "Position in base units" },
  },
}

-- Locals are faster than globals, and nobody else can change them.
local fast, slow, size
local long = false

function on_start(ctx)
  local parameters = ctx.parameters
  if parameters.fast >= parameters.slow then
    -- An error suspends the strategy; its text is what the user reads.
    error("fast (" .. parameters.fast .. ") must be smaller than slow (" .. parameters.slow .. ")")
  end
  size = parameters.size
  -- Indicators are kept up to date by the engine: ask once, read their value in every on_bar.
  fast = ctx:sma{ parameters.fast }
  slow = ctx:sma{ parameters.slow }
end

function on_bar(ctx, bar)
  -- A value is nil until enough candles came.
  local slowValue = slow.value
  if not slowValue then return end
  local above = fast.value > slowValue
  -- Orders only when the answer changes: one rejected order is then not repeated on every bar.
  if above ~= long then
    long = above
    ctx:target(above and size or 0)
  end
end
