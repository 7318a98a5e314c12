// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/indicator.h"
#include "core/market/candle.h"
#include "core/market/instrument.h"
#include "core/market/trade.h"

#include <limits>
#include <map>
#include <memory>
#include <string>

#include <quarterdeck/market.h>

/// Candles, indicators and series as plugins know them.
namespace core::strategy {

[[nodiscard]] quarterdeck::Candle nativeCandle(const market::Instrument& instrument, const market::Candle& candle);
[[nodiscard]] quarterdeck::Trade nativeTrade(const market::Instrument& instrument, const market::Trade& trade,
                                             std::string_view symbol);
/// Throws std::invalid_argument for what is no indicator.
[[nodiscard]] indicators::Spec nativeSpec(std::string_view kind, std::initializer_list<double> periods,
                                          std::string_view source);

/// The engine's candles of one symbol and timeframe.
class NativeCandles final : public quarterdeck::CandleSource
{
public:
    NativeCandles(const market::Instrument& instrument, const market::CandleColumns& columns)
        : m_instrument(instrument), m_columns(columns)
    {
    }
    [[nodiscard]] quarterdeck::Candle candle(std::size_t index) const override;

private:
    market::Instrument m_instrument;
    const market::CandleColumns& m_columns;
};

/// One of the engine's indicators.
class NativeIndicator final : public quarterdeck::Indicator
{
public:
    explicit NativeIndicator(const indicators::Indicator& indicator) : m_indicator(indicator) {}
    [[nodiscard]] bool ready() const override { return m_indicator.ready(); }
    [[nodiscard]] double value(std::size_t output) const override;

private:
    const indicators::Indicator& m_indicator;
};

/// Numbers of the strategy's own, and what is computed over them.
class NativeSeries final : public quarterdeck::Series
{
public:
    explicit NativeSeries(std::string name) : m_name(std::move(name)) {}
    [[nodiscard]] const quarterdeck::Indicator& indicator(std::string_view kind, Periods periods,
                                                          const quarterdeck::Of& of) override;
    void push(double value) override;
    [[nodiscard]] double value() const override { return m_last; }
    [[nodiscard]] std::size_t count() const override { return m_count; }

private:
    struct Own
    {
        explicit Own(std::unique_ptr<indicators::Indicator> made)
            : indicator(std::move(made)), reading(*indicator)
        {
        }
        std::unique_ptr<indicators::Indicator> indicator;
        NativeIndicator reading;
    };
    std::string m_name;
    std::map<indicators::Spec, Own> m_indicators;
    double m_last = std::numeric_limits<double>::quiet_NaN();
    std::size_t m_count = 0;
};

} // namespace core::strategy
