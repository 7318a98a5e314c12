// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace core::portfolio {

/// What an account may be limited in, beside its margin. The order is that of their gravity.
enum class RiskLimit : std::uint8_t { DailyLoss, Drawdown, Exposure, OrderRate };
inline constexpr std::size_t RISK_LIMITS = 4;
/// What a breach brings: entries are refused, or the positions are closed as well.
enum class OnBreach : std::uint8_t { Block, Flatten };
/// What becomes of the positions of a strategy that is suspended: they are kept, with the stops that they have, or closed.
enum class OnSuspension : std::uint8_t { Keep, Close };

[[nodiscard]] std::string_view name(RiskLimit limit);   ///< "daily_loss", "drawdown", "exposure", "order_rate"
[[nodiscard]] std::string_view name(OnBreach action);   ///< "block", "flatten"
[[nodiscard]] std::string_view name(OnSuspension action); ///< "keep", "close"

/// The limits in the numbers people use; what is not given is not limited.
struct RiskRequest {
    std::optional<double> dailyLoss; ///< Fraction of the equity at 00:00 UTC.
    std::optional<double> drawdown;  ///< Fraction of the highest equity so far.
    std::optional<double> exposure;  ///< L + S as a multiple of the equity.
    std::optional<std::int64_t> ordersAMinute;
    OnBreach onBreach = OnBreach::Block;
    OnSuspension onSuspension = OnSuspension::Keep;

    bool operator==(const RiskRequest&) const = default;
};

/// What an account may lose, hold and send. A limit is the most that is allowed: only what goes beyond
/// it is a breach. Fractions are counted in 1e-8, the exposure's multiple in 1/10,000; 0 is no limit.
struct RiskLimits {
    std::int64_t dailyLoss = 0;
    std::int64_t drawdown = 0;
    std::int64_t exposure = 0;
    std::int64_t ordersAMinute = 0;
    OnBreach onBreach = OnBreach::Block;
    OnSuspension onSuspension = OnSuspension::Keep;

    /// Fails with InvalidInput on a fraction outside (0, 1), a multiple outside (0, 1000] or a number of
    /// orders outside 1 to 10,000.
    [[nodiscard]] static Result<RiskLimits> make(const RiskRequest& request);
    [[nodiscard]] bool isOn() const { return dailyLoss > 0 || drawdown > 0 || exposure > 0 || ordersAMinute > 0; }
    /// The limit in the unit of its request; 0 when there is none.
    [[nodiscard]] double of(RiskLimit limit) const;

    bool operator==(const RiskLimits&) const = default;
};

} // namespace core::portfolio
