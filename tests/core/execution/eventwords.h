// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"

#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace fixture {

/// What an event means for the account, flags and stakes apart: those are judged bar by bar.
inline std::string wordsOf(const core::execution::MatchEvent& event)
{
    using namespace core::execution;
    const auto at = [](core::Timestamp time) { return time.time_since_epoch().count(); };
    if (const auto* fill = std::get_if<Fill>(&event))
        return fmt::format("fill {} of {}: {} at {} by {}, {} left, at {}", fill->order.value, fill->symbol,
                           fill->quantity.lots(), fill->price.ticks(), name(fill->rule),
                           fill->cashAfter.count(), at(fill->time));
    const auto* step = std::get_if<OrderStep>(&event);
    // What expires in a bar that reaches nothing is told at its end, in the order of ids.
    if (step && step->order.status != OrderStatus::Expired)
        return fmt::format("order {} {} {} {} of {} at {}", step->order.id.value, name(step->order.status),
                           name(step->order.reason), step->order.filled.lots(), step->order.size.lots(),
                           at(step->time));
    if (const auto* call = std::get_if<MarginCall>(&event))
        return fmt::format("call at {} with {}", at(call->time), call->equity.count());
    if (const auto* cut = std::get_if<MarginCut>(&event))
        return fmt::format("cut of {} to {} at {}", cut->order.value, cut->granted.lots(), at(cut->time));
    if (const auto* end = std::get_if<Liquidated>(&event))
        return fmt::format("liquidated at {} owing {}", at(end->time), end->badDebt.count());
    return {};
}

inline std::vector<std::string> wordsOf(const std::vector<core::execution::MatchEvent>& events)
{
    std::vector<std::string> words;
    for (const core::execution::MatchEvent& event : events) {
        if (std::string each = wordsOf(event); !each.empty())
            words.push_back(std::move(each));
    }
    return words;
}

} // namespace fixture
