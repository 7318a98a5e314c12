// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>

namespace quarterdeck {

/// A moment in UTC: the market's time, never the wall clock's.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Prices in the quote currency, the volume in base units.
struct Candle
{
    Time time; ///< When it opened.
    double open = 0.0;
    double high = 0.0;
    double low = 0.0;
    double close = 0.0;
    double volume = 0.0;
};

/// A closed candle of the strategy's timeframe. The texts are valid for the session.
struct Bar : Candle
{
    std::string_view symbol;
    std::string_view timeframe; ///< "1m", "1h".
};

/// Who of the two did not wait. Not every venue says.
enum class TakerSide { Unknown, Buy, Sell };

/// A trade of the market, in the quote currency and base units. The text is valid for the session.
struct Trade
{
    Time time;
    double price = 0.0;
    double size = 0.0;
    TakerSide side = TakerSide::Unknown;
    std::uint64_t id = 0; ///< The venue's; 0 where it gives none.
    std::string_view symbol;
};

/// Where the program keeps closed candles. Strategies use `Candles`.
class CandleSource
{
public:
    [[nodiscard]] virtual Candle candle(std::size_t index) const = 0;

protected:
    ~CandleSource() = default;
};

/// The last closed candles, oldest first, as they were when they were asked for: later ones do not come into it.
/// Valid for the session; costs no copy.
class Candles
{
public:
    Candles(const CandleSource& source, std::size_t first, std::size_t count)
        : m_source(&source), m_first(first), m_count(count)
    {
    }
    [[nodiscard]] std::size_t size() const { return m_count; }
    [[nodiscard]] bool empty() const { return m_count == 0; }
    /// 0 is the oldest, size() − 1 the newest; others must not be asked for.
    [[nodiscard]] Candle operator[](std::size_t index) const { return m_source->candle(m_first + index); }
    [[nodiscard]] Candle back() const { return (*this)[m_count - 1]; }

private:
    const CandleSource* m_source;
    std::size_t m_first;
    std::size_t m_count;
};

/// What candles or orders are of. What is left out is the strategy's own.
struct Of
{
    std::string_view symbol = {};    ///< May be left out when there is only one; "" otherwise throws.
    std::string_view timeframe = {}; ///< A multiple of the session's: "5m", "1h", "1d".
    std::string_view source = {};    ///< Of indicators: close (the default) open high low volume hl2 hlc3 ohlc4.
};

/// An indicator that is kept up to date before every onBar, by TA-Lib's conventions. Valid for the session.
class Indicator
{
public:
    /// True once enough candles came for every output.
    [[nodiscard]] virtual bool ready() const = 0;
    /// Output number `output` after the last closed candle; NaN until ready. bbands gives middle, upper, lower;
    /// macd gives macd, signal, histogram; adx gives adx, plus_di, minus_di; all others one.
    [[nodiscard]] virtual double value(std::size_t output = 0) const = 0;

protected:
    ~Indicator() = default;
};

/// Every indicator by name. Asking twice gives the same one; asked late, it has the value that it would have had
/// if asked at the start. Periods left out are the usual ones: 20 for sma ema wma stddev zscore volume_ratio
/// highest lowest, 14 for rsi atr adx choppiness, 12 26 9 for macd, 20 2 for bbands, 10 for roc. What cannot be
/// meant throws std::invalid_argument.
class Indicators
{
public:
    using Periods = std::initializer_list<double>;
    [[nodiscard]] virtual const Indicator& indicator(std::string_view kind, Periods periods, const Of& of = {}) = 0;

    const Indicator& sma(Periods periods = {}, const Of& of = {}) { return indicator("sma", periods, of); }
    const Indicator& ema(Periods periods = {}, const Of& of = {}) { return indicator("ema", periods, of); }
    const Indicator& wma(Periods periods = {}, const Of& of = {}) { return indicator("wma", periods, of); }
    const Indicator& rsi(Periods periods = {}, const Of& of = {}) { return indicator("rsi", periods, of); }
    const Indicator& atr(Periods periods = {}, const Of& of = {}) { return indicator("atr", periods, of); }
    const Indicator& macd(Periods periods = {}, const Of& of = {}) { return indicator("macd", periods, of); }
    const Indicator& bbands(Periods periods = {}, const Of& of = {}) { return indicator("bbands", periods, of); }
    const Indicator& adx(Periods periods = {}, const Of& of = {}) { return indicator("adx", periods, of); }
    const Indicator& stddev(Periods periods = {}, const Of& of = {}) { return indicator("stddev", periods, of); }
    const Indicator& choppiness(Periods periods = {}, const Of& of = {})
    {
        return indicator("choppiness", periods, of);
    }
    const Indicator& zscore(Periods periods = {}, const Of& of = {}) { return indicator("zscore", periods, of); }
    const Indicator& volumeRatio(Periods periods = {}, const Of& of = {})
    {
        return indicator("volume_ratio", periods, of);
    }
    const Indicator& highest(Periods periods = {}, const Of& of = {}) { return indicator("highest", periods, of); }
    const Indicator& lowest(Periods periods = {}, const Of& of = {}) { return indicator("lowest", periods, of); }
    const Indicator& roc(Periods periods = {}, const Of& of = {}) { return indicator("roc", periods, of); }

protected:
    ~Indicators() = default;
};

/// Numbers that a strategy computes itself, with indicators over them, which take no symbol and no timeframe and
/// have to be asked for before the first push. Valid for the session.
class Series : public Indicators
{
public:
    /// Adds a finite number; others throw std::invalid_argument.
    virtual void push(double value) = 0;
    /// The last number pushed; NaN before the first.
    [[nodiscard]] virtual double value() const = 0;
    [[nodiscard]] virtual std::size_t count() const = 0;

protected:
    ~Series() = default;
};

} // namespace quarterdeck
