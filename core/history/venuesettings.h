// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/krakenrest.h"

#include <filesystem>

namespace core::history {

/// How the workspace wants Kraken to be asked: venues.ini in its folder, section [kraken], with `endpoint` (as
/// checkEndpoint takes it) and `spacing` (seconds between two requests, 0 to 60). What is not there is as
/// KrakenAccess has it; fails with InvalidInput on what cannot be meant.
[[nodiscard]] Result<KrakenAccess> venueAccess(const std::filesystem::path& workspace);

/// Keeps another endpoint in the workspace; an empty one is Kraken's own again. Fails with InvalidInput as
/// checkEndpoint does, and with Io.
[[nodiscard]] Result<void> setVenueEndpoint(const std::filesystem::path& workspace, const std::string& endpoint);

} // namespace core::history
