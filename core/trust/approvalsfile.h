// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/approvals.h"
#include "core/trust/workspacekey.h"

namespace core::trust {

/// The text of approvals.json: the decisions, oldest first, and the signature over them.
[[nodiscard]] std::string writeApprovals(const std::vector<Approval>& approvals,
                                         const WorkspaceKey& key);

/// Reads that text back. Any byte that is not as this key's owner wrote it makes the whole Corrupt.
[[nodiscard]] Result<std::vector<Approval>> readApprovals(std::string_view text,
                                                          const WorkspaceKey& key);

} // namespace core::trust
