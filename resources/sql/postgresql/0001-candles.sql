-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Candles as integer ticks and microseconds, in a schema of their own beside whatever else the database
-- holds. `candles` keeps what was written; the rollups keep, for every coarser timeframe, the candles to
-- read there.

CREATE SCHEMA IF NOT EXISTS quarterdeck;

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL
);

CREATE TABLE instruments (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    price_decimals INTEGER NOT NULL CHECK (price_decimals BETWEEN 0 AND 12),
    lot_decimals INTEGER NOT NULL CHECK (lot_decimals BETWEEN 0 AND 12),
    minimum_lots BIGINT NOT NULL CHECK (minimum_lots >= 1),
    volume_unit TEXT NOT NULL CHECK (volume_unit IN ('stated', 'guessed')),
    UNIQUE (symbol)
);

-- The timeframes (seconds) in which an instrument was written, so that nobody counts millions of rows.
CREATE TABLE series (
    instrument BIGINT NOT NULL REFERENCES instruments (id),
    timeframe INTEGER NOT NULL,
    oldest BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    candles BIGINT NOT NULL,
    PRIMARY KEY (instrument, timeframe)
);

CREATE TABLE candles (
    instrument BIGINT NOT NULL,
    timeframe INTEGER NOT NULL,
    open_time BIGINT NOT NULL,
    open BIGINT NOT NULL,
    high BIGINT NOT NULL,
    low BIGINT NOT NULL,
    close BIGINT NOT NULL,
    volume DOUBLE PRECISION NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, timeframe, open_time)
);

CREATE TABLE candles_5m (
    instrument BIGINT NOT NULL,
    open_time BIGINT NOT NULL,
    open BIGINT NOT NULL,
    high BIGINT NOT NULL,
    low BIGINT NOT NULL,
    close BIGINT NOT NULL,
    volume DOUBLE PRECISION NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (instrument, open_time)
);

CREATE TABLE candles_15m (LIKE candles_5m INCLUDING ALL);
CREATE TABLE candles_30m (LIKE candles_5m INCLUDING ALL);
CREATE TABLE candles_1h (LIKE candles_5m INCLUDING ALL);
CREATE TABLE candles_4h (LIKE candles_5m INCLUDING ALL);
CREATE TABLE candles_12h (LIKE candles_5m INCLUDING ALL);
CREATE TABLE candles_1d (LIKE candles_5m INCLUDING ALL);
CREATE TABLE candles_1w (LIKE candles_5m INCLUDING ALL);

-- For people: exact prices, times with their zone.
CREATE VIEW candle_prices AS
SELECT i.venue, i.symbol, c.timeframe AS timeframe_seconds,
       to_timestamp(c.open_time / 1000000) AS open_time,
       c.open / 10::numeric ^ i.price_decimals AS open,
       c.high / 10::numeric ^ i.price_decimals AS high,
       c.low / 10::numeric ^ i.price_decimals AS low,
       c.close / 10::numeric ^ i.price_decimals AS close,
       c.volume, c.trades
FROM candles c JOIN instruments i ON i.id = c.instrument;
