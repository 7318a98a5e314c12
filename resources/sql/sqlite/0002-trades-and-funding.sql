-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Trades one by one, what perpetuals pay, and the smallest cost of an order.

-- In 1e-8 of the quote currency; 0 where the venue asks for none.
ALTER TABLE instruments ADD COLUMN minimum_cost INTEGER NOT NULL DEFAULT 0 CHECK (minimum_cost >= 0);
ALTER TABLE instruments ADD COLUMN kind TEXT NOT NULL DEFAULT 'spot' CHECK (kind IN ('spot', 'perpetual'));

-- `numbered` says that the id is the venue's; else it counts the trades of the same time. `side` is the taker's: 0
-- where it is not known, 1 buy, 2 sell.
CREATE TABLE trades (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    time INTEGER NOT NULL,
    id INTEGER NOT NULL,
    numbered INTEGER NOT NULL CHECK (numbered IN (0, 1)),
    price INTEGER NOT NULL,
    size INTEGER NOT NULL,
    side INTEGER NOT NULL CHECK (side BETWEEN 0 AND 2),
    PRIMARY KEY (instrument, time, id)
) WITHOUT ROWID;

CREATE TABLE trade_series (
    instrument INTEGER PRIMARY KEY REFERENCES instruments (id),
    oldest INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    trades INTEGER NOT NULL
);

-- Rates in 1e-12 of a position's value: what longs pay to shorts. A replay charges one when it was due, or when it
-- became known, if that was later.
CREATE TABLE funding_rates (
    instrument INTEGER NOT NULL REFERENCES instruments (id),
    time INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    rate INTEGER NOT NULL,
    PRIMARY KEY (instrument, time)
) WITHOUT ROWID;

-- For people: prices and sizes as numbers, times as text.
CREATE VIEW trade_prices AS
SELECT i.venue, i.symbol,
       strftime('%Y-%m-%dT%H:%M:%S', t.time / 1000000, 'unixepoch') || printf('.%06dZ', t.time % 1000000) AS time,
       CASE t.numbered WHEN 1 THEN t.id END AS venue_id,
       t.price / CAST('1e' || i.price_decimals AS REAL) AS price,
       t.size / CAST('1e' || i.lot_decimals AS REAL) AS size,
       CASE t.side WHEN 1 THEN 'buy' WHEN 2 THEN 'sell' END AS side
FROM trades t JOIN instruments i ON i.id = t.instrument;
