// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessions/sessionstore.h"

#include <QDir>
#include <QTemporaryDir>

#include <algorithm>
#include <memory>
#include <random>

#include <sqlite3.h>

/// Fails the running test slot with the error's text when a result is an error.
#define VERIFY_OK(result)                                                                          \
    QVERIFY2((result).ok(), (result).ok() ? "" : (result).error().message().c_str())

namespace fixture {

using namespace core::sessions;
using core::Money;
using core::OrderId;
using core::Price;
using core::Quantity;
using core::Timestamp;

/// A folder with a record of sessions that ends with the test.
struct Folder
{
    QTemporaryDir directory;
    [[nodiscard]] std::filesystem::path file() const
    {
        return std::filesystem::path(directory.path().toStdString()) / "sessions.sqlite";
    }
    [[nodiscard]] std::unique_ptr<SessionStore> open() const
    {
        auto opened = SessionStore::open(file());
        if (!opened)
            qFatal("%s", opened.error().message().c_str());
        return std::move(*opened);
    }
    [[nodiscard]] QStringList keptFiles() const
    {
        return QDir(directory.path()).entryList({QStringLiteral("*.corrupt-*")}, QDir::Files);
    }
};

/// Runs statements by a connection of its own.
class Raw
{
public:
    explicit Raw(const std::filesystem::path& file) { sqlite3_open(file.c_str(), &m_handle); }
    ~Raw() { sqlite3_close(m_handle); }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    [[nodiscard]] bool run(const char* sql)
    {
        return sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    [[nodiscard]] long long number(const char* sql)
    {
        long long value = -1;
        sqlite3_exec(
            m_handle, sql,
            [](void* out, int, char** columns, char**) {
                *static_cast<long long*>(out) = QByteArray(columns[0]).toLongLong();
                return 0;
            },
            &value, nullptr);
        return value;
    }

private:
    sqlite3* m_handle = nullptr;
};

inline SessionHead head(int accounts = 2)
{
    SessionHead made;
    made.request = R"({"strategies":[]})";
    made.digest = "0123456789abcdef";
    made.candleDigest = "fedcba9876543210";
    made.journal = "/journal/one";
    made.symbols = {{"BTC/USD", 2, 8}, {"ETH/USD", 2, 6}};
    for (int i = 0; i < accounts; ++i)
        made.accounts.push_back({"strategy_" + std::to_string(i), std::string(64, 'a'), {}});
    return made;
}

/// Makes up a session: facts that add up, and where they lead.
class Story
{
public:
    explicit Story(unsigned seed, int accounts = 2) : m_dice(seed)
    {
        standing.accounts.resize(static_cast<std::size_t>(accounts));
        for (core::AccountIndex i = 0; i < standing.accounts.size(); ++i) {
            standing.accounts[i].state = "running";
            book(i, core::portfolio::EntryKind::Deposit, 0, 100'000, 0);
        }
    }

    /// Some market events, each with what it caused.
    void go(int batches)
    {
        for (int i = 0; i < batches; ++i) {
            ++standing.batches;
            standing.time += std::chrono::minutes(1);
            const auto account =
                static_cast<core::AccountIndex>(roll(static_cast<int>(standing.accounts.size())));
            switch (roll(5)) {
            case 0:
                submit(account);
                break;
            case 1:
                finishOrder(account);
                break;
            case 2:
                trade(account);
                break;
            case 3:
                trail(account);
                break;
            default:
                break;
            }
        }
    }

    /// Hands the facts so far over.
    void handTo(FactSink& sink) { sink.append(facts); }

    Standing standing;
    FactBatch facts;

private:
    int roll(int sides) { return static_cast<int>(m_dice() % static_cast<unsigned>(sides)); }

    void add(Fact fact)
    {
        facts.facts.push_back(std::move(fact));
        ++standing.facts;
    }
    void book(core::AccountIndex account, core::portfolio::EntryKind kind, core::SymbolIndex symbol,
              std::int64_t cash, std::int64_t lots)
    {
        standing.accounts[account].cash += Money(cash);
        add(LedgerFact{account, {standing.time, kind, symbol, Money(cash), Quantity(lots), {7}}});
    }
    void submit(core::AccountIndex account)
    {
        using namespace core::execution;
        Order order;
        order.id = OrderId{++m_lastOrder};
        order.symbol = static_cast<core::SymbolIndex>(roll(2));
        order.side = static_cast<Side>(roll(4));
        order.type = static_cast<OrderType>(roll(5));
        order.status = OrderStatus::Accepted;
        order.tif = static_cast<TimeInForce>(roll(3));
        order.leg = static_cast<BracketLeg>(roll(3));
        order.liquidity = static_cast<Liquidity>(roll(3));
        order.reduceOnly = roll(2) == 0;
        order.forced = roll(4) == 0;
        order.size = Quantity(1 + roll(1'000'000));
        if (roll(2) == 0)
            order.limit = Price(1 + roll(100'000));
        if (roll(2) == 0)
            order.stop = Price(1 + roll(100'000));
        if (roll(2) == 0)
            order.stopLoss = Price(1 + roll(100'000));
        order.trailFraction = roll(1'000);
        order.expires = standing.time + core::Nanoseconds(roll(1'000));
        order.parent = OrderId{static_cast<std::uint64_t>(roll(3))};
        order.decisionTime = standing.time;
        order.correlation = {static_cast<std::uint64_t>(roll(1'000))};
        standing.accounts[account].working.push_back(order);
        add(OrderFact{account, order, standing.time});
    }
    void finishOrder(core::AccountIndex account)
    {
        auto& working = standing.accounts[account].working;
        if (working.empty())
            return;
        const auto which = working.begin() + roll(static_cast<int>(working.size()));
        core::execution::Order order = *which;
        working.erase(which);
        order.status = core::execution::OrderStatus::Cancelled;
        order.reason = core::execution::Reason::Requested;
        add(OrderFact{account, order, standing.time});
    }
    /// Moves without a step, as trailing stops do.
    void trail(core::AccountIndex account)
    {
        auto& working = standing.accounts[account].working;
        if (!working.empty())
            working[static_cast<std::size_t>(roll(static_cast<int>(working.size())))].stop =
                Price(1 + roll(100'000));
        core::portfolio::BorrowClock& clock = standing.accounts[account].borrowing;
        // Of either sign, and more than 64 bits of it.
        clock.accrued = (roll(1'000'000) - 500'000) * (static_cast<core::Int128>(1) << 64) + roll(1'000'000);
        clock.accruedTo = standing.time;
        clock.cashSince = standing.time;
    }
    void trade(core::AccountIndex account)
    {
        core::execution::Fill fill;
        fill.id = {++m_lastFill};
        fill.symbol = static_cast<core::SymbolIndex>(roll(2));
        fill.quantity = Quantity(roll(2'001) - 1'000);
        fill.time = standing.time;
        add(FillFact{account, fill});
        book(account, core::portfolio::EntryKind::Trade, fill.symbol, roll(2'001) - 1'000,
             fill.quantity.lots());
        book(account, core::portfolio::EntryKind::Fee, fill.symbol, -roll(10), 0);
        auto& held = standing.accounts[account].positions;
        auto place = std::lower_bound(
            held.begin(), held.end(), fill.symbol,
            [](const HeldPosition& a, core::SymbolIndex symbol) { return a.symbol < symbol; });
        if (place == held.end() || place->symbol != fill.symbol)
            place = held.insert(place, {fill.symbol, {}});
        place->position.quantity += fill.quantity;
        place->position.cost = Money(roll(100'000));
        place->position.opened = standing.time;
        if (place->position.quantity.isZero())
            held.erase(place);
    }

    std::minstd_rand m_dice;
    std::uint64_t m_lastOrder = 0;
    std::uint64_t m_lastFill = 0;
};

} // namespace fixture
