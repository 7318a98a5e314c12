// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/explanation.h"

#include "ui/format.h"
#include "ui/models/actwords.h"
#include "ui/models/explanationunits.h"
#include "ui/models/riskwords.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

#include <QCoreApplication>

namespace ui::models {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Explanation)
};

} // namespace

Explanation explainAccount(const core::engine::EngineSnapshot& snapshot, core::AccountIndex index)
{
    const auto& account = snapshot.accounts[index];
    Explanation explanation;
    explanation.title =
        Text::tr("%1: %2", "strategy, state").arg(strategyName(snapshot, index), words::accountState(account));
    if (const QString reason = words::stateReason(account); !reason.isEmpty())
        explanation.lines.append(sentence(reason) + QLatin1Char('.'));
    if (const QString past = words::pastActs(account); !past.isEmpty())
        explanation.lines.append(sentence(past) + QLatin1Char('.'));
    explanation.lines.append(
        Text::tr("Leverage %1 × long, %2 × short: initial margin %3 of %4 %5 equity.")
            .arg(format::number(account.longLeverage, 2), format::number(account.shortLeverage, 2),
                 format::money(account.initialMargin), format::money(account.equity), quoteCurrency(snapshot)));
    return explanation;
}

} // namespace ui::models
