// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/order.h"

namespace core::execution {

/// Where the stop of a trailing order stands when the best price so far is `price`: its distance below
/// for one that sells, above for one that buys. A fraction of the price counts as at least one tick.
/// Not positive when the distance is larger than the price.
[[nodiscard]] Price trailedStop(const Order& order, Price price);

/// Pulls the stop along to `price` when that brings it nearer; true when it moved.
bool pullAlong(Order& order, Price price);

} // namespace core::execution
