-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- What sessions came to, as acknowledged. Money is counted in 1e-8, prices in ticks, quantities in lots, rates in
-- 1e-8; times are nanoseconds since the epoch, because fills lie between two microseconds. `orders`, `fills` and
-- `ledger` only grow, in one sequence for all three, and refer to their session without being checked, which would cost
-- as much as writing them; `accounts`, `positions`, `working_orders` and `progress` are the
-- state that this sequence leads to.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL
);

-- `state`: open while it runs or after it was killed, left when the program ended around it, closed for good.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('replay', 'paper')),
    state TEXT NOT NULL CHECK (state IN ('open', 'left', 'closed')),
    request TEXT NOT NULL,
    digest TEXT NOT NULL,
    candle_digest TEXT NOT NULL,
    journal TEXT NOT NULL,
    begun INTEGER NOT NULL,
    ended INTEGER
);

-- How far it is: the market time, the batches and the facts of the sequence that are acknowledged. The epoch counts
-- how often it was started over.
CREATE TABLE progress (
    session INTEGER PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    time INTEGER NOT NULL,
    batches INTEGER NOT NULL,
    facts INTEGER NOT NULL,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1))
);

CREATE TABLE symbols (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    symbol INTEGER NOT NULL,
    name TEXT NOT NULL,
    price_decimals INTEGER NOT NULL,
    lot_decimals INTEGER NOT NULL,
    PRIMARY KEY (session, symbol)
) WITHOUT ROWID;

-- Interest that is accrued and not yet booked needs 128 bits: accrued = accrued_high · 2^64 + accrued_low, the latter
-- without sign.
CREATE TABLE accounts (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    account INTEGER NOT NULL,
    strategy TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    long_leverage INTEGER NOT NULL,
    short_leverage INTEGER NOT NULL,
    maintenance INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    cash INTEGER NOT NULL,
    accrued_to INTEGER NOT NULL,
    booked_to INTEGER NOT NULL,
    accrued_high INTEGER NOT NULL,
    accrued_low INTEGER NOT NULL,
    cash_since INTEGER,
    PRIMARY KEY (session, account)
) WITHOUT ROWID;

CREATE TABLE positions (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    account INTEGER NOT NULL,
    symbol INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    entry_fees INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    PRIMARY KEY (session, account, symbol)
) WITHOUT ROWID;

-- As they stand: a trailing stop moves without a step of its own.
CREATE TABLE working_orders (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    account INTEGER NOT NULL,
    id INTEGER NOT NULL,
    symbol INTEGER NOT NULL,
    side TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    tif TEXT NOT NULL,
    leg TEXT NOT NULL,
    liquidity TEXT NOT NULL,
    reduce_only INTEGER NOT NULL,
    triggered INTEGER NOT NULL,
    size INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    limit_price INTEGER,
    stop_price INTEGER,
    trail INTEGER NOT NULL,
    trail_fraction INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    stop_loss INTEGER,
    take_profit INTEGER,
    parent INTEGER NOT NULL,
    decision_time INTEGER NOT NULL,
    correlation INTEGER NOT NULL,
    PRIMARY KEY (session, account, id)
) WITHOUT ROWID;

-- Every step of every order, as it stood after it.
CREATE TABLE orders (
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    account INTEGER NOT NULL,
    time INTEGER NOT NULL,
    id INTEGER NOT NULL,
    symbol INTEGER NOT NULL,
    side TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    tif TEXT NOT NULL,
    leg TEXT NOT NULL,
    liquidity TEXT NOT NULL,
    reduce_only INTEGER NOT NULL,
    triggered INTEGER NOT NULL,
    size INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    limit_price INTEGER,
    stop_price INTEGER,
    trail INTEGER NOT NULL,
    trail_fraction INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    stop_loss INTEGER,
    take_profit INTEGER,
    parent INTEGER NOT NULL,
    decision_time INTEGER NOT NULL,
    correlation INTEGER NOT NULL,
    PRIMARY KEY (session, seq)
) WITHOUT ROWID;

CREATE TABLE fills (
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    account INTEGER NOT NULL,
    time INTEGER NOT NULL,
    id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    symbol INTEGER NOT NULL,
    side TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    price INTEGER NOT NULL,
    reference_price INTEGER NOT NULL,
    notional INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    liquidation_fee INTEGER NOT NULL,
    opening_fee INTEGER NOT NULL,
    slippage INTEGER NOT NULL,
    realised_profit INTEGER NOT NULL,
    position_after INTEGER NOT NULL,
    cash_after INTEGER NOT NULL,
    rule TEXT NOT NULL,
    liquidity TEXT NOT NULL,
    ambiguous INTEGER NOT NULL,
    stake INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    leg TEXT NOT NULL,
    decision_time INTEGER NOT NULL,
    correlation INTEGER NOT NULL,
    PRIMARY KEY (session, seq)
) WITHOUT ROWID;

CREATE TABLE ledger (
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    account INTEGER NOT NULL,
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    symbol INTEGER NOT NULL,
    cash INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    correlation INTEGER NOT NULL,
    PRIMARY KEY (session, seq)
) WITHOUT ROWID;
