// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/signedlist.h"

/// The lists of decisions, with the system journal told of what becomes of them.
namespace core::trust {

/// As readSignedList. A list that is refused is told, once for the same bytes; when that cannot be written, the
/// error says so too.
[[nodiscard]] Result<nlohmann::json> readTold(const std::filesystem::path& folder, const SignedListKind& kind);

/// As changeSignedList. `change` tells the journal what it decides, as the last thing that may fail in it: what the
/// journal cannot take is not decided. When the list cannot be written after that, the journal is told so.
[[nodiscard]] Result<void>
changeTold(const std::filesystem::path& folder, const SignedListKind& kind,
           const std::function<Result<nlohmann::json>(const nlohmann::json&)>& change);

/// As restoreSignedList, told before it is done.
[[nodiscard]] Result<void> restoreTold(const std::filesystem::path& folder, const SignedListKind& kind);

} // namespace core::trust
