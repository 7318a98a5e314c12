// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/strategy.h"
#include "core/trust/secretkey.h"
#include "core/trust/verdict.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace core::strategy {

/// What a strategy is written in.
enum class Kind : std::uint8_t {
    Lua,   ///< A script in a sandbox.
    Native ///< A Qt plugin with the user's full powers: every file called *.so.
};
[[nodiscard]] std::string_view name(Kind kind); ///< "lua", "native"

/// One discovered strategy file.
struct CatalogEntry {
    std::string name;           ///< Declared name, or the file's stem when it could not be read.
    std::filesystem::path file;
    Kind kind = Kind::Lua;
    Metadata metadata;
    trust::State state = trust::State::Unknown;
    std::string reason;         ///< Why it is invalid or blocked, for people; empty when it may run.
    Sha256Digest sha256;
    std::string source;         ///< The bytes that were hashed; empty when unreadable, and of native plugins.
    std::size_t size = 0;       ///< Of those bytes.
    std::optional<trust::Approval> approval; ///< The newest decision about that name.
    trust::SignatureCheck signature;         ///< What the file beside it says; Absent when unreadable.
};

/// Whether scripts run that nobody approved or signed: for development, and never by default. Native plugins do not
/// in either case.
enum class UnsignedScripts : std::uint8_t { Refused, Allowed };

/// True of what runs: what is approved or signed, and what is merely unknown where that is allowed.
[[nodiscard]] bool mayRun(const CatalogEntry& entry, UnsignedScripts unsignedScripts);

/// A strategy that may run: its approved or signed bytes, ready to be instantiated.
struct RunnableStrategy {
    Metadata metadata;
    Sha256Digest sha256;
    StrategyFactory factory;
};

/// Finds strategy files and joins them with the whitelist and their signatures. Reads what a script declares by
/// running its top level in the sandbox without a context, and what a plugin declares without running anything of
/// it. What is decided here is in the workspace's system journal, or is not done. Not thread-safe; cheap enough to make anew for each scan.
class Catalog
{
public:
    /// Folders are searched in order, not recursively; approved files outside of them are listed too.
    Catalog(std::vector<std::filesystem::path> folders, std::filesystem::path trustFolder,
            UnsignedScripts unsignedScripts = UnsignedScripts::Refused);

    /// Every strategy file by name. A name declared by two files makes the later one Invalid. Fails only
    /// when the whitelist or the list of trusted keys is corrupt.
    [[nodiscard]] Result<std::vector<CatalogEntry>> scan() const;
    [[nodiscard]] Result<CatalogEntry> find(std::string_view name) const;
    /// Reads and judges one file, wherever it lies.
    [[nodiscard]] Result<CatalogEntry> inspect(const std::filesystem::path& file) const;

    /// Registers the file's present bytes. `expected` guards against a file that changed since it was
    /// shown: another hash is refused.
    [[nodiscard]] Result<CatalogEntry> approve(const std::filesystem::path& file, std::string note,
                                               std::string user, Timestamp time,
                                               std::optional<Sha256Digest> expected = {}) const;
    /// Signs the file's present bytes into <file>.minisig, in the place of an earlier signature. An empty
    /// comment becomes minisign's own: the time and the file's name. `expected` as for approve.
    [[nodiscard]] Result<CatalogEntry> sign(const std::filesystem::path& file,
                                            const trust::SecretKey& key, Timestamp time,
                                            std::string comment = {},
                                            std::optional<Sha256Digest> expected = {}) const;
    /// Withdraws the approval of a strategy, and of its present bytes what a signature allows them.
    [[nodiscard]] Result<void> revoke(std::string_view name, Timestamp time, std::string user = {}) const;

    /// The strategy ready to run, from bytes read and checked in this call; refused with the reason
    /// unless it `mayRun`. The system journal is told of either; what it cannot take does not run.
    [[nodiscard]] Result<RunnableStrategy> load(std::string_view name) const;

private:
    [[nodiscard]] Result<RunnableStrategy> loadPlugin(const CatalogEntry& found) const;

    std::vector<std::filesystem::path> m_folders;
    std::filesystem::path m_trustFolder;
    UnsignedScripts m_unsignedScripts;
};

} // namespace core::strategy
