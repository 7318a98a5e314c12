// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace core::trust {

/// A list of decisions that is refused, and what the way back would bring.
struct RefusedList
{
    std::string file;          ///< "approvals.json".
    std::string why;           ///< What was found, in one sentence.
    std::size_t decisions = 0; ///< That the last good copy holds.
    std::string fault;         ///< Why the copy is no way back; empty when it is one.
};

/// The lists of the folder that are refused; none when all is well. Fails with Io.
[[nodiscard]] Result<std::vector<RefusedList>> refusedLists(const std::filesystem::path& folder);

/// Brings back the last good copy of each list that is refused, see restoreSignedList, and says which. Fails with the
/// first that cannot be; the system journal tells of each.
[[nodiscard]] Result<std::vector<std::string>> restoreLists(const std::filesystem::path& folder);

} // namespace core::trust
