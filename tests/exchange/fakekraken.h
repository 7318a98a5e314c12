// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/httpclient.h"
#include "core/market/trade.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What the double does instead of its duty, once.
enum class Trick {
    None,
    TooMany,     ///< 429 with Retry-After: 7
    ServerError, ///< 500
    RateLimit,   ///< 200 with EAPI:Rate limit exceeded
    Cut,         ///< Half of the answer.
    NoJson,      ///< An HTML page.
    WrongForm,   ///< JSON of another form.
    Stuck,       ///< Trades whose cursor does not advance.
    Ahead,       ///< A cursor ahead of the trades.
    Repeated,    ///< The trades of the page before, and those that are due.
    NoAnswer,    ///< Over a network: the connection is closed. Else a failure of the network.
    Refused,     ///< 403
    Skipping,    ///< The first three trades that are due are left out.
    Warning      ///< The answer, and a warning with it.
};

/// Answers as Kraken's public REST interface does, over BTC/USD with one decimal of price and eight of size.
class FakeKraken
{
public:
    /// `count` trades from 2024-01-01 on, all `step` apart, numbered from 1.
    explicit FakeKraken(int count = 0, core::Nanoseconds step = std::chrono::seconds(7));

    /// The answer to "/0/public/Trades?pair=XBTUSD&since=…".
    [[nodiscard]] core::history::HttpReply answer(const std::string& target);
    /// Gives the recorded text instead, for targets that begin so.
    void record(const std::string& beginning, const std::string& text) { m_recorded[beginning] = text; }
    /// What to do with the next requests for trades or candles.
    void misbehave(std::initializer_list<Trick> tricks) { m_tricks.insert(m_tricks.end(), tricks); }
    void misbehaveAlways(Trick trick) { m_always = trick; }
    void setPageSize(std::size_t size) { m_pageSize = size; }
    /// What its clock says; without one its answers have no date.
    void setClock(std::optional<core::Timestamp> time) { m_clock = time; }
    /// Numbers the trades from this one on later by `by`, as if those between were lost.
    void skipNumbers(std::size_t first, std::uint64_t by)
    {
        for (std::size_t i = first; i < m_trades.size(); ++i)
            m_trades[i].id += by;
    }
    /// Gives `count` trades from `first` on the time of the first of them.
    void tie(std::size_t first, std::size_t count)
    {
        for (std::size_t i = first; i < first + count; ++i)
            m_trades[i].time = m_trades[first].time;
    }
    void add(const core::market::Trade& trade) { m_trades.push_back(trade); }

    [[nodiscard]] const std::vector<core::market::Trade>& trades() const { return m_trades; }
    /// What was asked for, in order.
    [[nodiscard]] const std::vector<std::string>& asked() const { return m_asked; }
    /// The trick of the request answered last.
    [[nodiscard]] Trick lastTrick() const { return m_lastTrick; }

private:
    [[nodiscard]] core::history::HttpReply reply(const std::string& target);
    [[nodiscard]] std::string tradesPage(std::int64_t since, Trick trick) const;
    [[nodiscard]] std::string candlesPage() const;
    [[nodiscard]] Trick nextTrick();

    std::vector<core::market::Trade> m_trades;
    std::map<std::string, std::string> m_recorded;
    std::vector<std::string> m_asked;
    std::deque<Trick> m_tricks;
    Trick m_always = Trick::None;
    Trick m_lastTrick = Trick::None;
    std::size_t m_pageSize = 1000;
    std::optional<core::Timestamp> m_clock = core::parseTimestamp("2024-06-01").value();
};
