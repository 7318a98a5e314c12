// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/tradecandles.h"

#include "core/market/candlebuilder.h"

namespace core::market {

CandleColumns candlesOf(const TradeColumns& trades, int lotDecimals)
{
    CandleColumns candles;
    CandleBuilder builder(ONE_MINUTE, ONE_MINUTE);
    // Lots are whole numbers, which doubles add exactly up to 2^53.
    const auto put = [&](std::optional<Candle> closed) {
        if (!closed)
            return;
        closed->volume /= static_cast<double>(powerOfTen(lotDecimals));
        candles.push(*closed);
    };
    for (std::size_t i = 0; i < trades.count(); ++i) {
        const Price price = trades.price[i];
        put(builder.add({trades.time[i], price, price, price, price, static_cast<double>(trades.size[i].lots()), 1}));
    }
    put(builder.finish());
    return candles;
}

} // namespace core::market
