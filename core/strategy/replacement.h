// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/order.h"
#include "core/market/instrument.h"

namespace core::strategy {

/// `order` as a request for the same again, of the size that is not filled yet: what a replacement starts from.
[[nodiscard]] execution::OrderRequest requestLike(const market::Instrument& instrument,
                                                  const execution::Order& order);

/// Takes out the prices that orders of the request's type have no use for: those of the type it had before.
void dropForeignPrices(execution::OrderRequest& request);

} // namespace core::strategy
