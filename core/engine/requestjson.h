// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/replayrequest.h"

#include <string>
#include <string_view>

namespace core::engine {

/// Writes a request as one JSON object, from which the same request is read back.
[[nodiscard]] std::string toJson(const ReplayRequest& request);

/// Reads what `toJson` wrote. Fails with Corrupt on anything else.
[[nodiscard]] Result<ReplayRequest> requestFromJson(std::string_view json);

} // namespace core::engine
