// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"
#include "core/trust/publickey.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::trust {

/// A key whose signatures let strategies run, until it is revoked.
struct TrustedKey
{
    PublicKey key;
    std::string name; ///< The user's word for the signer, unlike that of every other key that is
                      ///< not revoked.
    std::string note;
    Timestamp added;
    std::string user; ///< Who trusted it.
    std::optional<Timestamp> revoked;
};

/// The workspace's trusted keys, in <folder>/trustedkeys.json, kept like its approvals. A revoked
/// key stays in the list, so that what it signed is known as revoked, and is never trusted again.
/// Not thread-safe: each thread opens its own.
class TrustedKeys
{
public:
    static constexpr std::size_t MAX_NAME = 64;   ///< Bytes.
    static constexpr std::size_t MAX_NOTE = 1000; ///< Bytes.

    /// Reads and checks the list. Fails with Corrupt like Approvals::open.
    [[nodiscard]] static Result<TrustedKeys> open(const std::filesystem::path& folder);
    /// Brings back the last good copy in the place of a list that is refused, see
    /// restoreSignedList.
    [[nodiscard]] static Result<void> restore(const std::filesystem::path& folder);

    /// In the order in which they were trusted.
    [[nodiscard]] const std::vector<TrustedKey>& all() const { return m_keys; }
    [[nodiscard]] const TrustedKey* find(const KeyId& id) const;

    /// Adds a key, once the system journal has been told. Fails with AlreadyExists when it is trusted already, or its ID or name is
    /// another key's; with Refused when it was revoked; with InvalidInput on a name or note that
    /// cannot be shown.
    [[nodiscard]] Result<void> trust(TrustedKey key);
    /// The system journal is told that it was `user`. Fails with NotFound when no such key is trusted.
    [[nodiscard]] Result<void> revoke(const KeyId& id, Timestamp time, std::string_view user);

private:
    using Change = std::function<Result<void>(std::vector<TrustedKey>&)>;
    Result<void> change(const Change& change);
    std::filesystem::path m_folder;
    std::vector<TrustedKey> m_keys;
};

} // namespace core::trust
