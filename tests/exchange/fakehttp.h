// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/pace.h"
#include "tests/exchange/fakekraken.h"

#include <functional>

/// A clock that moves only when somebody waits, or when a test sets its time.
class FakePace final : public core::history::Pace
{
public:
    core::Timestamp now() override { return time; }
    core::Nanoseconds elapsed() override { return waited; }
    bool pause(core::Nanoseconds length, const std::atomic<bool>& cancel) override
    {
        time += length;
        waited += length;
        pauses.push_back(length);
        return !cancel.load();
    }

    core::Timestamp time = *core::parseTimestamp("2024-06-01");
    core::Nanoseconds waited{0};
    std::vector<core::Nanoseconds> pauses;
};

/// The double without a network.
class FakeHttp final : public core::history::HttpClient
{
public:
    explicit FakeHttp(FakeKraken& exchange) : m_exchange(exchange) {}

    core::Result<core::history::HttpReply> get(const std::string& url, const std::atomic<bool>& cancel) override
    {
        if (cancel.load())
            return core::Error{core::ErrorCode::Cancelled, "stopped", ""};
        const auto reply = m_exchange.answer(url.substr(url.find("/0/")));
        if (afterEach)
            afterEach();
        if (m_exchange.lastTrick() == Trick::NoAnswer)
            return core::Error{core::ErrorCode::Io, "the network is gone", ""};
        return reply;
    }

    std::function<void()> afterEach;

private:
    FakeKraken& m_exchange;
};
