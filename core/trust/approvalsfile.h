// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/approvals.h"

#include <nlohmann/json.hpp>

namespace core::trust {

/// The decisions as the entries of approvals.json.
[[nodiscard]] nlohmann::json writeApprovals(const std::vector<Approval>& approvals);

/// Reads those entries back. Fails with Corrupt.
[[nodiscard]] Result<std::vector<Approval>> readApprovals(const nlohmann::json& entries);

} // namespace core::trust
