// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/candle.h"
#include "core/market/instrument.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::indicators {

enum class Kind : std::uint8_t {
    Sma, Ema, Wma, Rsi, Atr, Macd, BollingerBands, Adx, StandardDeviation, Choppiness, ZScore,
    VolumeRatio, Highest, Lowest, RateOfChange
};

/// What of a candle an indicator looks at. ATR, ADX, choppiness and the volume ratio ignore it.
enum class Source : std::uint8_t { Close, Open, High, Low, Volume, Hl2, Hlc3, Ohlc4 };

/// Names an indicator with its parameters: equal specs have equal values. Parameters that are not given,
/// or are 0 in a Spec written out, take the kind's defaults: 20 for sma ema wma stddev zscore volume_ratio
/// highest lowest, 14 for rsi atr adx choppiness, macd 12 26 9, bbands 20 2, roc 10.
struct Spec {
    Kind kind = Kind::Sma;
    std::array<double, 3> parameters{};
    Source source = Source::Close;
    auto operator<=>(const Spec&) const = default;
    /// As users write it: "sma:20", "macd:12:26:9", with "@high" appended for another source.
    [[nodiscard]] std::string text() const;
};

/// Reads "sma:20", "bbands:20:2@hl2". Fails with InvalidInput, naming the rule that was broken.
[[nodiscard]] Result<Spec> parseSpec(std::string_view text);
/// Checks name, parameters (count, range, whole periods of 1 to 100,000) and source.
[[nodiscard]] Result<Spec> makeSpec(std::string_view name, std::span<const double> parameters,
                                    std::string_view source = "close");

/// A streaming indicator: O(1) a candle, no allocation after construction. Reads nothing but what it
/// was given, so its value at a candle depends on nothing after it. It takes either candles or numbers:
/// the first call decides, and calls of the other kind change nothing.
class Indicator
{
public:
    virtual ~Indicator() = default;
    /// Adds the next closed candle.
    virtual void update(const market::Candle& candle) = 0;
    /// Adds a plain number instead, for series that strategies compute. Kinds that need whole candles
    /// (ATR, ADX, choppiness) read it as a candle with all four prices equal to it, the volume ratio as a
    /// volume. NaN and infinities are left out: the indicator stays as it was.
    virtual void push(double value) = 0;
    /// True once enough candles came for every output (warm-up, by TA-Lib's conventions).
    [[nodiscard]] bool ready() const { return m_ready; }
    /// Output number `index` (see outputNames) after the last candle; NaN before warm-up.
    [[nodiscard]] double value(std::size_t index = 0) const { return m_values[index]; }

protected:
    /// At most three outputs: {value}, {macd, signal, histogram}, {middle, upper, lower},
    /// {adx, plus_di, minus_di}. NaN until ready.
    std::array<double, 3> m_values;
    bool m_ready = false;
    Indicator();
};

/// The outputs of a kind, first the main one: bbands gives middle, upper, lower; macd gives macd, signal,
/// histogram; adx gives adx, plus_di, minus_di; all others a single one with the kind's name.
[[nodiscard]] std::span<const std::string_view> outputNames(Kind kind);
/// The short lower-case name: sma ema wma rsi atr macd bbands adx stddev choppiness zscore volume_ratio
/// highest lowest roc.
[[nodiscard]] std::string_view kindName(Kind kind);

/// Makes an indicator over candles of `instrument` (whose tick gives prices their scale). Parameters that
/// makeSpec would refuse are a broken invariant.
[[nodiscard]] std::unique_ptr<Indicator> makeIndicator(const Spec& spec,
                                                       const market::Instrument& instrument);

} // namespace core::indicators
