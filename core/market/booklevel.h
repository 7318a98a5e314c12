// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"

namespace core::market {

/// The size that rests at one price of a book, in ticks and lots.
struct BookLevel {
    Price price;
    Quantity size;
    bool operator==(const BookLevel&) const = default;
};

} // namespace core::market
