// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/sha256.h"
#include "core/base/timestamp.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::trust {

/// Whether a strategy's bytes may run.
enum class State {
    Unknown,  ///< Never approved.
    Approved, ///< On the whitelist, and its SHA-256 is the approved one.
    Signed,   ///< A trusted key signed exactly these bytes.
    Changed,  ///< On the whitelist, its SHA-256 is another.
    Revoked,  ///< Its hash, its name or its signer was revoked.
    Invalid   ///< Unreadable, or breaks the interface.
};
[[nodiscard]] std::string_view name(State state);
/// True of Approved and Signed alone.
[[nodiscard]] bool mayRun(State state);

/// The largest script that is read.
inline constexpr std::size_t MAX_SCRIPT_BYTES = 1 << 20;
/// The largest native plugin that is read.
inline constexpr std::size_t MAX_PLUGIN_BYTES = 64U << 20;

/// The bytes of a strategy file as they were read once; what is hashed is what runs.
struct VerifiedBytes {
    std::string bytes;
    Sha256Digest sha256;
};
/// Opens a script once (no symbolic link, a regular file, at most 1 MB, valid UTF-8), reads and hashes it.
[[nodiscard]] Result<VerifiedBytes> readStrategyFile(const std::filesystem::path& file);
/// Opens a native plugin once (no symbolic link, a regular file, at most 64 MB), reads and hashes it.
[[nodiscard]] Result<VerifiedBytes> readPluginFile(const std::filesystem::path& file);

/// The longest note that is kept with an approval, in bytes.
inline constexpr std::size_t MAX_APPROVAL_NOTE = 4096;

/// One decision of the user about one strategy.
struct Approval {
    std::string strategy;       ///< The declared name.
    std::filesystem::path file; ///< Absolute.
    Sha256Digest sha256;
    Timestamp time;
    std::string user;           ///< Whose decision it is.
    std::string note;
    std::string source;         ///< The approved bytes, for the diff; empty for native plugins.
    bool revoked = false;
};

/// The workspace's whitelist, in <folder>/approvals.json, signed with the workspace's own key
/// (<folder>/workspace.key, mode 0600), so that an edited file is refused whole. Not thread-safe: each
/// thread opens its own; writers replace the file atomically.
class Approvals
{
public:
    /// Reads and checks the whitelist; one that never was is empty. Fails with Corrupt when a byte of it is not
    /// as this workspace wrote it, when an older copy was put back, or when it is gone: nothing is approved
    /// then, and the message names the file and the way back.
    [[nodiscard]] static Result<Approvals> open(const std::filesystem::path& folder);

    /// Brings back the last good copy in the place of a whitelist that is refused, see restoreSignedList.
    [[nodiscard]] static Result<void> restore(const std::filesystem::path& folder);

    [[nodiscard]] const std::vector<Approval>& all() const { return m_approvals; }
    /// The newest decision about the strategy called `name`.
    [[nodiscard]] const Approval* find(std::string_view name) const;
    /// What the whitelist alone says: every state but Signed and Invalid. See `judge` for the whole.
    [[nodiscard]] State stateOf(std::string_view name, const Sha256Digest& sha256) const;

    /// Tells the workspace's system journal first; what that cannot take is not decided, here as in `revoke`. Fails
    /// with InvalidInput on text that is not valid UTF-8 and on a note above MAX_APPROVAL_NOTE.
    [[nodiscard]] Result<void> approve(Approval approval);
    /// Withdraws the newest approval of a name, and `present` too: bytes of that name that would run although
    /// nobody approved them. Either is `user`'s decision. Fails with NotFound when there is nothing to withdraw.
    [[nodiscard]] Result<void> revoke(std::string_view name, Timestamp time, std::string_view user,
                                      const std::optional<Approval>& present = {});

private:
    /// Changes the list and tells the journal.
    using Change = std::function<Result<void>(std::vector<Approval>&)>;
    Result<void> change(const Change& change);
    std::filesystem::path m_folder;
    std::vector<Approval> m_approvals;
};

} // namespace core::trust
