// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/useraction.h"

#include "core/portfolio/account.h"

namespace core::portfolio {

Result<UserAction> UserAction::setLeverage(AccountIndex account, double longLeverage,
                                           double shortLeverage)
{
    const double anyMaintenance = 0.25;
    auto settings = AccountSettings::make(longLeverage, shortLeverage, anyMaintenance);
    if (!settings)
        return settings.error();
    return UserAction{Kind::SetLeverage, account, settings->longLeverage, settings->shortLeverage, 0};
}

std::string_view name(UserAction::Kind kind)
{
    switch (kind) {
    case UserAction::Kind::Reset:
        return "reset";
    case UserAction::Kind::Halt:
        return "halt";
    case UserAction::Kind::Resume:
        return "resume";
    case UserAction::Kind::SetLeverage:
        return "set_leverage";
    }
    return "";
}

} // namespace core::portfolio
