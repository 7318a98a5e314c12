// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstdint>
#include <string_view>

namespace core::portfolio {

/// What a user does to an account between two batches of market events: an ordered event of the
/// session as these are. Its place is the number of batches that were done when it was given, and
/// among those of one place the order in which they were given.
struct UserAction
{
    enum class Kind : std::uint8_t {
        Reset,      ///< Closes everything at its marks and begins again with the starting cash.
        Halt,       ///< Nothing opens any more; what only reduces goes on.
        Resume,     ///< Ends a halt, a suspension, the halt after a liquidation, a drawdown's block.
        SetLeverage ///< From then on other leverages bind what is opened.
    };
    Kind kind = Kind::Halt;
    AccountIndex account = 0;
    std::int64_t longLeverage = 0;  ///< Of SetLeverage, in 1/10,000 as in AccountSettings; else 0.
    std::int64_t shortLeverage = 0; ///< Likewise.
    std::uint64_t batches = 0;      ///< Done when it was given.

    /// Fails with InvalidInput on a leverage that is not finite, below 1 or above 1,000.
    [[nodiscard]] static Result<UserAction> setLeverage(AccountIndex account, double longLeverage,
                                                        double shortLeverage);

    bool operator==(const UserAction&) const = default;
};
/// "reset", "halt", "resume", "set_leverage"
[[nodiscard]] std::string_view name(UserAction::Kind kind);

/// Correlation ids of user actions lie beyond those of any number of market events, so that an action
/// changes no other id.
inline constexpr std::uint64_t FIRST_ACTION_EVENT = 0xA0'0000'0000;
/// The event of a session's n-th action, counted from 1.
[[nodiscard]] constexpr CorrelationId actionEvent(std::uint64_t number)
{
    return CorrelationId{FIRST_ACTION_EVENT + number};
}

} // namespace core::portfolio
