// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/approvals.h"
#include "core/trust/securefile.h"
#include "core/trust/utf8.h"

#include <fmt/format.h>

namespace core::trust {

Result<VerifiedBytes> readStrategyFile(const std::filesystem::path& file)
{
    auto bytes = readRegularFile(file, MAX_SCRIPT_BYTES);
    if (!bytes)
        return bytes.error();
    if (bytes->find('\0') != std::string::npos)
        return Error{ErrorCode::Refused, fmt::format("{} is a binary file", file.string()),
                     "A strategy is Lua source text."};
    if (!isUtf8(*bytes))
        return Error{ErrorCode::Refused, fmt::format("{} is not valid UTF-8", file.string()),
                     "Save it in that encoding."};
    const Sha256Digest digest = Sha256::of(*bytes);
    return VerifiedBytes{std::move(*bytes), digest};
}

Result<VerifiedBytes> readPluginFile(const std::filesystem::path& file)
{
    auto bytes = readRegularFile(file, MAX_PLUGIN_BYTES);
    if (!bytes)
        return bytes.error();
    const Sha256Digest digest = Sha256::of(*bytes);
    return VerifiedBytes{std::move(*bytes), digest};
}

} // namespace core::trust
