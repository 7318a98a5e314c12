// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/asidename.h"

#include "core/base/timestamp.h"

#include <fmt/format.h>

namespace core::history {

namespace fs = std::filesystem;

namespace {

fs::path with(const fs::path& file, const std::string& ending)
{
    fs::path result = file;
    result += ending;
    return result;
}

/// "20220119T054200Z".
std::string compactNow()
{
    std::string text =
        formatTimestampShort(std::chrono::floor<std::chrono::seconds>(SystemClock().now()));
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

} // namespace

fs::path asideName(const fs::path& file, std::string_view why)
{
    const std::string ending = fmt::format(".{}-{}", why, compactNow());
    fs::path candidate = with(file, ending);
    std::error_code ignored;
    for (int i = 2; fs::exists(fs::symlink_status(candidate, ignored)); ++i)
        candidate = with(file, fmt::format("{}-{}", ending, i));
    return candidate;
}

} // namespace core::history
