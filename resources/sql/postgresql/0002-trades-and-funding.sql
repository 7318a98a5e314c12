-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Trades one by one, what perpetuals pay, and the smallest cost of an order.

-- In 1e-8 of the quote currency; 0 where the venue asks for none.
ALTER TABLE instruments ADD COLUMN minimum_cost BIGINT NOT NULL DEFAULT 0 CHECK (minimum_cost >= 0);
ALTER TABLE instruments ADD COLUMN kind TEXT NOT NULL DEFAULT 'spot' CHECK (kind IN ('spot', 'perpetual'));

-- `numbered` says that the id is the venue's; else it counts the trades of the same time. `side` is the taker's: 0
-- where it is not known, 1 buy, 2 sell.
CREATE TABLE trades (
    instrument BIGINT NOT NULL,
    time BIGINT NOT NULL,
    id BIGINT NOT NULL,
    numbered SMALLINT NOT NULL CHECK (numbered IN (0, 1)),
    price BIGINT NOT NULL,
    size BIGINT NOT NULL,
    side SMALLINT NOT NULL CHECK (side BETWEEN 0 AND 2),
    PRIMARY KEY (instrument, time, id)
);

-- What was done for TimescaleDB, where the server has it: steps of resources/sql/timescaledb.
CREATE TABLE timescale_steps (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE trade_series (
    instrument BIGINT PRIMARY KEY REFERENCES instruments (id),
    oldest BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    trades BIGINT NOT NULL
);

-- Rates in 1e-12 of a position's value: what longs pay to shorts. A replay charges one when it was due, or when it
-- became known, if that was later.
CREATE TABLE funding_rates (
    instrument BIGINT NOT NULL REFERENCES instruments (id),
    time BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    rate BIGINT NOT NULL,
    PRIMARY KEY (instrument, time)
);

-- For people: exact prices and sizes, times with their zone.
CREATE VIEW trade_prices AS
SELECT i.venue, i.symbol,
       to_timestamp(t.time / 1000000) + (t.time % 1000000) * interval '1 microsecond' AS time,
       CASE t.numbered WHEN 1 THEN t.id END AS venue_id,
       t.price / 10::numeric ^ i.price_decimals AS price,
       t.size / 10::numeric ^ i.lot_decimals AS size,
       CASE t.side WHEN 1 THEN 'buy' WHEN 2 THEN 'sell' END AS side
FROM trades t JOIN instruments i ON i.id = t.instrument;
