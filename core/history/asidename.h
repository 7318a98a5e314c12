// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

namespace core::history {

/// A name under which `file` can be set aside without taking another's place:
/// "history.sqlite.corrupt-20220119T054200Z", with "-2" where that is taken. `why` is the word before the time.
[[nodiscard]] std::filesystem::path asideName(const std::filesystem::path& file, std::string_view why);

} // namespace core::history
