// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/riskwords.h"

#include "ui/format.h"
#include "ui/models/words.h"

#include <QCoreApplication>
#include <QStringList>

namespace ui::models::words {

namespace {

struct RiskWords
{
    Q_DECLARE_TR_FUNCTIONS(RiskWords)
};

using core::engine::AccountState;
using core::portfolio::RiskLimit;

QString share(double fraction)
{
    return format::percent(fraction, 2, format::Sign::Minus);
}

} // namespace

QString riskLimit(RiskLimit limit)
{
    switch (limit) {
    case RiskLimit::DailyLoss:
        return RiskWords::tr("daily loss");
    case RiskLimit::Drawdown:
        return RiskWords::tr("drawdown");
    case RiskLimit::Exposure:
        return RiskWords::tr("exposure");
    case RiskLimit::OrderRate:
        return RiskWords::tr("orders a minute");
    }
    return {};
}

QString breachFigures(const core::portfolio::RiskBreach& breach)
{
    const auto figure = [&breach](double value) {
        switch (breach.limit) {
        case RiskLimit::DailyLoss:
        case RiskLimit::Drawdown:
            return share(value);
        case RiskLimit::Exposure:
            return RiskWords::tr("%1 ×").arg(format::number(value, 2));
        case RiskLimit::OrderRate:
            return format::number(value, 0);
        }
        return QString();
    };
    return RiskWords::tr("%1 %2, limit %3, since %4")
        .arg(riskLimit(breach.limit), figure(breach.value), figure(breach.threshold),
             format::dateTime(breach.since));
}

QString breachSentence(const core::portfolio::RiskBreach& breach)
{
    const QString since = format::dateTime(breach.since);
    switch (breach.limit) {
    case RiskLimit::DailyLoss:
        return RiskWords::tr(
                   "At %1 the account had lost %2 of its equity at 00:00 UTC, more than the %3 "
                   "it may; entries are refused until the next 00:00 UTC.")
            .arg(since, share(breach.value), share(breach.threshold));
    case RiskLimit::Drawdown:
        return RiskWords::tr(
                   "At %1 the account was %2 below its highest equity, more than the %3 it may "
                   "be; entries stay refused.")
            .arg(since, share(breach.value), share(breach.threshold));
    case RiskLimit::Exposure:
        return RiskWords::tr(
                   "Since %1 the exposure is above %3 × the equity, then at %2 ×; entries are "
                   "refused until it is back.")
            .arg(since, format::number(breach.value, 2), format::number(breach.threshold, 2));
    case RiskLimit::OrderRate:
        return RiskWords::tr(
                   "At %1 more than %2 orders had come within a minute; entries are refused "
                   "until there is room.")
            .arg(since, format::number(breach.threshold, 0));
    }
    return {};
}

QString accountState(const core::engine::AccountSnapshot& account)
{
    const QString state = accountState(account.state);
    const bool isLimited =
        account.state == AccountState::Blocked || account.state == AccountState::Flattening;
    QStringList limits;
    for (const auto& breach : account.breaches)
        limits.append(riskLimit(breach.limit));
    if (!isLimited || limits.isEmpty())
        return state;
    return RiskWords::tr("%1: %2").arg(state, limits.join(QStringLiteral(", ")));
}

QString stateReason(const core::engine::AccountSnapshot& account)
{
    QStringList lines;
    const bool isLimited =
        account.state == AccountState::Blocked || account.state == AccountState::Flattening;
    // The core says the limits in its own words where there is nothing else to say.
    if (!isLimited && account.state != AccountState::Running && !account.stateReason.empty())
        lines.append(QString::fromStdString(account.stateReason));
    if (account.state != AccountState::Liquidated)
        for (const auto& breach : account.breaches)
            lines.append(breachSentence(breach));
    return lines.join(QLatin1Char('\n'));
}

} // namespace ui::models::words
