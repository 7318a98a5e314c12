// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/toldlist.h"

#include "core/trust/trustjournal.h"

#include <fmt/format.h>

namespace core::trust {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// The failure of something that the journal was told of already.
Error failedAfterAll(const fs::path& folder, Error error)
{
    if (const auto told = TrustJournal(folder).decisionFailed(error); !told)
        error.what += fmt::format(", and the journal tells of it as if it had been done ({})", told.error().what);
    return error;
}

} // namespace

Result<Json> readTold(const fs::path& folder, const SignedListKind& kind)
{
    auto list = readSignedList(folder, kind);
    if (list || list.error().code != ErrorCode::Corrupt)
        return list;
    Error error = list.error();
    if (const auto told = TrustJournal(folder).listRefused(folder / kind.file, error.what); !told)
        error.what += fmt::format(" ({})", told.error().what);
    return error;
}

Result<void> changeTold(const fs::path& folder, const SignedListKind& kind,
                        const std::function<Result<Json>(const Json&)>& change)
{
    bool told = false;
    auto changed = changeSignedList(folder, kind, [&](const Json& entries) {
        auto list = change(entries);
        told = list.ok();
        return list;
    });
    return changed || !told ? changed : failedAfterAll(folder, changed.error());
}

Result<void> restoreTold(const fs::path& folder, const SignedListKind& kind)
{
    const auto present = readTold(folder, kind);
    const bool refused = !present && present.error().code == ErrorCode::Corrupt;
    if (refused) {
        if (auto told = TrustJournal(folder).listRestored(folder / kind.file); !told)
            return told;
    }
    auto restored = restoreSignedList(folder, kind);
    return restored || !refused ? restored : failedAfterAll(folder, restored.error());
}

} // namespace core::trust
