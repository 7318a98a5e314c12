// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/systemjournal.h"
#include "core/trust/approvals.h"
#include "core/trust/trustedkeys.h"

#include <filesystem>
#include <string_view>

namespace core::trust {

/// A strategy file that was loaded, refused or signed.
struct StrategyFacts
{
    std::string_view name;
    std::string_view kind; ///< "lua", "native"
    std::filesystem::path file;
    Sha256Digest sha256;
    State state = State::Unknown;
};

/// Tells the system journal of the workspace what is decided about strategies, keys and their lists. Every call
/// writes one line, and fails when that cannot be written: what it was to tell of must not be done then. Any thread.
class TrustJournal
{
public:
    explicit TrustJournal(const std::filesystem::path& trustFolder);

    [[nodiscard]] Result<void> approved(const Approval& approval) const;
    /// A name, and with it the bytes that it stands for: a line each.
    [[nodiscard]] Result<void> revoked(const std::vector<Approval>& decisions) const;
    [[nodiscard]] Result<void> keyTrusted(const TrustedKey& key) const;
    [[nodiscard]] Result<void> keyRevoked(const TrustedKey& key, std::string_view user) const;
    /// What was told could not be done after all.
    [[nodiscard]] Result<void> decisionFailed(const Error& why) const;

    /// Before anything of it runs. One that nobody approved or signed is marked.
    [[nodiscard]] Result<void> loaded(const StrategyFacts& strategy) const;
    [[nodiscard]] Result<void> refused(const StrategyFacts& strategy, std::string_view reason) const;
    [[nodiscard]] Result<void> signedBy(const StrategyFacts& strategy, const KeyId& key) const;

    /// A list was found that this workspace did not write like that. Told once for the same bytes.
    [[nodiscard]] Result<void> listRefused(const std::filesystem::path& list, std::string_view why) const;
    [[nodiscard]] Result<void> listRestored(const std::filesystem::path& list) const;

private:
    journal::SystemJournal m_journal;
};

} // namespace core::trust
