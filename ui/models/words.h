// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "core/trust/verdict.h"
#include "ui/models/roles.h"

#include <QString>

/// The words of the core as the window says them: translated, with the colour and the shape that
/// stand beside them.
namespace ui::models::words {

[[nodiscard]] QString side(core::execution::Side side);
[[nodiscard]] QString orderType(core::execution::OrderType type);
/// "maker" or "taker"; empty while undecided.
[[nodiscard]] QString liquidity(core::execution::Liquidity liquidity);
/// "stop-loss" or "take-profit"; empty for none.
[[nodiscard]] QString bracketLeg(core::execution::BracketLeg leg);
[[nodiscard]] QString orderStatus(core::execution::OrderStatus status);
/// A few words; empty for Reason::None.
[[nodiscard]] QString reason(core::execution::Reason reason);
/// A whole sentence; empty for Reason::None.
[[nodiscard]] QString reasonSentence(core::execution::Reason reason);
[[nodiscard]] QString fillRule(core::execution::FillRule rule);
/// How the rule gave the reference price, in a sentence.
[[nodiscard]] QString fillRuleSentence(core::execution::FillRule rule);
/// As fillRuleSentence, of a bar that its trades resolved.
[[nodiscard]] QString tradeRuleSentence(core::execution::FillRule rule);
/// What told how a bar went inside.
[[nodiscard]] QString detailSentence(core::execution::Detail detail);

[[nodiscard]] QString accountState(core::engine::AccountState state);
[[nodiscard]] Token accountToken(core::engine::AccountState state);
[[nodiscard]] Shape accountShape(core::engine::AccountState state);

[[nodiscard]] QString trustState(core::trust::State state);
[[nodiscard]] Token trustToken(core::trust::State state);
/// "signed by Grace (key 31A2…)", or why the signature does not count; empty when there is none.
[[nodiscard]] QString signature(const core::trust::SignatureCheck& check);

/// The number of an event as the end of its journal id.
[[nodiscard]] QString correlation(core::CorrelationId id);
[[nodiscard]] QString hash(const core::Sha256Digest& digest);

} // namespace ui::models::words
