// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/verdict.h"

#include "core/trust/securefile.h"
#include "core/trust/signature.h"

#include <fmt/format.h>

namespace core::trust {

namespace {

SignatureCheck unusable(SignatureCheck check, const Error& error)
{
    check.outcome = SignatureOutcome::Unusable;
    check.reason = fmt::format("its signature does not count: {}", error.what);
    return check;
}

bool signerRevokedSince(const SignatureCheck& signature, const Approval* approval)
{
    return signature.outcome == SignatureOutcome::RevokedKey &&
           (approval == nullptr || approval->time < *signature.revoked);
}

std::string revokedReason(const Approvals& approvals, std::string_view name)
{
    const Approval* newest = approvals.find(name);
    return newest->revoked
               ? fmt::format("you revoked it on {}", formatTimestampSeconds(newest->time))
               : std::string("you revoked these bytes before you approved others");
}

/// Says what keeps bytes from running that nobody revoked.
std::string explain(State state, const SignatureCheck& signature)
{
    std::string reason = state == State::Changed ? "the file is not the one that was approved"
                                                 : "it was never approved";
    if (!signature.reason.empty())
        reason += fmt::format("; {}", signature.reason);
    return reason;
}

} // namespace

std::filesystem::path signatureFileOf(const std::filesystem::path& file)
{
    std::filesystem::path signature = file;
    return signature += ".minisig";
}

SignatureCheck checkSignature(const std::filesystem::path& file, std::string_view bytes,
                              const TrustedKeys& keys)
{
    SignatureCheck check;
    const auto text = readRegularFile(signatureFileOf(file), Signature::MAX_FILE);
    if (!text && text.error().code == ErrorCode::NotFound)
        return check;
    if (!text)
        return unusable(check, text.error());
    const auto signature = Signature::parse(*text);
    if (!signature)
        return unusable(check, signature.error());
    check.keyId = signature->keyId;
    const TrustedKey* key = keys.find(check.keyId);
    if (key == nullptr) {
        check.outcome = SignatureOutcome::UnknownKey;
        check.reason =
            fmt::format("it is signed by key {}, which is not trusted", check.keyId.hex());
        return check;
    }
    if (auto verified = signature->verify(key->key, bytes); !verified)
        return unusable(check, verified.error());
    check.signer = key->name;
    check.trustedComment = signature->trustedComment;
    check.outcome = key->revoked ? SignatureOutcome::RevokedKey : SignatureOutcome::Trusted;
    check.revoked = key->revoked;
    if (key->revoked)
        check.reason = fmt::format("its signer {} (key {}) was revoked on {}", key->name,
                                   check.keyId.hex(), formatTimestampSeconds(*key->revoked));
    return check;
}

Verdict judge(const Approvals& approvals, std::string_view name, const Sha256Digest& sha256,
              const SignatureCheck& signature)
{
    const State listed = approvals.stateOf(name, sha256);
    if (listed == State::Revoked)
        return {listed, revokedReason(approvals, name)};
    const Approval* approval = listed == State::Approved ? approvals.find(name) : nullptr;
    if (signerRevokedSince(signature, approval))
        return {State::Revoked, signature.reason};
    if (listed == State::Approved)
        return {listed, {}};
    if (signature.outcome == SignatureOutcome::Trusted)
        return {State::Signed, {}};
    return {listed, explain(listed, signature)};
}

} // namespace core::trust
