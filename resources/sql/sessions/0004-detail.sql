-- SPDX-FileCopyrightText: The Quarterdeck authors
-- SPDX-License-Identifier: GPL-3.0-or-later
-- What showed the price of a fill, empty where it was not kept yet, and its share of a book's spread.
ALTER TABLE fills ADD COLUMN detail TEXT NOT NULL DEFAULT '';
ALTER TABLE fills ADD COLUMN spread INTEGER NOT NULL DEFAULT 0;
