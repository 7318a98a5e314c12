// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/restorereplay.h"

#include "core/engine/requestjson.h"

namespace core::engine {

namespace {

constexpr const char* ANEW = "Its record is kept as it is. Start the replay anew to go on from the beginning.";

Error changed(std::string what)
{
    return {ErrorCode::Refused, std::move(what), ANEW};
}

Error differs(std::string what)
{
    return {ErrorCode::Corrupt, std::move(what), ANEW};
}

Result<void> checkStrategies(const sessions::StoredSession& stored, const EngineSetup& setup)
{
    if (stored.head.accounts.size() != setup.accounts.size())
        return changed("it has another number of strategies now");
    for (std::size_t i = 0; i < setup.accounts.size(); ++i) {
        const sessions::KeptAccount& then = stored.head.accounts[i];
        const AccountSetup& now = setup.accounts[i];
        if (then.strategy != now.name)
            return changed("the strategy " + then.strategy + " is called " + now.name + " now");
        if (const std::string hash = now.sha256.hex(); then.sha256 != hash)
            return changed("the strategy " + now.name + " was changed: it ran with the bytes of SHA-256 " +
                           then.sha256.substr(0, 16) + "…, and those approved now are " + hash.substr(0, 16) +
                           "…");
    }
    return {};
}

std::string ofAccount(const std::string& strategy, const std::string& figure, const std::string& then,
                      const std::string& now)
{
    return figure + " of " + strategy + " was " + then + ", and running it again gives " + now;
}

Result<void> compareAccount(const sessions::KeptAccount& account, const sessions::AccountStanding& then,
                            const sessions::AccountStanding& now)
{
    if (then.cash != now.cash)
        return differs(ofAccount(account.strategy, "the cash", then.cash.toString(), now.cash.toString()));
    if (then.positions != now.positions)
        return differs(ofAccount(account.strategy, "the number of positions",
                                 std::to_string(then.positions.size()),
                                 then.positions.size() == now.positions.size()
                                     ? "as many, of another size or cost"
                                     : std::to_string(now.positions.size())));
    if (then.working != now.working)
        return differs(ofAccount(account.strategy, "the number of working orders",
                                 std::to_string(then.working.size()),
                                 then.working.size() == now.working.size()
                                     ? "as many, of another size or price"
                                     : std::to_string(now.working.size())));
    if (then.state != now.state)
        return differs(ofAccount(account.strategy, "the state", then.state, now.state));
    // An earlier version said less about a suspension.
    if (!now.reason.starts_with(then.reason))
        return differs(ofAccount(account.strategy, "the reason of its state", then.reason, now.reason));
    sessions::AccountStanding rest = then;
    rest.reason = now.reason;
    if (rest != now)
        return differs(ofAccount(account.strategy, "the accrued interest", "one amount", "another"));
    return {};
}

} // namespace

Result<StoredReplay> describeStored(const sessions::StoredSession& stored)
{
    auto request = requestFromJson(stored.head.request);
    if (!request)
        return request.error();
    StoredReplay replay;
    replay.request = std::move(*request);
    replay.time = stored.standing.time;
    replay.killed = stored.end == sessions::SessionEnd::Open;
    for (const sessions::AccountStanding& account : stored.standing.accounts) {
        replay.positions += static_cast<std::int64_t>(account.positions.size());
        replay.workingOrders += static_cast<std::int64_t>(account.working.size());
    }
    return replay;
}

Result<std::unique_ptr<ReplaySession>> reopenReplay(const sessions::StoredSession& stored,
                                                    const ReplayRequest& request,
                                                    const ReplayPlaces& places,
                                                    journal::TroubleCallback trouble, std::stop_token hurry)
{
    auto setup = prepareReplay(request, places);
    if (!setup)
        return setup.error();
    if (auto same = checkStrategies(stored, **setup); !same)
        return same.error();
    if ((*setup)->candleDigest != stored.head.candleDigest)
        return changed("the candles of its range are not those it ran on: the history was changed since");
    if ((*setup)->digest != stored.head.digest)
        return changed("its settings, or what its instruments ask of an order, are not what they were when it was kept");
    return ReplaySession::open(request, std::move(*setup), places, std::move(trouble), std::move(hurry),
                               stored.actions);
}

Result<void> compareStanding(const sessions::StoredSession& stored, const ReplaySession& session)
{
    if (session.fault())
        return differs("what was done to an account cannot be done again: " + session.fault()->what);
    const sessions::Standing& then = stored.standing;
    const sessions::Standing now = session.engine().standing();
    if (then.time != now.time || then.batches != now.batches || then.finished != now.finished)
        return differs("it stood at " + formatTimestampShort(then.time) +
                       ", and running it again ends at " + formatTimestampShort(now.time));
    if (then.accounts.size() != now.accounts.size())
        return differs("it has another number of accounts now");
    for (std::size_t i = 0; i < now.accounts.size(); ++i) {
        if (auto same = compareAccount(stored.head.accounts[i], then.accounts[i], now.accounts[i]); !same)
            return same;
    }
    if (then.facts != now.facts)
        return differs("it had " + std::to_string(then.facts) +
                       " order steps, fills and ledger entries, and running it again gives " +
                       std::to_string(now.facts));
    return {};
}

} // namespace core::engine
