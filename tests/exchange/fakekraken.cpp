// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/exchange/fakekraken.h"

#include "core/market/tradecandles.h"

#include <fmt/format.h>

#include <algorithm>

using namespace core;
using namespace core::market;

namespace {

constexpr const char* PAIR =
    R"({"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","pair_decimals":1,)"
    R"("lot_decimals":8,"ordermin":"0.00005","costmin":"0.5"}}})";

std::int64_t nanoseconds(Timestamp time)
{
    return time.time_since_epoch().count();
}

std::string rowOf(const Trade& trade)
{
    const std::int64_t ns = nanoseconds(trade.time);
    return fmt::format(R"(["{}.{}","{}.{:08}",{}.{:07},"{}","l","",{}])", trade.price.ticks() / 10,
                       trade.price.ticks() % 10, trade.size.lots() / 100'000'000, trade.size.lots() % 100'000'000,
                       ns / 1'000'000'000, ns % 1'000'000'000 / 100, trade.taker == TakerSide::Buy ? "b" : "s",
                       trade.id);
}

} // namespace

FakeKraken::FakeKraken(int count, Nanoseconds step)
{
    const Timestamp first = *parseTimestamp("2024-01-01");
    for (int i = 0; i < count; ++i)
        m_trades.push_back({first + i * step, Price(420'000 + (i * 37) % 1000), Quantity(1'000'000 + i % 977),
                            i % 3 == 0 ? TakerSide::Sell : TakerSide::Buy, static_cast<std::uint64_t>(i + 1)});
}

Trick FakeKraken::nextTrick()
{
    if (m_tricks.empty())
        return m_always;
    const Trick trick = m_tricks.front();
    m_tricks.pop_front();
    return trick;
}

history::HttpReply FakeKraken::answer(const std::string& target)
{
    history::HttpReply answered = reply(target);
    answered.date = m_clock;
    return answered;
}

history::HttpReply FakeKraken::reply(const std::string& target)
{
    m_asked.push_back(target);
    m_lastTrick = Trick::None;
    // The longer of two beginnings comes later in the map, and knows better.
    for (auto one = m_recorded.rbegin(); one != m_recorded.rend(); ++one) {
        if (target.starts_with(one->first))
            return {200, {}, one->second};
    }
    if (target.starts_with("/0/public/AssetPairs"))
        return {200, {}, target.ends_with("pair=XBTUSD") ? PAIR : R"({"error":["EQuery:Unknown asset pair"]})"};
    const Trick trick = m_lastTrick = nextTrick();
    switch (trick) {
    case Trick::TooMany:
        return {429, std::chrono::seconds(7), "slow down"};
    case Trick::ServerError:
        return {500, {}, "oops"};
    case Trick::Refused:
        return {403, {}, "no"};
    case Trick::RateLimit:
        return {200, {}, R"({"error":["EAPI:Rate limit exceeded"]})"};
    case Trick::NoJson:
        return {200, {}, "<html>maintenance</html>"};
    case Trick::WrongForm:
        return {200, {}, R"({"error":[],"result":{"XXBTZUSD":[[1,2,3]],"last":"0"}})"};
    default:
        break;
    }
    const auto since = target.find("since=");
    std::string body = target.starts_with("/0/public/OHLC")
                           ? candlesPage()
                           : tradesPage(since == std::string::npos ? 0 : std::stoll(target.substr(since + 6)), trick);
    if (trick == Trick::Warning)
        body.replace(body.find("[]"), 2, R"(["WGeneral:Deprecated"])");
    if (trick == Trick::Cut)
        body.resize(body.size() / 2);
    return {200, {}, body};
}

std::string FakeKraken::tradesPage(std::int64_t since, Trick trick) const
{
    const auto after = [](std::int64_t time, const Trade& trade) { return time < nanoseconds(trade.time); };
    auto first = std::upper_bound(m_trades.begin(), m_trades.end(), since, after);
    const auto rest = static_cast<std::size_t>(m_trades.end() - first);
    const auto end = first + static_cast<std::ptrdiff_t>(std::min(m_pageSize, rest));
    std::int64_t last = first == end ? since : nanoseconds((end - 1)->time);
    if (trick == Trick::Stuck)
        last = since;
    if (trick == Trick::Ahead)
        last += 3'600'000'000'000;
    if (trick == Trick::Skipping)
        first += std::min<std::ptrdiff_t>(end - first, 3);
    if (trick == Trick::Repeated)
        first -= std::min<std::ptrdiff_t>(first - m_trades.begin(), 500);
    std::string rows;
    for (auto trade = first; trade != end; ++trade)
        rows += (rows.empty() ? "" : ",") + rowOf(*trade);
    return fmt::format(R"({{"error":[],"result":{{"XXBTZUSD":[{}],"last":"{}"}}}})", rows, last);
}

/// The last 721 minutes that end with the last trade, whose minute is still running.
std::string FakeKraken::candlesPage() const
{
    TradeColumns all;
    for (const Trade& trade : m_trades)
        all.push(trade);
    const CandleColumns candles = candlesOf(all, 8);
    const Timestamp running = candles.openTime.back();
    std::string rows;
    std::size_t next = candles.lowerBound(running - std::chrono::minutes(720));
    for (Timestamp at = running - std::chrono::minutes(720); at <= running; at += std::chrono::minutes(1)) {
        const bool traded = next < candles.size() && candles.openTime[next] == at;
        const Candle candle = traded ? candles.at(next++) : Candle{at, Price(1), Price(1), Price(1), Price(1), 0.0, 0};
        const auto price = [](Price value) { return formatDecimal(value.ticks(), 1); };
        rows += fmt::format(R"({}[{},"{}","{}","{}","{}","0.0","{:.8f}",{}])", rows.empty() ? "" : ",",
                            nanoseconds(at) / 1'000'000'000, price(candle.open), price(candle.high), price(candle.low),
                            price(candle.close), candle.volume, candle.trades);
    }
    return fmt::format(R"({{"error":[],"result":{{"XXBTZUSD":[{}],"last":{}}}}})", rows,
                       nanoseconds(running) / 1'000'000'000 - 60);
}
