// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/catalog.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace core::strategy {

/// The source of a small strategy called `name`, with comments, to be changed into one's own. It runs as
/// it is. The name must be one that strategies may have.
[[nodiscard]] std::string templateSource(std::string_view name);

/// Writes `name`.lua with that source into `folder`, which is made when it is not there, and returns the
/// file. It is unknown to the whitelist like any new file. Fails with InvalidInput on a name that is none,
/// AlreadyExists when `catalog` lists a strategy of that name or anything at all lies in the file's place,
/// and with Io; nothing is ever overwritten.
[[nodiscard]] Result<std::filesystem::path>
createFromTemplate(const Catalog& catalog, const std::filesystem::path& folder, std::string_view name);

} // namespace core::strategy
