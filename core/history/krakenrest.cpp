// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/krakenrest.h"

#include "core/history/exactjson.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using nlohmann::json;

namespace {

constexpr int ATTEMPTS = 8;
constexpr Nanoseconds FIRST_WAIT = std::chrono::seconds(1);
constexpr Nanoseconds LONGEST_WAIT = std::chrono::seconds(60);

Error stopped()
{
    return {ErrorCode::Cancelled, "The download was stopped", "What was committed is kept."};
}

/// Kraken's own words for a failure: "EGeneral:Temporary lockout". A warning, "WGeneral:…", comes with a result.
std::optional<std::string> faultIn(const json& answer)
{
    const auto errors = answer.find("error");
    if (errors == answer.end() || !errors->is_array())
        return std::nullopt;
    for (const json& one : *errors) {
        if (!one.is_string())
            return "an error without a name";
        if (const auto text = one.get<std::string>(); text.starts_with('E'))
            return printable(text);
    }
    return std::nullopt;
}

bool mayPass(const std::string& fault)
{
    return fault.starts_with("EAPI:Rate limit") || fault.starts_with("EService:") ||
           fault.starts_with("EGeneral:Too many") || fault.starts_with("EGeneral:Temporary") ||
           fault.starts_with("EGeneral:Internal");
}

} // namespace

KrakenRest::KrakenRest(HttpClient& http, Pace& pace, KrakenAccess access)
    : m_http(http), m_pace(pace), m_access(std::move(access)), m_dice(m_access.seed)
{}

Result<KrakenPair> KrakenRest::pair(const Symbol& symbol, const std::atomic<bool>& cancel)
{
    Result<KrakenPair> found = KrakenPair();
    const auto done = ask("AssetPairs?pair=" + krakenName(symbol),
                          [&](const json& result) -> Result<void> {
                              found = readKrakenPair(result, symbol);
                              return found || found.error().code == ErrorCode::NotFound ? Result<void>()
                                                                                        : found.error();
                          },
                          cancel);
    return done ? found : done.error();
}

Result<KrakenTrades> KrakenRest::trades(const KrakenPair& pair, std::int64_t since,
                                        const std::atomic<bool>& cancel)
{
    KrakenTrades page;
    const auto read = [&](const json& result) -> Result<void> {
        auto trades = readKrakenTrades(result, std::max(m_pace.now(), m_servedAt.value_or(Timestamp::min())));
        if (!trades)
            return trades.error();
        if (trades->rows > 0 && trades->last <= since)
            return Error{ErrorCode::Corrupt, "Kraken's answer does not go on from where it was asked to",
                         "Nothing of it was stored."};
        page = std::move(*trades);
        page.servedAt = m_servedAt;
        return {};
    };
    const auto done = ask(fmt::format("Trades?pair={}&since={}&count=1000", pair.name, since), read, cancel);
    if (!done)
        return done.error();
    return page;
}

Result<KrakenCandles> KrakenRest::candles(const KrakenPair& pair, market::Timeframe timeframe,
                                          const std::atomic<bool>& cancel)
{
    KrakenCandles page;
    const auto read = [&](const json& result) -> Result<void> {
        auto candles = readKrakenCandles(result);
        if (!candles)
            return candles.error();
        page = std::move(*candles);
        page.servedAt = m_servedAt;
        return {};
    };
    const auto minutes = timeframe.length() / std::chrono::minutes(1);
    const auto done = ask(fmt::format("OHLC?pair={}&interval={}", pair.name, minutes), read, cancel);
    if (!done)
        return done.error();
    return page;
}

Result<void> KrakenRest::ask(const std::string& query, const Reader& read, const std::atomic<bool>& cancel)
{
    const std::string url = m_access.endpoint + "/0/public/" + query;
    std::optional<Failure> failure;
    for (int i = 0; i < ATTEMPTS; ++i) {
        const Nanoseconds wait = m_next ? *m_next - m_pace.elapsed() : Nanoseconds(0);
        if (wait > Nanoseconds(0) ? !m_pace.pause(wait, cancel) : cancel.load())
            return stopped();
        ++m_requests;
        failure = attempt(url, read, cancel);
        m_next = m_pace.elapsed() + m_access.spacing;
        if (!failure)
            return {};
        if (!failure->mayPass)
            return failure->error;
        ++m_failures;
        const Nanoseconds asked = failure->wait.value_or(std::chrono::seconds(0));
        const Nanoseconds rest = std::max({m_access.spacing, asked, backoff(i)});
        m_next = m_pace.elapsed() + rest;
        if (m_troubleTold && i + 1 < ATTEMPTS)
            m_troubleTold(failure->error, rest);
    }
    failure->error.what = fmt::format("{} attempts failed, the last because: {}", ATTEMPTS, failure->error.what);
    failure->error.remedy = "What was committed is kept; the same download later goes on from there.";
    return failure->error;
}

std::optional<KrakenRest::Failure> KrakenRest::attempt(const std::string& url, const Reader& read,
                                                       const std::atomic<bool>& cancel)
{
    const auto reply = m_http.get(url, cancel);
    if (!reply)
        return Failure{reply.error(), reply.error().code == ErrorCode::Io, {}};
    m_servedAt = reply->date;
    const bool passing = reply->status == 429 || reply->status >= 500;
    if (passing || reply->status != 200)
        return Failure{{ErrorCode::Io, fmt::format("the server answered with status {}", reply->status),
                        "Check the endpoint."},
                       passing,
                       reply->retryAfter};
    const auto answer = parseExactJson(reply->body);
    if (!answer || !answer->is_object())
        return Failure{{ErrorCode::Corrupt, "the server's answer is no whole JSON", "Check the endpoint."}, true, {}};
    if (const auto fault = faultIn(*answer))
        return Failure{{fault->find("Unknown asset pair") != std::string::npos ? ErrorCode::NotFound
                                                                               : ErrorCode::Refused,
                        "Kraken refused the request: " + *fault, "Check the symbol; nothing of it was stored."},
                       mayPass(*fault),
                       reply->retryAfter};
    if (!answer->contains("result"))
        return Failure{{ErrorCode::Corrupt, "the server's answer has no result", "Check the endpoint."}, true, {}};
    if (const auto good = read((*answer)["result"]); !good)
        return Failure{good.error(), true, {}};
    return std::nullopt;
}

/// Twice as long each time, less up to half by chance, so that not all come back at once.
Nanoseconds KrakenRest::backoff(int attempt)
{
    const Nanoseconds whole = std::min(LONGEST_WAIT, FIRST_WAIT * (std::int64_t{1} << attempt));
    const auto half = static_cast<std::uint64_t>(whole.count() / 2);
    return whole - Nanoseconds(static_cast<std::int64_t>(m_dice() % (half + 1)));
}

} // namespace core::history
