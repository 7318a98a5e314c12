// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Writing; sessionread.cpp has the reading.
#include "core/sessions/sessiondatabase.h"

#include "core/history/sqliteopen.h"
#include "core/sessions/migrations.h"
#include "core/sessions/row.h"
#include "core/sessions/statement.h"

namespace core::sessions {

namespace {

const history::SqlContents& sessionContents()
{
    static const history::SqlContents CONTENTS{
        sessionMigrations(), "record of sessions", "Run a replay in the window first.",
        "What was open then cannot be continued; its journal is unharmed."};
    return CONTENTS;
}

constexpr const char* INSERT_ORDER_STEP =
    "INSERT INTO orders (session, seq, account, time, id, symbol, side, type, status, reason, tif, "
    "leg, liquidity, reduce_only, triggered, size, filled, limit_price, stop_price, trail, "
    "trail_fraction, expires, stop_loss, take_profit, parent, decision_time, correlation, forced) VALUES "
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* PUT_WORKING_ORDER =
    "INSERT OR REPLACE INTO working_orders (session, account, id, symbol, side, type, status, "
    "reason, tif, leg, liquidity, reduce_only, triggered, size, filled, limit_price, stop_price, "
    "trail, trail_fraction, expires, stop_loss, take_profit, parent, decision_time, correlation, "
    "forced) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* INSERT_FILL =
    "INSERT INTO fills (session, seq, account, time, id, order_id, symbol, side, quantity, price, "
    "reference_price, notional, fee, liquidation_fee, opening_fee, slippage, realised_profit, "
    "position_after, cash_after, rule, liquidity, ambiguous, stake, parent, leg, decision_time, "
    "correlation, detail, spread) VALUES "
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* INSERT_ENTRY =
    "INSERT INTO ledger (session, seq, account, time, kind, symbol, cash, quantity, correlation) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// From `id` on, as both tables of orders have them.
void bindOrder(RowWriter& row, const execution::Order& order)
{
    row.id(order.id).number(order.symbol).text(name(order.side)).text(name(order.type));
    row.text(name(order.status)).text(name(order.reason)).text(name(order.tif));
    row.text(name(order.leg)).text(name(order.liquidity));
    row.flag(order.reduceOnly).flag(order.triggered).lots(order.size).lots(order.filled);
    row.price(order.limit).price(order.stop).price(order.trail).integer(order.trailFraction);
    row.time(order.expires).price(order.stopLoss).price(order.takeProfit).id(order.parent);
    row.time(order.decisionTime).id(order.correlation).flag(order.forced);
}

void bindFill(RowWriter& row, const execution::Fill& fill)
{
    row.time(fill.time).id(fill.id).id(fill.order).number(fill.symbol).text(name(fill.side));
    row.lots(fill.quantity).price(fill.price).price(fill.referencePrice).money(fill.notional);
    row.money(fill.fee).money(fill.liquidationFee).money(fill.openingFee).money(fill.slippage);
    row.money(fill.realisedProfit).lots(fill.positionAfter).money(fill.cashAfter);
    row.text(name(fill.rule)).text(name(fill.liquidity)).flag(fill.ambiguous).money(fill.stake);
    row.id(fill.parent).text(name(fill.leg)).time(fill.decisionTime).id(fill.correlation);
    row.text(name(fill.detail)).money(fill.spread);
}

} // namespace

Result<std::unique_ptr<SessionDatabase>> SessionDatabase::open(const std::filesystem::path& file)
{
    auto connection = history::openSqlite(file, false, sessionContents());
    if (!connection)
        return connection.error();
    return std::unique_ptr<SessionDatabase>(new SessionDatabase(std::move(*connection)));
}

Result<std::int64_t> SessionDatabase::insert(const SessionHead& head, Timestamp now)
{
    Result<void> done = run("UPDATE sessions SET state = 'closed', ended = ? WHERE kind = ? AND "
                            "state <> 'closed'",
                            [&](RowWriter& row) { row.time(now).text(name(head.kind)); });
    if (done)
        done = forgetOldest(head.kind);
    if (done)
        done = run("INSERT INTO sessions (kind, state, request, digest, candle_digest, journal, "
                   "begun) VALUES (?, 'open', ?, ?, ?, ?, ?)",
                   [&](RowWriter& row) {
                       row.text(name(head.kind)).text(head.request).text(head.digest);
                       row.text(head.candleDigest).text(head.journal).time(now);
                   });
    if (!done)
        return done.error();
    auto session = m_connection->number("SELECT last_insert_rowid()", "writing to");
    if (session)
        done = insertSymbols(*session, head);
    if (session && done)
        done = insertAccounts(*session, head);
    return done ? session : Result<std::int64_t>(done.error());
}

Result<void> SessionDatabase::forgetOldest(SessionHead::Kind kind)
{
    std::vector<std::int64_t> oldest;
    auto done = query(
        "SELECT id FROM sessions WHERE kind = ? AND state = 'closed' ORDER BY id DESC "
        "LIMIT -1 OFFSET ?",
        [&](RowWriter& row) { row.text(name(kind)).integer(KEPT_CLOSED); },
        [&](RowReader& row) { oldest.push_back(row.integer()); });
    for (std::size_t i = 0; done && i < oldest.size(); ++i) {
        done = forgetFacts(oldest[i]);
        if (done)
            done = run("DELETE FROM sessions WHERE id = ?",
                       [&](RowWriter& row) { row.integer(oldest[i]); });
    }
    return done;
}

Result<void> SessionDatabase::insertSymbols(std::int64_t session, const SessionHead& head)
{
    for (std::size_t i = 0; i < head.symbols.size(); ++i) {
        const KeptSymbol& symbol = head.symbols[i];
        auto done = run("INSERT INTO symbols (session, symbol, name, price_decimals, lot_decimals) "
                        "VALUES (?, ?, ?, ?, ?)",
                        [&](RowWriter& row) {
                            row.integer(session).number(i).text(symbol.name);
                            row.integer(symbol.priceDecimals).integer(symbol.lotDecimals);
                        });
        if (!done)
            return done;
    }
    return {};
}

Result<void> SessionDatabase::insertAccounts(std::int64_t session, const SessionHead& head)
{
    for (std::size_t i = 0; i < head.accounts.size(); ++i) {
        const KeptAccount& account = head.accounts[i];
        const portfolio::AccountSettings& settings = account.settings;
        auto done =
            run("INSERT INTO accounts (session, account, strategy, sha256, long_leverage, "
                "short_leverage, maintenance, state, reason, cash, accrued_to, booked_to, "
                "accrued_high, accrued_low) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', 0, 0, 0, 0, 0)",
                [&](RowWriter& row) {
                    row.integer(session).number(i).text(account.strategy).text(account.sha256);
                    row.integer(settings.longLeverage).integer(settings.shortLeverage);
                    row.integer(settings.maintenance);
                });
        if (!done)
            return done;
    }
    return {};
}

Result<void> SessionDatabase::add(std::int64_t session, std::uint64_t number, const Fact& fact)
{
    if (const auto* step = std::get_if<OrderFact>(&fact))
        return run(INSERT_ORDER_STEP, [&](RowWriter& row) {
            row.integer(session).number(number).number(step->account).time(step->time);
            bindOrder(row, step->order);
        });
    if (const auto* fill = std::get_if<FillFact>(&fact))
        return run(INSERT_FILL, [&](RowWriter& row) {
            row.integer(session).number(number).number(fill->account);
            bindFill(row, fill->fill);
        });
    const auto& ledger = std::get<LedgerFact>(fact);
    const portfolio::LedgerEntry& entry = ledger.entry;
    return run(INSERT_ENTRY, [&](RowWriter& row) {
        row.integer(session).number(number).number(ledger.account).time(entry.time);
        row.text(name(entry.kind)).number(entry.symbol).money(entry.cash).lots(entry.quantity);
        row.id(entry.correlation);
    });
}

Result<void> SessionDatabase::forgetFacts(std::int64_t session)
{
    for (const char* sql :
         {"DELETE FROM orders WHERE session = ?", "DELETE FROM fills WHERE session = ?",
          "DELETE FROM ledger WHERE session = ?"}) {
        if (auto done = run(sql, [&](RowWriter& row) { row.integer(session); }); !done)
            return done;
    }
    return {};
}

Result<void> SessionDatabase::put(std::int64_t session, std::uint64_t epoch, const Standing& now,
                                  const Standing& before)
{
    static const AccountStanding NOTHING;
    auto done = run("INSERT OR REPLACE INTO progress (session, epoch, time, batches, facts, "
                    "finished) VALUES (?, ?, ?, ?, ?, ?)",
                    [&](RowWriter& row) {
                        row.integer(session).number(epoch).time(now.time).number(now.batches);
                        row.number(now.facts).flag(now.finished);
                    });
    for (AccountIndex i = 0; done && i < now.accounts.size(); ++i) {
        const AccountStanding& old = i < before.accounts.size() ? before.accounts[i] : NOTHING;
        done = putAccount(session, i, now.accounts[i], old);
        if (done)
            done = putPositions(session, i, now.accounts[i].positions, old.positions);
        if (done)
            done = putOrders(session, i, now.accounts[i].working, old.working);
    }
    return done;
}

Result<void> SessionDatabase::putAccount(std::int64_t session, AccountIndex account,
                                         const AccountStanding& now, const AccountStanding& before)
{
    const portfolio::BorrowClock& clock = now.borrowing;
    if (now.cash == before.cash && clock == before.borrowing && now.state == before.state &&
        now.reason == before.reason)
        return {};
    return run("UPDATE accounts SET state = ?, reason = ?, cash = ?, accrued_to = ?, booked_to = "
               "?, accrued_high = ?, accrued_low = ?, cash_since = ? WHERE session = ? AND "
               "account = ?",
               [&](RowWriter& row) {
                   row.text(now.state).text(now.reason).money(now.cash);
                   row.time(clock.accruedTo).time(clock.bookedTo);
                   row.integer(static_cast<std::int64_t>(clock.accrued >> 64));
                   row.number(static_cast<std::uint64_t>(clock.accrued));
                   if (clock.cashSince)
                       row.time(*clock.cashSince);
                   else
                       row.null();
                   row.integer(session).number(account);
               });
}

Result<void> SessionDatabase::putPositions(std::int64_t session, AccountIndex account,
                                           const std::vector<HeldPosition>& now,
                                           const std::vector<HeldPosition>& before)
{
    if (now == before)
        return {};
    auto done = run("DELETE FROM positions WHERE session = ? AND account = ?",
                    [&](RowWriter& row) { row.integer(session).number(account); });
    for (std::size_t i = 0; done && i < now.size(); ++i) {
        const portfolio::Position& position = now[i].position;
        done = run("INSERT INTO positions (session, account, symbol, quantity, cost, entry_fees, "
                   "opened) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   [&](RowWriter& row) {
                       row.integer(session).number(account).number(now[i].symbol);
                       row.lots(position.quantity).money(position.cost);
                       row.money(position.entryFees).time(position.opened);
                   });
    }
    return done;
}

