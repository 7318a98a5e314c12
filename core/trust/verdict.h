// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/approvals.h"
#include "core/trust/trustedkeys.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace core::trust {

/// What a file's signature comes to.
enum class SignatureOutcome {
    Absent,     ///< There is no signature file.
    Unusable,   ///< It cannot be read, or is not of these bytes.
    UnknownKey, ///< By a key that is not trusted, whether it fits or not.
    RevokedKey, ///< Valid, by a key that was revoked.
    Trusted     ///< Valid, by a trusted key.
};

struct SignatureCheck
{
    SignatureOutcome outcome = SignatureOutcome::Absent;
    KeyId keyId;                      ///< Unless Absent or unreadable.
    std::string signer;               ///< The key's name; of RevokedKey and Trusted.
    std::string trustedComment;       ///< The signer's words; of RevokedKey and Trusted.
    std::optional<Timestamp> revoked; ///< When the key was.
    std::string reason;               ///< Why it does not count, for people.
};

/// <file>.minisig: where the signature of a file lies.
[[nodiscard]] std::filesystem::path signatureFileOf(const std::filesystem::path& file);

/// Reads <file>.minisig once (no symbolic link, a regular file, at most Signature::MAX_FILE bytes)
/// and checks it against `bytes`, which were read from the file before; the file itself is not read
/// again.
[[nodiscard]] SignatureCheck checkSignature(const std::filesystem::path& file,
                                            std::string_view bytes, const TrustedKeys& keys);

/// A state and, unless it may run, why, for people.
struct Verdict
{
    State state = State::Unknown;
    std::string reason;
};

/// Joins the whitelist and the signature. The first of these that holds: the hash or the name was
/// revoked; the signer was revoked, unless the bytes were approved after that; the bytes are
/// approved; they are signed by a trusted key; the name is approved with other bytes; unknown. So
/// of the user's own decisions the newest counts, and no signature outweighs one.
[[nodiscard]] Verdict judge(const Approvals& approvals, std::string_view name,
                            const Sha256Digest& sha256, const SignatureCheck& signature);

} // namespace core::trust
