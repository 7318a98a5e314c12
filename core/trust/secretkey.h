// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/publickey.h"
#include "core/trust/secret.h"
#include "core/trust/signature.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace core::trust {

/// How much work a passphrase is stretched by: libsodium's terms for scrypt.
struct ScryptLimits
{
    std::uint64_t operations = 0;
    std::uint64_t memory = 0; ///< Bytes.
};
/// What minisign asks for: 1 GiB and some seconds. Key files that ask for more are refused.
inline constexpr ScryptLimits SENSITIVE_SCRYPT = {33'554'432, 1'073'741'824};

/// The secret half of a minisign key pair. Lives in a SecretBuffer and nowhere else.
class SecretKey
{
public:
    [[nodiscard]] static SecretKey generate();

    [[nodiscard]] PublicKey publicKey() const;

    /// Signs the BLAKE2b-512 hash of `bytes`, and the trusted comment. Fails with InvalidInput when
    /// the comment is none that minisign could read back.
    [[nodiscard]] Result<Signature> sign(std::string_view bytes, std::string trustedComment) const;

    /// The text of its encrypted file. Takes the time and the memory of the limits: keep it off the
    /// GUI thread. Fails with Io when there is not so much memory.
    [[nodiscard]] Result<std::string> encrypt(const Passphrase& passphrase,
                                              ScryptLimits limits = SENSITIVE_SCRYPT) const;

private:
    friend class EncryptedKey;
    explicit SecretKey(SecretBuffer box) : m_box(std::move(box)) {}
    SecretBuffer m_box; ///< Key ID, secret key and checksum, as in the file before it is encrypted.
};

/// A secret key's file as it was read, not yet decrypted. Format: minisign's.
class EncryptedKey
{
public:
    static constexpr std::size_t BOX_BYTES = 8 + 64 + 32;

    /// Fails with InvalidInput on whatever minisign would not have written, with Refused on keys
    /// that ask for more than SENSITIVE_SCRYPT and on keys without a passphrase.
    [[nodiscard]] static Result<EncryptedKey> parse(std::string_view text);
    /// Reads such a file, no symbolic link. Fails as above, naming the file, or with NotFound, Io.
    [[nodiscard]] static Result<EncryptedKey> readFile(const std::filesystem::path& file);

    [[nodiscard]] ScryptLimits limits() const { return m_limits; }
    /// Takes the time and the memory of the limits: keep it off the GUI thread. Fails with Refused
    /// on another passphrase (or a damaged file, which looks the same), with Io when there is not
    /// so much memory.
    [[nodiscard]] Result<SecretKey> decrypt(const Passphrase& passphrase) const;

private:
    ScryptLimits m_limits;
    std::array<std::uint8_t, 32> m_salt{};
    std::array<std::uint8_t, BOX_BYTES> m_box{};
};

} // namespace core::trust
