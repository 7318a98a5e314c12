// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"
#include "ui/models/roles.h"

#include <QString>

/// Jobs of the history, and what they came to, as the window says them.
namespace ui::models::words {

/// "Download trades of BTC/USD since 1 Jan 2022"
[[nodiscard]] QString jobTitle(const core::history::JobRequest& request);
[[nodiscard]] QString jobState(const core::history::Job& job);
[[nodiscard]] Token jobToken(const core::history::Job& job);
[[nodiscard]] Shape jobShape(const core::history::Job& job);
/// What it is at, what it came to, or why it failed and what to do; sentences.
[[nodiscard]] QString jobStory(const core::history::Job& job);
/// What a report says, in sentences; empty for none.
[[nodiscard]] QString jobReport(const core::history::JobReport& report);
/// "3 min 20 s", "5 h 10 min"; empty when it cannot be told.
[[nodiscard]] QString duration(double seconds);

/// "stored, imported", "a gap": what a stretch of a strip is.
[[nodiscard]] QString stripKind(core::history::StripKind kind);
/// "12 h 5 min": the length of a range, to two units.
[[nodiscard]] QString length(core::Nanoseconds length);

} // namespace ui::models::words
