// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/publickey.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace core::trust {

/// A .minisig file: a signature over somebody's bytes and over one line of comment. Format:
/// minisign's (https://jedisct1.github.io/minisign/).
struct Signature
{
    /// Larger than any that can be valid.
    static constexpr std::size_t MAX_FILE = 16 * 1024;

    KeyId keyId;                              ///< Of the key that claims to have made it.
    bool prehashed = true;                    ///< Over the BLAKE2b-512 hash of the bytes.
    std::array<std::uint8_t, 64> ofBytes{};   ///< Over the bytes.
    std::array<std::uint8_t, 64> ofComment{}; ///< Over `ofBytes` and the trusted comment.
    std::string untrustedComment;             ///< Anybody may have written it.
    std::string trustedComment;               ///< The signer's, once verified.

    /// Fails with InvalidInput, in words, on whatever minisign would not have written.
    [[nodiscard]] static Result<Signature> parse(std::string_view text);
    [[nodiscard]] std::string fileText() const;

    /// Succeeds only when `key` made this signature over exactly these bytes and this trusted
    /// comment. Fails with Refused and says which of it is not so.
    [[nodiscard]] Result<void> verify(const PublicKey& key, std::string_view bytes) const;
};

} // namespace core::trust
