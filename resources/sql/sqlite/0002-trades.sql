-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- Trades one by one, and the smallest cost of an order.

-- In 1e-8 of the quote currency; 0 where the venue asks for none.
ALTER TABLE instruments ADD COLUMN minimum_cost INTEGER NOT NULL DEFAULT 0 CHECK (minimum_cost >= 0);

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

-- For people: prices and sizes as numbers, times as text.
CREATE VIEW trade_prices AS
SELECT i.venue, i.symbol,
       strftime('%Y-%m-%dT%H:%M:%S', t.time / 1000000, 'unixepoch') || printf('.%06dZ', t.time % 1000000) AS time,
       CASE t.numbered WHEN 1 THEN t.id END AS venue_id,
       t.price / CAST('1e' || i.price_decimals AS REAL) AS price,
       t.size / CAST('1e' || i.lot_decimals AS REAL) AS size,
       CASE t.side WHEN 1 THEN 'buy' WHEN 2 THEN 'sell' END AS side
FROM trades t JOIN instruments i ON i.id = t.instrument;
