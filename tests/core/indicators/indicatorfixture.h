// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/indicator.h"

#include <QFile>

#include <algorithm>
#include <vector>

namespace fixture {

/// The finest prices of the real month.
inline constexpr int MONTH_DECIMALS = 3;

/// The real month of one-minute candles in ticks of 0.001; empty where it is not at hand.
inline std::vector<core::market::Candle> realMonth()
{
    std::vector<core::market::Candle> candles;
    QFile file(QStringLiteral(QUARTERDECK_SHARED_DATA "/btc-perp-1m-2022-01.csv"));
    if (!file.open(QIODevice::ReadOnly))
        return candles;
    file.readLine();
    while (!file.atEnd()) {
        const QList<QByteArray> fields = file.readLine().trimmed().split(',');
        const auto price = [&fields](int column) {
            return core::Price(*core::parseDecimal(fields.at(column).toStdString(), MONTH_DECIMALS));
        };
        candles.push_back({*core::parseTimestamp(fields.at(0).toStdString()), price(1), price(2), price(3),
                           price(4), fields.at(5).toDouble(), 0});
    }
    return candles;
}

inline core::market::Instrument instrument(int priceDecimals = 2)
{
    core::market::Instrument result;
    result.symbol = *core::Symbol::parse("BTC/USD");
    result.priceDecimals = priceDecimals;
    return result;
}

/// A candle that stands at one price.
inline core::market::Candle standing(std::int64_t ticks, double volume = 1.0)
{
    const core::Price price(ticks);
    return {core::Timestamp(), price, price, price, price, volume, 0};
}

inline std::unique_ptr<core::indicators::Indicator> make(const char* text, int priceDecimals = 2)
{
    return core::indicators::makeIndicator(*core::indicators::parseSpec(text), instrument(priceDecimals));
}

} // namespace fixture
