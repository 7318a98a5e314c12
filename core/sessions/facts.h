// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/order.h"
#include "core/portfolio/account.h"
#include "core/portfolio/borrowing.h"
#include "core/portfolio/useraction.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a session is kept as. Symbols are numbered as in the session, not as in a strategy's own
/// list.
namespace core::sessions {

/// A step of an order's life: the order as it stood after it.
struct OrderFact
{
    AccountIndex account = 0;
    execution::Order order;
    Timestamp time;
};
struct FillFact
{
    AccountIndex account = 0;
    execution::Fill fill;
};
struct LedgerFact
{
    AccountIndex account = 0;
    portfolio::LedgerEntry entry;
};
/// Something that happened and stays so.
using Fact = std::variant<OrderFact, FillFact, LedgerFact>;

/// Facts in the order in which they happened.
struct FactBatch
{
    std::uint64_t first = 1; ///< Number of the first of them, counted from 1 over the session.
    std::vector<Fact> facts;

    [[nodiscard]] bool empty() const { return facts.empty(); }
    /// Forgets the facts, keeps the memory and goes on counting behind them.
    void clear()
    {
        first += facts.size();
        facts.clear();
    }
};

/// Takes facts off the engine's hands. `append` may wait when the writer is behind; the batch comes
/// back cleared.
class FactSink
{
public:
    virtual ~FactSink() = default;
    virtual void append(FactBatch& batch) = 0;
};

/// A position that is not zero.
struct HeldPosition
{
    SymbolIndex symbol = 0;
    portfolio::Position position;
    bool operator==(const HeldPosition&) const = default;
};

/// Where an account stands.
struct AccountStanding
{
    std::string state;  ///< "running", "suspended", …
    std::string reason; ///< Of a state that is not running; for people.
    Money cash;
    portfolio::BorrowClock borrowing;
    std::vector<HeldPosition> positions;   ///< By symbol.
    std::vector<execution::Order> working; ///< By id.
    bool operator==(const AccountStanding&) const = default;
};

/// How far a session is, and where that leaves its accounts.
struct Standing
{
    Timestamp time;
    std::uint64_t batches = 0; ///< Of market events.
    std::uint64_t facts = 0;   ///< Number of the last fact that belongs to it.
    bool finished = false;     ///< Played to the end of its data.
    std::vector<AccountStanding> accounts;
    bool operator==(const Standing&) const = default;
};

/// A symbol of a session, and the grids on which its numbers are counted.
struct KeptSymbol
{
    std::string name;
    int priceDecimals = 0;
    int lotDecimals = 0;
};

/// One strategy of a session: whose account it is and what it may borrow.
struct KeptAccount
{
    std::string strategy;
    std::string sha256; ///< Of the strategy's bytes, hexadecimal.
    portfolio::AccountSettings settings;
};

/// What a session is made of: enough to run it again.
struct SessionHead
{
    enum class Kind : std::uint8_t { Replay, Paper };
    Kind kind = Kind::Replay;
    std::string request;      ///< The settings as JSON.
    std::string digest;       ///< Of the configuration, hexadecimal.
    std::string candleDigest; ///< Of the candles; empty without recorded ones.
    std::string journal;      ///< The folder of the session's journal.
    std::vector<KeptSymbol> symbols;
    std::vector<KeptAccount> accounts;
};

/// How a session ended, for whoever starts next.
enum class SessionEnd : std::uint8_t {
    Open,  ///< It did not: it runs, or it was killed.
    Left,  ///< The program ended with the session in it.
    Closed ///< It was put away, or another one took its place.
};
[[nodiscard]] std::string_view name(SessionEnd end);         ///< "open", "left", "closed"
[[nodiscard]] std::string_view name(SessionHead::Kind kind); ///< "replay", "paper"

/// A session as it was acknowledged last.
struct StoredSession
{
    std::int64_t id = 0;
    SessionHead head;
    SessionEnd end = SessionEnd::Open;
    std::uint64_t epoch = 0;
    Standing standing;
    std::vector<portfolio::UserAction> actions; ///< In order; those that come after the standing included.
};

} // namespace core::sessions
