// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/actwords.h"

#include "ui/format.h"
#include "ui/models/explanationunits.h"
#include "ui/models/snapshotlookup.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::models::words {

namespace {

using core::engine::AccountSnapshot;
using core::engine::AccountState;
using core::engine::EngineSnapshot;
using core::portfolio::UserAction;

/// Positions that are named one by one; the dialog has to fit a small screen.
constexpr std::size_t MOST_NAMED = 6;

struct ActWords
{
    Q_DECLARE_TR_FUNCTIONS(ActWords)
};

/// "One order is cancelled.", "3 orders are cancelled."
QString counted(std::int64_t count, const QString& one, const QString& many)
{
    return count == 1 ? one : many.arg(format::count(count));
}

QString amount(const EngineSnapshot& snapshot, core::Money money)
{
    return QStringLiteral("%1 %2").arg(format::money(money), quoteCurrency(snapshot));
}

QString closing(const EngineSnapshot& snapshot, const core::engine::PositionSnapshot& position)
{
    const ExplanationUnits units(snapshot, position.symbol);
    const bool isLong = position.quantity.lots() > 0;
    return (isLong ? ActWords::tr("The long of %1 closes at its mark, %2, without costs.")
                   : ActWords::tr("The short of %1 closes at its mark, %2, without costs."))
        .arg(units.size(position.quantity), units.price(position.mark));
}

QStringList resetConsequences(const EngineSnapshot& snapshot, const AccountSnapshot& account)
{
    QStringList lines;
    if (account.workingOrders.empty())
        lines.append(ActWords::tr("No order is working."));
    else if (account.workingOrders.size() >= core::engine::MAX_WORKING_SHOWN)
        lines.append(ActWords::tr("All working orders are cancelled, %1 or more.")
                         .arg(core::engine::MAX_WORKING_SHOWN));
    else
        lines.append(counted(static_cast<std::int64_t>(account.workingOrders.size()),
                             ActWords::tr("One working order is cancelled."),
                             ActWords::tr("%1 working orders are cancelled.")));
    const std::size_t named = std::min(account.positions.size(), MOST_NAMED);
    for (std::size_t i = 0; i < named; ++i)
        lines.append(closing(snapshot, account.positions[i]));
    if (account.positions.size() > named)
        lines.append(counted(static_cast<std::int64_t>(account.positions.size() - named),
                             ActWords::tr("One more position closes likewise."),
                             ActWords::tr("%1 more positions close likewise.")));
    const QString rest = amount(snapshot, account.equity);
    const bool mayOwe = account.borrowInterest > core::Money();
    lines.append((mayOwe ? ActWords::tr("What is left, %1 less the interest that is not booked yet, is withdrawn.")
                         : ActWords::tr("What is left, %1, is withdrawn."))
                     .arg(rest));
    lines.append(ActWords::tr("%1 are deposited: that is the cash then.").arg(amount(snapshot, account.openingCash)));
    lines.append(ActWords::tr("Epoch %1 of the account begins. Ledger and journal keep all that was before; the "
                              "strategy keeps what it remembers.")
                     .arg(account.epoch + 1));
    if (!account.canResume)
        lines.append(ActWords::tr("The strategy stays suspended: its script was stopped for good."));
    return lines;
}

QStringList haltConsequences(const AccountSnapshot& account)
{
    const auto& working = account.workingOrders;
    if (working.size() >= core::engine::MAX_WORKING_SHOWN)
        return {ActWords::tr("All entries are cancelled, and nothing opens until you resume."),
                ActWords::tr("Orders that only reduce go on; positions stay.")};
    const auto kept = std::count_if(working.begin(), working.end(),
                                    [](const auto& order) { return order.reducesOnly(); });
    return {counted(static_cast<std::int64_t>(working.size()) - kept,
                    ActWords::tr("One entry is cancelled, and nothing opens until you resume."),
                    ActWords::tr("%1 entries are cancelled, and nothing opens until you resume.")),
            counted(kept, ActWords::tr("One order that only reduces goes on; positions stay."),
                    ActWords::tr("%1 orders that only reduce go on; positions stay."))};
}

QStringList resumeConsequences(const AccountSnapshot& account)
{
    QStringList lines{ActWords::tr("The strategy trades again, with all that it remembers.")};
    const bool isBlocked = std::any_of(account.breaches.begin(), account.breaches.end(), [](const auto& breach) {
        return breach.limit == core::portfolio::RiskLimit::Drawdown;
    });
    if (isBlocked || account.state == AccountState::Liquidated)
        lines.append(ActWords::tr("The drawdown is counted from the present equity from then on."));
    return lines;
}

} // namespace

QString act(UserAction::Kind kind)
{
    switch (kind) {
    case UserAction::Kind::Reset:
        return ActWords::tr("Reset");
    case UserAction::Kind::Halt:
        return ActWords::tr("Halt");
    case UserAction::Kind::Resume:
        return ActWords::tr("Resume");
    case UserAction::Kind::SetLeverage:
        return ActWords::tr("Change leverage");
    }
    return {};
}

QStringList consequences(const EngineSnapshot& snapshot, const UserAction& action)
{
    const AccountSnapshot& account = snapshot.accounts[action.account];
    switch (action.kind) {
    case UserAction::Kind::Reset:
        return resetConsequences(snapshot, account);
    case UserAction::Kind::Halt:
        return haltConsequences(account);
    case UserAction::Kind::Resume:
        return resumeConsequences(account);
    case UserAction::Kind::SetLeverage:
        return {ActWords::tr("Binds what is opened from then on; what is open stays.")};
    }
    return {};
}

QString laterActsDropped(const EngineSnapshot& snapshot)
{
    if (snapshot.laterActions == 0)
        return {};
    return counted(snapshot.laterActions,
                   ActWords::tr("One act that comes later in this replay is dropped."),
                   ActWords::tr("%1 acts that come later in this replay are dropped."));
}

QString pastActs(const AccountSnapshot& account)
{
    QStringList parts;
    if (account.epoch > 1)
        parts.append(ActWords::tr("epoch %1").arg(account.epoch));
    if (account.lastAction) {
        const QString time = format::dateTime(account.lastAction->time);
        switch (account.lastAction->kind) {
        case UserAction::Kind::Reset:
            parts.append(ActWords::tr("reset %1").arg(time));
            break;
        case UserAction::Kind::Resume:
            parts.append(ActWords::tr("resumed %1").arg(time));
            break;
        case UserAction::Kind::SetLeverage:
            parts.append(ActWords::tr("leverage changed %1").arg(time));
            break;
        case UserAction::Kind::Halt:
            break; // The state says so, and since when.
        }
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace ui::models::words
