// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/httpclient.h"
#include "core/history/krakenpages.h"
#include "core/history/pace.h"

#include <cstdint>
#include <functional>
#include <random>

namespace core::history {

inline constexpr const char* KRAKEN_ENDPOINT = "https://api.kraken.com";

/// How Kraken is asked.
struct KrakenAccess
{
    std::string endpoint = KRAKEN_ENDPOINT; ///< As checkEndpoint leaves it.
    Nanoseconds spacing = std::chrono::seconds(1); ///< Kraken's counter for the public falls by one a second.
    std::uint64_t seed = 1; ///< Of the jitter.
};

/// Kraken's public REST interface. Requests keep their distance; what may pass (429, 5xx, a lost connection,
/// an answer cut short or out of form) is tried again up to eight times, each wait twice as long as the one
/// before, from 1 to 60 s less up to half of it by chance, and as long as the server asks. Fails with
/// Cancelled; otherwise with the last failure. Lives on the thread of its client.
class KrakenRest
{
public:
    KrakenRest(HttpClient& http, Pace& pace, KrakenAccess access);

    [[nodiscard]] Result<KrakenPair> pair(const Symbol& symbol, const std::atomic<bool>& cancel);
    /// The trades after `since` (ns), a thousand at most. A cursor that does not advance counts as a failure.
    [[nodiscard]] Result<KrakenTrades> trades(const KrakenPair& pair, std::int64_t since,
                                              const std::atomic<bool>& cancel);
    /// The last 720 closed candles and the running one.
    [[nodiscard]] Result<KrakenCandles> candles(const KrakenPair& pair, market::Timeframe timeframe,
                                                const std::atomic<bool>& cancel);

    /// Called, on the same thread, before it waits to try a request again.
    void setTroubleTold(std::function<void(const Error& why, Nanoseconds wait)> told) { m_troubleTold = std::move(told); }

    [[nodiscard]] Pace& pace() { return m_pace; }
    /// Requests sent, and those of them that failed in a way that may pass.
    [[nodiscard]] std::int64_t requests() const { return m_requests; }
    [[nodiscard]] std::int64_t failures() const { return m_failures; }

private:
    /// Why a request failed, and whether another may do better.
    struct Failure
    {
        Error error;
        bool mayPass = true;
        std::optional<std::chrono::seconds> wait;
    };
    using Reader = std::function<Result<void>(const nlohmann::json&)>;
    [[nodiscard]] Result<void> ask(const std::string& query, const Reader& read, const std::atomic<bool>& cancel);
    [[nodiscard]] std::optional<Failure> attempt(const std::string& url, const Reader& read,
                                                 const std::atomic<bool>& cancel);
    [[nodiscard]] Nanoseconds backoff(int attempt);

    HttpClient& m_http;
    Pace& m_pace;
    KrakenAccess m_access;
    std::mt19937_64 m_dice;
    std::function<void(const Error&, Nanoseconds)> m_troubleTold;
    std::optional<Nanoseconds> m_next; ///< By the pace's steady time.
    std::optional<Timestamp> m_servedAt; ///< Of the reply read last.
    std::int64_t m_requests = 0;
    std::int64_t m_failures = 0;
};

} // namespace core::history
