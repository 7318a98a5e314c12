// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace core::trust {

/// One of the lists of decisions that a trust folder keeps.
struct SignedListKind
{
    std::string_view file;   ///< "approvals.json".
    std::string_view domain; ///< Signed in front, so that the signature means nothing elsewhere.
    std::string_view field;  ///< Of the list in the file.
    std::string_view consequence; ///< Of a file that is refused: "nothing counts as approved".
};

inline constexpr SignedListKind APPROVALS_LIST = {"approvals.json", "quarterdeck approvals", "approvals",
                                                  "nothing counts as approved"};
inline constexpr SignedListKind TRUSTED_KEYS_LIST = {"trustedkeys.json", "quarterdeck trusted keys", "keys",
                                                     "no key counts as trusted and nothing runs"};

/// The entries of <folder>/<file>, oldest first; an empty array when there never were any. The file
/// is signed with the workspace's key and numbered, and <file>.sequence holds the newest number.
/// Fails with Corrupt when a byte is not as this workspace wrote it, when an older copy was put
/// back, and when the file is gone although there was one.
[[nodiscard]] Result<nlohmann::json> readSignedList(const std::filesystem::path& folder,
                                                    const SignedListKind& kind);

/// The entries of the last good copy, <file>.bak. Fails with NotFound when there is none, with Corrupt when it is
/// damaged or older than the newest decision.
[[nodiscard]] Result<nlohmann::json> readSignedCopy(const std::filesystem::path& folder,
                                                    const SignedListKind& kind);

/// Gives the entries as they are on disk to `change`, and writes what it returns, and a copy to
/// <file>.bak. Locked against other writers, each file replaced whole; creates the folder. Whatever
/// fails, the list is as before, or changed whole when the error says so.
[[nodiscard]] Result<void>
changeSignedList(const std::filesystem::path& folder, const SignedListKind& kind,
                 const std::function<Result<nlohmann::json>(const nlohmann::json&)>& change);

/// Puts <file>.bak in the place of a file that is refused, which is kept beside as
/// <file>.refused-N. Fails with AlreadyExists when the file is whole, with NotFound when there is
/// no copy, with Corrupt when the copy is damaged too or older than the newest decision: it could
/// bring back what was withdrawn.
[[nodiscard]] Result<void> restoreSignedList(const std::filesystem::path& folder,
                                             const SignedListKind& kind);

} // namespace core::trust
