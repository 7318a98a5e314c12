-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the user did to the accounts of a session, in order: each after so many batches. A session that went
-- back keeps those that come later in it. Leverages are counted in 1/10,000, and zero where they do not matter.
CREATE TABLE actions (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    batches INTEGER NOT NULL,
    account INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reset', 'halt', 'resume', 'set_leverage')),
    long_leverage INTEGER NOT NULL,
    short_leverage INTEGER NOT NULL,
    PRIMARY KEY (session, seq)
) WITHOUT ROWID;
