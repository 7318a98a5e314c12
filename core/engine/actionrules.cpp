// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/actionrules.h"

#include "core/portfolio/margin.h"

#include <algorithm>

namespace core::engine {

namespace {

using portfolio::UserAction;

constexpr const char* RESET_INSTEAD = "Reset the account to begin again with its starting cash.";

/// Half the ledger's range: cash and positions together stay inside it in whatever order they are booked.
constexpr Int128 MOST_BOOKED = 4'000'000'000'000'000'000;

Error refused(const AccountSnapshot& account, const std::string& what, std::string remedy)
{
    return {ErrorCode::Refused, account.strategy + " " + what, std::move(remedy)};
}

Result<void> checkReset(const AccountSnapshot& account)
{
    for (const PositionSnapshot& position : account.positions) {
        if (position.mark.ticks() <= 0)
            return refused(account, "cannot be reset: a position has no price yet at which it could be closed",
                           "Play on until the symbol has a bar.");
    }
    const Int128 cash = account.cash.count();
    const Int128 booked = (cash < 0 ? -cash : cash) + account.longExposure.count() +
                          account.shortExposure.count();
    if (booked > MOST_BOOKED)
        return refused(account, "cannot be reset: its positions are worth more than the ledger can book",
                       "Begin a new replay instead.");
    return {};
}

Result<void> checkHalt(const AccountSnapshot& account)
{
    if (account.state == AccountState::Halted)
        return refused(account, "is halted already", "Resume it to let it trade again.");
    if (account.state == AccountState::Liquidated || account.state == AccountState::Liquidating)
        return refused(account, "was liquidated and trades no more", "Resume or reset it.");
    return {};
}

bool isBlockedBy(const AccountSnapshot& account, portfolio::RiskLimit limit)
{
    return std::any_of(account.breaches.begin(), account.breaches.end(),
                       [limit](const auto& breach) { return breach.limit == limit; });
}

Result<void> checkResume(const AccountSnapshot& account)
{
    const bool isBlocked = account.state == AccountState::Blocked || account.state == AccountState::Flattening;
    if (account.state == AccountState::Running)
        return refused(account, "is running", "There is nothing to resume.");
    if (account.state == AccountState::Liquidating)
        return refused(account, "is being liquidated", "Wait until its positions are closed.");
    if (isBlocked && !isBlockedBy(account, portfolio::RiskLimit::Drawdown))
        return refused(account, "is held by a risk limit that ends by itself",
                       "Wait for its end, or reset the account.");
    if (!account.canResume) {
        const bool saysWhy = account.state == AccountState::Suspended;
        return refused(account,
                       "cannot be resumed: its script was stopped for good" +
                           (saysWhy ? " (" + account.stateReason + ")" : std::string()),
                       "Correct the script and begin a new replay.");
    }
    if (account.state == AccountState::Liquidated && account.equity <= Money())
        return refused(account, "cannot be resumed: nothing is left in it", RESET_INSTEAD);
    return {};
}

} // namespace

Result<void> checkAction(const AccountSnapshot& account, const UserAction& action)
{
    switch (action.kind) {
    case UserAction::Kind::Reset:
        return checkReset(account);
    case UserAction::Kind::Halt:
        return checkHalt(account);
    case UserAction::Kind::Resume:
        return checkResume(account);
    case UserAction::Kind::SetLeverage: {
        const auto made = UserAction::setLeverage(action.account, toDouble(action.longLeverage, 4),
                                                  toDouble(action.shortLeverage, 4));
        return made ? Result<void>() : Result<void>(made.error());
    }
    }
    return Error{ErrorCode::InvalidInput, "there is no such act", ""};
}

} // namespace core::engine
