-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Candles as integer ticks and microseconds. `candles` keeps what was written; the rollups keep, for
-- every coarser timeframe, the candles to read there.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL
);

CREATE TABLE instruments (
    id INTEGER PRIMARY KEY,
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    price_decimals INTEGER NOT NULL CHECK (price_decimals BETWEEN 0 AND 12),
    lot_decimals INTEGER NOT NULL CHECK (lot_decimals BETWEEN 0 AND 12),
    minimum_lots INTEGER NOT NULL CHECK (minimum_lots >= 1),
    volume_unit TEXT NOT NULL CHECK (volume_unit IN ('stated', 'guessed')),
    UNIQUE (symbol)
);

-- The timeframes (seconds) in which an instrument was written, so that nobody counts millions of rows.
CREATE TABLE series (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    timeframe INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    candles INTEGER NOT NULL,
    PRIMARY KEY (instrument, timeframe)
) WITHOUT ROWID;

CREATE TABLE candles (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    timeframe INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, timeframe, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_5m (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_15m (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_30m (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_1h (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_4h (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_12h (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_1d (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

CREATE TABLE candles_1w (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    open_time INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume REAL NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
) WITHOUT ROWID;

-- For people: prices as numbers, times as text.
CREATE VIEW candle_prices AS
SELECT i.venue, i.symbol, c.timeframe AS timeframe_seconds,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.open_time / 1000000, 'unixepoch') AS open_time,
       c.open / CAST('1e' || i.price_decimals AS REAL) AS open,
       c.high / CAST('1e' || i.price_decimals AS REAL) AS high,
       c.low / CAST('1e' || i.price_decimals AS REAL) AS low,
       c.close / CAST('1e' || i.price_decimals AS REAL) AS close,
       c.volume, c.trades
FROM candles c JOIN instruments i ON i.id = c.instrument;
