// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/order.h"
#include "core/market/instrument.h"

#include <quarterdeck/orders.h>

/// Between the orders that plugins know and those of the engine.
namespace core::strategy {

/// A new order. Throws std::invalid_argument unless exactly one size is given.
[[nodiscard]] execution::OrderRequest nativeRequest(const quarterdeck::OrderRequest& given,
                                                    SymbolIndex symbol, execution::Side side);
/// What `order` becomes by `changes`. Throws std::invalid_argument for a symbol or several sizes.
[[nodiscard]] execution::OrderRequest nativeReplacement(const quarterdeck::OrderRequest& changes,
                                                        const market::Instrument& instrument,
                                                        const execution::Order& order);
/// The order as a plugin sees it; `symbol` must outlive it.
[[nodiscard]] quarterdeck::Order nativeOrder(const market::Instrument& instrument,
                                             std::string_view symbol, const execution::Order& order);
[[nodiscard]] quarterdeck::Fill nativeFill(const market::Instrument& instrument,
                                           std::string_view symbol, const execution::Fill& fill);

} // namespace core::strategy
