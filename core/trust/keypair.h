// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/secretkey.h"

#include <filesystem>
#include <string_view>

namespace core::trust {

/// A new pair and where it was written.
struct KeyPairFiles
{
    std::filesystem::path secretFile; ///< <folder>/<name>.key, mode 0600, encrypted.
    std::filesystem::path publicFile; ///< <folder>/<name>.pub, mode 0644.
    PublicKey key;
};

/// Makes a pair and writes both files, which minisign reads too; creates the folder with mode 0700
/// when it is not there. Overwrites nothing: fails with AlreadyExists before any work. Fails with
/// InvalidInput on a name that is no plain file name, with Io. Slow, see SecretKey::encrypt.
[[nodiscard]] Result<KeyPairFiles> createKeyPair(const std::filesystem::path& folder,
                                                 std::string_view name,
                                                 const Passphrase& passphrase,
                                                 ScryptLimits limits = SENSITIVE_SCRYPT);

} // namespace core::trust
