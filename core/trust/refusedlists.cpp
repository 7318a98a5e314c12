// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/refusedlists.h"

#include "core/trust/toldlist.h"

#include <array>

namespace core::trust {

namespace {

constexpr std::array<const SignedListKind*, 2> LISTS = {&APPROVALS_LIST, &TRUSTED_KEYS_LIST};

} // namespace

Result<std::vector<RefusedList>> refusedLists(const std::filesystem::path& folder)
{
    std::vector<RefusedList> refused;
    for (const SignedListKind* kind : LISTS) {
        const auto list = readTold(folder, *kind);
        if (list)
            continue;
        if (list.error().code != ErrorCode::Corrupt)
            return list.error();
        RefusedList found{std::string(kind->file), list.error().what, 0, {}};
        const auto copy = readSignedCopy(folder, *kind);
        if (copy)
            found.decisions = copy->size();
        else
            found.fault = copy.error().what;
        refused.push_back(std::move(found));
    }
    return refused;
}

Result<std::vector<std::string>> restoreLists(const std::filesystem::path& folder)
{
    std::vector<std::string> restored;
    for (const SignedListKind* kind : LISTS) {
        const auto done = restoreTold(folder, *kind);
        if (done)
            restored.emplace_back(kind->file);
        else if (done.error().code != ErrorCode::AlreadyExists)
            return done.error();
    }
    return restored;
}

} // namespace core::trust
