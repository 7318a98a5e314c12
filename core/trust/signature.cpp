// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/signature.h"

#include "core/trust/minisigntext.h"

#include <fmt/format.h>
#include <sodium.h>

namespace core::trust {

namespace {

constexpr std::size_t RECORD_BYTES = 2 + 8 + crypto_sign_BYTES;
constexpr std::size_t LINES = 4;

Error malformed(std::string_view why)
{
    return {ErrorCode::InvalidInput, fmt::format("this is no minisign signature: {}", why), ""};
}

Result<void> parseRecord(std::string_view line, Signature& signature)
{
    std::array<std::uint8_t, RECORD_BYTES> record{};
    if (auto decoded = decodeBase64(line, record); !decoded)
        return decoded;
    FieldReader fields(record);
    const auto mark = fields.take<2>();
    if (mark != PLAIN_MARK && mark != PREHASHED_MARK)
        return Error{ErrorCode::InvalidInput, "it is of an unknown kind", ""};
    signature.prehashed = mark == PREHASHED_MARK;
    signature.keyId.bytes = fields.take<8>();
    signature.ofBytes = fields.take<crypto_sign_BYTES>();
    return {};
}

bool verifies(const std::array<std::uint8_t, 64>& signature, std::string_view message,
              const PublicKey& key)
{
    return crypto_sign_verify_detached(signature.data(), bytesOf(message), message.size(),
                                       key.point.data()) == 0;
}

} // namespace

Result<Signature> Signature::parse(std::string_view text)
{
    if (text.size() > MAX_FILE)
        return malformed(fmt::format("it is larger than {} bytes", MAX_FILE));
    const auto lines = linesOf(text, LINES);
    if (!lines)
        return malformed(lines.error().what);
    Signature signature;
    auto untrusted = readComment((*lines)[0], UNTRUSTED_PREFIX, MAX_UNTRUSTED_COMMENT);
    if (!untrusted)
        return malformed(untrusted.error().what);
    if (auto record = parseRecord((*lines)[1], signature); !record)
        return malformed(record.error().what);
    auto trusted = readComment((*lines)[2], TRUSTED_PREFIX, MAX_TRUSTED_COMMENT);
    if (!trusted)
        return malformed(trusted.error().what);
    if (auto global = decodeBase64((*lines)[3], signature.ofComment); !global)
        return malformed(global.error().what);
    signature.untrustedComment = std::move(*untrusted);
    signature.trustedComment = std::move(*trusted);
    return signature;
}

std::string Signature::fileText() const
{
    std::vector<std::uint8_t> record;
    appendField(record, prehashed ? PREHASHED_MARK : PLAIN_MARK);
    appendField(record, keyId.bytes);
    appendField(record, ofBytes);
    return fmt::format("{}{}\n{}\n{}{}\n{}\n", UNTRUSTED_PREFIX, untrustedComment,
                       encodeBase64(record), TRUSTED_PREFIX, trustedComment,
                       encodeBase64(ofComment));
}

Result<void> Signature::verify(const PublicKey& key, std::string_view bytes) const
{
    if (keyId != key.id)
        return Error{ErrorCode::Refused,
                     fmt::format("the signature names key {}, not {}", keyId.hex(), key.id.hex()),
                     ""};
    const std::string hash = prehashed ? blake2b512(bytes) : std::string();
    if (!verifies(ofBytes, prehashed ? std::string_view(hash) : bytes, key))
        return Error{ErrorCode::Refused, "the signature is not of these bytes and this key",
                     "The file was changed after it was signed, or the signature was forged."};
    if (!verifies(ofComment, commentMessage(ofBytes, trustedComment), key))
        return Error{ErrorCode::Refused, "the signature's trusted comment was changed",
                     "Somebody edited the signature file after it was made."};
    return {};
}

} // namespace core::trust
