// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/indicator.h"
#include "core/market/candlebuilder.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace core::engine {

/// The closed candles of one symbol and timeframe up to now, and the indicators over them. Keeps candles
/// only once somebody asks for them; whatever is asked late is caught up from the session's data.
class Series
{
public:
    Series(const market::Instrument& instrument, const market::CandleColumns& data,
           market::Timeframe base, market::Timeframe timeframe);

    /// Takes the next base candle; returns the candle it closed, if any: `candle` itself, or one that
    /// stays until the next call.
    const market::Candle* advance(const market::Candle& candle);
    [[nodiscard]] const indicators::Indicator* indicator(const indicators::Spec& spec);
    [[nodiscard]] const market::CandleColumns* candles();
    [[nodiscard]] const std::optional<market::Candle>& forming() const { return m_builder.forming(); }
    [[nodiscard]] std::int64_t closed() const { return m_closed; }
    /// Base candles so far.
    [[nodiscard]] std::size_t taken() const { return m_taken; }
    [[nodiscard]] market::Timeframe timeframe() const { return m_timeframe; }

private:
    void close(const market::Candle& candle);
    /// Calls `visit` with every candle closed so far.
    template <typename Visit> void replay(Visit visit) const;

    const market::Instrument& m_instrument;
    const market::CandleColumns& m_data;
    market::Timeframe m_base;
    market::Timeframe m_timeframe;
    market::CandleBuilder m_builder;
    std::size_t m_taken = 0; ///< Base candles so far.
    std::int64_t m_closed = 0;
    std::optional<market::Candle> m_ended; ///< Of a coarser timeframe, the last one closed.
    bool m_keeps = false;
    market::CandleColumns m_candles;
    std::map<indicators::Spec, std::unique_ptr<indicators::Indicator>> m_bySpec;
    std::vector<indicators::Indicator*> m_indicators;
};

} // namespace core::engine
