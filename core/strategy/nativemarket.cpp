// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativemarket.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace core::strategy {

indicators::Spec nativeSpec(std::string_view kind, std::initializer_list<double> periods, std::string_view source)
{
    const auto spec = indicators::makeSpec(kind, std::span(periods.begin(), periods.size()),
                                           source.empty() ? "close" : source);
    if (!spec)
        throw std::invalid_argument(spec.error().message());
    return *spec;
}

quarterdeck::Candle nativeCandle(const market::Instrument& instrument, const market::Candle& candle)
{
    return {candle.openTime,
            instrument.toDouble(candle.open),
            instrument.toDouble(candle.high),
            instrument.toDouble(candle.low),
            instrument.toDouble(candle.close),
            candle.volume};
}

quarterdeck::Trade nativeTrade(const market::Instrument& instrument, const market::Trade& trade,
                               std::string_view symbol)
{
    const auto side = trade.taker == market::TakerSide::Buy    ? quarterdeck::TakerSide::Buy
                      : trade.taker == market::TakerSide::Sell ? quarterdeck::TakerSide::Sell
                                                               : quarterdeck::TakerSide::Unknown;
    return {trade.time, instrument.toDouble(trade.price), instrument.toDouble(trade.size), side, trade.id, symbol};
}

quarterdeck::Candle NativeCandles::candle(std::size_t index) const
{
    return nativeCandle(m_instrument, m_columns.at(index));
}

double NativeIndicator::value(std::size_t output) const
{
    constexpr std::size_t OUTPUTS = 3;
    return output < OUTPUTS ? m_indicator.value(output) : std::numeric_limits<double>::quiet_NaN();
}

const quarterdeck::Indicator& NativeSeries::indicator(std::string_view kind, Periods periods,
                                                      const quarterdeck::Of& of)
{
    if (!of.symbol.empty() || !of.timeframe.empty())
        throw std::invalid_argument("indicators of a series take no symbol and no timeframe");
    const indicators::Spec spec = nativeSpec(kind, periods, of.source);
    if (const auto found = m_indicators.find(spec); found != m_indicators.end())
        return found->second.reading;
    if (m_count > 0)
        throw std::invalid_argument(
            fmt::format("ask for the indicators of series \"{}\" before its first push", m_name));
    return m_indicators.try_emplace(spec, indicators::makeIndicator(spec, market::Instrument()))
        .first->second.reading;
}

void NativeSeries::push(double value)
{
    if (!std::isfinite(value))
        throw std::invalid_argument(
            fmt::format("series \"{}\" takes finite numbers, not {}", m_name, formatDouble(value)));
    m_last = value;
    ++m_count;
    for (auto& [spec, own] : m_indicators)
        own.indicator->push(value);
}

} // namespace core::strategy
