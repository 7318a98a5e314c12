// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessions/sessiondatabase.h"
#include "core/sessions/statement.h"

#include <map>

#include <fmt/format.h>

namespace core::sessions {

namespace {

execution::Order readOrder(RowReader& row)
{
    execution::Order order;
    order.id = OrderId{row.number()};
    order.symbol = row.index();
    order.side = row.named<execution::Side>();
    order.type = row.named<execution::OrderType>();
    order.status = row.named<execution::OrderStatus>();
    order.reason = row.named<execution::Reason>();
    order.tif = row.named<execution::TimeInForce>();
    order.leg = row.named<execution::BracketLeg>();
    order.liquidity = row.named<execution::Liquidity>();
    order.reduceOnly = row.flag();
    order.triggered = row.flag();
    order.size = row.lots();
    order.filled = row.lots();
    order.limit = row.optionalPrice();
    order.stop = row.optionalPrice();
    order.trail = row.price();
    order.trailFraction = row.integer();
    order.expires = row.time();
    order.stopLoss = row.optionalPrice();
    order.takeProfit = row.optionalPrice();
    order.parent = OrderId{row.number()};
    order.decisionTime = row.time();
    order.correlation = CorrelationId{row.number()};
    order.forced = row.flag();
    return order;
}

AccountStanding readAccount(RowReader& row)
{
    AccountStanding account;
    account.state = row.text();
    account.reason = row.text();
    account.cash = row.money();
    account.borrowing.accruedTo = row.time();
    account.borrowing.bookedTo = row.time();
    const Int128 high = row.integer();
    account.borrowing.accrued = high * (Int128(1) << 64) + row.number();
    account.borrowing.cashSince = row.optionalTime();
    return account;
}

Error inconsistent(const StoredSession& session, const std::string& what)
{
    return {ErrorCode::Corrupt,
            fmt::format("The record of session {} contradicts itself: {}", session.id, what),
            "It is kept as it is. Its journal tells what happened; start the session anew."};
}

} // namespace

std::string_view name(SessionEnd end)
{
    switch (end) {
    case SessionEnd::Open:
        return "open";
    case SessionEnd::Left:
        return "left";
    case SessionEnd::Closed:
        return "closed";
    }
    return "";
}

std::string_view name(SessionHead::Kind kind)
{
    return kind == SessionHead::Kind::Paper ? "paper" : "replay";
}

Result<std::optional<StoredSession>> SessionDatabase::newestUnfinished(SessionHead::Kind kind)
{
    std::optional<StoredSession> found;
    auto done = query(
        "SELECT s.id, s.kind, s.state, s.request, s.digest, s.candle_digest, "
        "s.journal, p.epoch, p.time, p.batches, p.facts, p.finished FROM sessions s "
        "JOIN progress p ON p.session = s.id WHERE s.kind = ? AND s.state <> "
        "'closed' ORDER BY s.id DESC LIMIT 1",
        [&](RowWriter& row) { row.text(name(kind)); },
        [&](RowReader& row) {
            StoredSession& session = found.emplace();
            session.id = row.integer();
            session.head.kind = row.named<SessionHead::Kind>();
            session.end = row.named<SessionEnd>();
            session.head.request = row.text();
            session.head.digest = row.text();
            session.head.candleDigest = row.text();
            session.head.journal = row.text();
            session.epoch = row.number();
            session.standing.time = row.time();
            session.standing.batches = row.number();
            session.standing.facts = row.number();
            session.standing.finished = row.flag();
        });
    if (done && found)
        done = readHead(*found);
    if (done && found)
        done = readStanding(*found);
    if (done && found)
        done = readActions(*found);
    if (done && found)
        done = checkLedger(*found);
    if (!done)
        return done.error();
    return found;
}

Result<void> SessionDatabase::readHead(StoredSession& session)
{
    const auto bind = [&](RowWriter& row) { row.integer(session.id); };
    auto done = query("SELECT name, price_decimals, lot_decimals FROM symbols WHERE session = ? "
                      "ORDER BY symbol",
                      bind, [&](RowReader& row) {
                          KeptSymbol& symbol = session.head.symbols.emplace_back();
                          symbol.name = row.text();
                          symbol.priceDecimals = static_cast<int>(row.integer());
                          symbol.lotDecimals = static_cast<int>(row.integer());
                      });
    if (!done)
        return done;
    return query("SELECT strategy, sha256, long_leverage, short_leverage, maintenance, state, "
                 "reason, cash, accrued_to, booked_to, accrued_high, accrued_low, cash_since FROM "
                 "accounts WHERE session = ? ORDER BY account",
                 bind, [&](RowReader& row) {
                     KeptAccount& account = session.head.accounts.emplace_back();
                     account.strategy = row.text();
                     account.sha256 = row.text();
                     account.settings.longLeverage = row.integer();
                     account.settings.shortLeverage = row.integer();
                     account.settings.maintenance = row.integer();
                     session.standing.accounts.push_back(readAccount(row));
                 });
}

Result<void> SessionDatabase::readStanding(StoredSession& session)
{
    std::vector<AccountStanding>& accounts = session.standing.accounts;
    const auto bind = [&](RowWriter& row) { row.integer(session.id); };
    bool known = true;
    auto done = query("SELECT account, symbol, quantity, cost, entry_fees, opened FROM positions "
                      "WHERE session = ? ORDER BY account, symbol",
                      bind, [&](RowReader& row) {
                          const AccountIndex account = row.index();
                          HeldPosition held;
                          held.symbol = row.index();
                          held.position.quantity = row.lots();
                          held.position.cost = row.money();
                          held.position.entryFees = row.money();
                          held.position.opened = row.time();
                          known = known && account < accounts.size();
                          if (account < accounts.size())
                              accounts[account].positions.push_back(held);
                      });
    if (done)
        done = query("SELECT account, id, symbol, side, type, status, reason, tif, leg, liquidity, "
                     "reduce_only, triggered, size, filled, limit_price, stop_price, trail, "
                     "trail_fraction, expires, stop_loss, take_profit, parent, decision_time, "
                     "correlation, forced FROM working_orders WHERE session = ? ORDER BY account, id",
                     bind, [&](RowReader& row) {
                         const AccountIndex account = row.index();
                         execution::Order order = readOrder(row);
                         known = known && row.known() && account < accounts.size();
                         if (account < accounts.size())
                             accounts[account].working.push_back(order);
                     });
    if (done && !known)
        return inconsistent(session, "it names accounts or kinds of orders that are unknown here");
    return done;
}

Result<void> SessionDatabase::readActions(StoredSession& session)
{
    bool known = true;
    auto done = query("SELECT batches, account, kind, long_leverage, short_leverage FROM actions "
                      "WHERE session = ? ORDER BY seq",
                      [&](RowWriter& row) { row.integer(session.id); },
                      [&](RowReader& row) {
                          portfolio::UserAction action;
                          action.batches = row.number();
                          action.account = row.index();
                          action.kind = row.named<portfolio::UserAction::Kind>();
                          action.longLeverage = row.integer();
                          action.shortLeverage = row.integer();
                          const bool inOrder = session.actions.empty() ||
                                               session.actions.back().batches <= action.batches;
                          known = known && row.known() && inOrder &&
                                  action.account < session.head.accounts.size();
                          session.actions.push_back(action);
                      });
    if (done && !known)
        return inconsistent(session, "it has acts of the user that are unknown here or out of order");
    return done;
}

Result<void> SessionDatabase::checkLedger(const StoredSession& session)
{
    const auto& accounts = session.standing.accounts;
    const auto bind = [&](RowWriter& row) { row.integer(session.id); };
    std::vector<std::int64_t> cash(accounts.size());
    std::map<std::pair<AccountIndex, SymbolIndex>, std::int64_t> held;
    auto done = query("SELECT account, symbol, sum(cash), sum(quantity) FROM ledger WHERE session "
                      "= ? GROUP BY account, symbol",
                      bind, [&](RowReader& row) {
                          const AccountIndex account = row.index();
                          const SymbolIndex symbol = row.index();
                          const std::int64_t amount = row.integer();
                          if (account < cash.size())
                              cash[account] += amount;
                          if (const std::int64_t lots = row.integer(); lots != 0)
                              held[{account, symbol}] = lots;
                      });
    std::uint64_t facts = 0;
    if (done)
        done = query("SELECT (SELECT count(*) FROM orders WHERE session = ?1) + (SELECT count(*) "
                     "FROM fills WHERE session = ?1) + (SELECT count(*) FROM ledger WHERE session "
                     "= ?1)",
                     bind, [&](RowReader& row) { facts = row.number(); });
    if (!done)
        return done;
    if (facts != session.standing.facts)
        return inconsistent(session,
                            fmt::format("it counts {} orders, fills and entries and has {}",
                                        session.standing.facts, facts));
    for (AccountIndex i = 0; i < accounts.size(); ++i) {
        if (accounts[i].cash != Money(cash[i]))
            return inconsistent(session, "the cash of " + session.head.accounts[i].strategy +
                                             " is not the sum of its ledger");
        for (const HeldPosition& position : accounts[i].positions) {
            const auto sum = held.find({i, position.symbol});
            if (sum == held.end() || sum->second != position.position.quantity.lots())
                return inconsistent(session, "a position of " + session.head.accounts[i].strategy +
                                                 " is not the sum of its ledger");
            held.erase(sum);
        }
    }
    if (!held.empty())
        return inconsistent(session, "its ledger leads to a position that is not there");
    return {};
}

} // namespace core::sessions
