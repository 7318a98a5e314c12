-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far downloads came, and what they made sure of.

-- The cursor is the venue's own, verbatim; `oldest` and `newest` bound what was fetched by it.
CREATE TABLE sync_status (
    instrument BIGINT NOT NULL REFERENCES instruments (id),
    kind TEXT NOT NULL,
    oldest BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    cursor TEXT NOT NULL,
    PRIMARY KEY (instrument, kind)
);

-- Half-open ranges of which everything is stored that the venue had: of trades where the timeframe is 0, else of
-- candles of that many seconds. A candle that is missing here is one without trades. They neither touch nor overlap.
CREATE TABLE verified_ranges (
    instrument BIGINT NOT NULL REFERENCES instruments (id),
    timeframe INTEGER NOT NULL,
    from_time BIGINT NOT NULL,
    to_time BIGINT NOT NULL,
    PRIMARY KEY (instrument, timeframe, from_time)
);