/// Both lists are in the order of their ids, so one walk over both finds what is gone and what is
/// new or moved.
Result<void> SessionDatabase::putOrders(std::int64_t session, AccountIndex account,
                                        const std::vector<execution::Order>& now,
                                        const std::vector<execution::Order>& before)
{
    Result<void> done;
    auto old = before.begin();
    const auto dropBefore = [&](std::optional<OrderId> id) {
        for (; done && old != before.end() && (!id || old->id < *id); ++old)
            done = run("DELETE FROM working_orders WHERE session = ? AND account = ? AND id = ?",
                       [&](RowWriter& row) { row.integer(session).number(account).id(old->id); });
    };
    for (const execution::Order& order : now) {
        dropBefore(order.id);
        const bool known = done && old != before.end() && old->id == order.id;
        if (!known || *old != order)
            done = done ? run(PUT_WORKING_ORDER,
                              [&](RowWriter& row) {
                                  row.integer(session).number(account);
                                  bindOrder(row, order);
                              })
                        : done;
        if (known)
            ++old;
    }
    dropBefore(std::nullopt);
    return done;
}

Result<void> SessionDatabase::putActions(std::int64_t session,
                                         const std::vector<portfolio::UserAction>& actions)
{
    auto done = run("DELETE FROM actions WHERE session = ?",
                    [&](RowWriter& row) { row.integer(session); });
    for (std::size_t i = 0; done && i < actions.size(); ++i) {
        const portfolio::UserAction& action = actions[i];
        done = run("INSERT INTO actions (session, seq, batches, account, kind, long_leverage, "
                   "short_leverage) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   [&](RowWriter& row) {
                       row.integer(session).number(i + 1).number(action.batches);
                       row.number(action.account).text(name(action.kind));
                       row.integer(action.longLeverage).integer(action.shortLeverage);
                   });
    }
    return done;
}

Result<void> SessionDatabase::setEnd(std::int64_t session, SessionEnd end, Timestamp now)
{
    return run("UPDATE sessions SET state = ?, ended = ? WHERE id = ?", [&](RowWriter& row) {
        row.text(name(end));
        if (end == SessionEnd::Open)
            row.null();
        else
            row.time(now);
        row.integer(session);
    });
}

Result<void> SessionDatabase::setJournal(std::int64_t session, const std::string& journal)
{
    return run("UPDATE sessions SET journal = ? WHERE id = ?",
               [&](RowWriter& row) { row.text(journal).integer(session); });
}

} // namespace core::sessions
