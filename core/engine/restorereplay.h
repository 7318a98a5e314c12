// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replaysession.h"

namespace core::engine {

/// What is known about a stored replay before it runs again; for people.
struct StoredReplay {
    ReplayRequest request;
    Timestamp time;               ///< Where it stands.
    bool killed = false;          ///< The program ended without closing it.
    std::int64_t positions = 0;   ///< Of all accounts, as stored.
    std::int64_t workingOrders = 0;
};

/// Reads what a stored session says. Fails with Corrupt when its settings cannot be read.
[[nodiscard]] Result<StoredReplay> describeStored(const sessions::StoredSession& stored);

/// Opens a stored replay at its beginning, to be run to the batch it stands at. Fails, before anything is
/// written, when that would be another replay: with Refused when a strategy, the candles or the settings
/// are not those that were stored, and with the error of preparing when they cannot be had.
[[nodiscard]] Result<std::unique_ptr<ReplaySession>>
reopenReplay(const sessions::StoredSession& stored, const ReplayRequest& request, const ReplayPlaces& places,
             journal::TroubleCallback trouble = {}, std::stop_token hurry = {});

/// Compares what was stored with where the session stands now. Fails with Corrupt and names the first
/// account and figure that differ, or the act of the user that could not be done again.
[[nodiscard]] Result<void> compareStanding(const sessions::StoredSession& stored,
                                           const ReplaySession& session);

} // namespace core::engine
