// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/secretkey.h"

#include "core/trust/minisigntext.h"
#include "core/trust/securefile.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

namespace core::trust {

namespace {

constexpr std::array<std::uint8_t, 2> SCRYPT_MARK = {'S', 'c'};
constexpr std::array<std::uint8_t, 2> NO_KDF_MARK = {0, 0};
constexpr std::array<std::uint8_t, 2> BLAKE2B_MARK = {'B', '2'};
constexpr std::size_t SALT_BYTES = crypto_pwhash_scryptsalsa208sha256_SALTBYTES;
constexpr std::size_t HEAD_BYTES = 2 + 2 + 2 + SALT_BYTES + 8 + 8;
constexpr std::size_t RECORD_BYTES = HEAD_BYTES + EncryptedKey::BOX_BYTES;
constexpr std::size_t MAX_FILE = 4096;

// The fields of the box.
constexpr std::size_t ID_BYTES = 8;
constexpr std::size_t CHECKSUM_BYTES = 32;
constexpr std::size_t CHECKSUM_AT = ID_BYTES + crypto_sign_SECRETKEYBYTES;
constexpr std::size_t POINT_AT = ID_BYTES + crypto_sign_SEEDBYTES;

using Salt = std::array<std::uint8_t, SALT_BYTES>;

Error malformed(std::string_view why)
{
    return {ErrorCode::InvalidInput, fmt::format("this is no minisign secret key: {}", why), ""};
}

/// BLAKE2b-256 over the algorithm's mark, the key ID and the key.
std::array<std::uint8_t, CHECKSUM_BYTES> checksumOf(std::span<const std::uint8_t> box)
{
    crypto_generichash_state state;
    std::array<std::uint8_t, CHECKSUM_BYTES> checksum{};
    crypto_generichash_init(&state, nullptr, 0, checksum.size());
    crypto_generichash_update(&state, PLAIN_MARK.data(), PLAIN_MARK.size());
    crypto_generichash_update(&state, box.data(), CHECKSUM_AT);
    crypto_generichash_final(&state, checksum.data(), checksum.size());
    sodium_memzero(&state, sizeof state);
    return checksum;
}

/// Encrypts and decrypts: the box is masked with what scrypt makes of the passphrase.
Result<void> mask(std::span<std::uint8_t> box, const Passphrase& passphrase, const Salt& salt,
                  ScryptLimits limits)
{
    SecretBuffer stream(box.size());
    const std::string_view text = passphrase.view();
    if (crypto_pwhash_scryptsalsa208sha256(stream.bytes().data(), box.size(), text.data(),
                                           text.size(), salt.data(), limits.operations,
                                           static_cast<std::size_t>(limits.memory)) != 0)
        return Error{ErrorCode::Io,
                     fmt::format("the {} MB of memory that the passphrase needs are not there",
                                 limits.memory >> 20),
                     "Close other programs and try again."};
    std::ranges::transform(box, stream.bytes(), box.begin(),
                           [](std::uint8_t a, std::uint8_t b) { return std::uint8_t(a ^ b); });
    return {};
}

/// True when the public half in the box is that of its secret half: another would give the key
/// away.
bool halvesMatch(std::span<const std::uint8_t> box)
{
    SecretBuffer secret(crypto_sign_SECRETKEYBYTES);
    std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> point{};
    crypto_sign_seed_keypair(point.data(), secret.bytes().data(), box.data() + ID_BYTES);
    return sodium_memcmp(point.data(), box.data() + POINT_AT, point.size()) == 0;
}

std::array<std::uint8_t, 64> signWith(std::span<const std::uint8_t> box, std::string_view message)
{
    std::array<std::uint8_t, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr, bytesOf(message), message.size(),
                         box.data() + ID_BYTES);
    return signature;
}

Result<void> checkMarks(FieldReader& fields)
{
    if (fields.take<2>() != PLAIN_MARK)
        return malformed("it is of an unknown kind");
    const auto kdf = fields.take<2>();
    if (kdf == NO_KDF_MARK)
        return Error{ErrorCode::Refused,
                     "the secret key has no passphrase, so whoever reads the file can sign",
                     "Give it one with \"minisign -C -s FILE\", or make a new key."};
    if (kdf != SCRYPT_MARK)
        return malformed("its passphrase is stretched in an unknown way");
    if (fields.take<2>() != BLAKE2B_MARK)
        return malformed("its checksum is of an unknown kind");
    return {};
}

} // namespace

SecretKey SecretKey::generate()
{
    SecretBuffer box(EncryptedKey::BOX_BYTES);
    const auto bytes = box.bytes();
    randombytes_buf(bytes.data(), ID_BYTES);
    std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> point{};
    crypto_sign_keypair(point.data(), bytes.data() + ID_BYTES);
    std::ranges::copy(checksumOf(bytes), bytes.begin() + CHECKSUM_AT);
    return SecretKey(std::move(box));
}

PublicKey SecretKey::publicKey() const
{
    PublicKey key;
    FieldReader fields(m_box.bytes());
    key.id.bytes = fields.take<ID_BYTES>();
    std::ranges::copy(m_box.bytes().subspan(POINT_AT, key.point.size()), key.point.begin());
    return key;
}

Result<Signature> SecretKey::sign(std::string_view bytes, std::string trustedComment) const
{
    if (auto checked = checkComment(trustedComment, MAX_TRUSTED_COMMENT); !checked)
        return checked.error();
    Signature signature;
    signature.keyId = publicKey().id;
    signature.untrustedComment = "signature from minisign secret key";
    signature.trustedComment = std::move(trustedComment);
    signature.ofBytes = signWith(m_box.bytes(), blake2b512(bytes));
    signature.ofComment =
        signWith(m_box.bytes(), commentMessage(signature.ofBytes, signature.trustedComment));
    return signature;
}

Result<std::string> SecretKey::encrypt(const Passphrase& passphrase, ScryptLimits limits) const
{
    Salt salt{};
    randombytes_buf(salt.data(), salt.size());
    SecretBuffer box(EncryptedKey::BOX_BYTES);
    std::ranges::copy(m_box.bytes(), box.bytes().begin());
    if (auto masked = mask(box.bytes(), passphrase, salt, limits); !masked)
        return masked.error();
    std::vector<std::uint8_t> record;
    for (const auto& markOf : {PLAIN_MARK, SCRYPT_MARK, BLAKE2B_MARK})
        appendField(record, markOf);
    appendField(record, salt);
    appendLittleEndian(record, limits.operations);
    appendLittleEndian(record, limits.memory);
    appendField(record, box.bytes());
    return fmt::format("{}minisign encrypted secret key\n{}\n", UNTRUSTED_PREFIX,
                       encodeBase64(record));
}

Result<EncryptedKey> EncryptedKey::parse(std::string_view text)
{
    const auto lines = linesOf(text, 2);
    if (!lines)
        return malformed(lines.error().what);
    const auto comment = readComment(lines->front(), UNTRUSTED_PREFIX, MAX_UNTRUSTED_COMMENT);
    if (!comment)
        return malformed(comment.error().what);
    SecretBuffer record(RECORD_BYTES);
    if (auto decoded = decodeBase64(lines->back(), record.bytes()); !decoded)
        return malformed(decoded.error().what);
    FieldReader fields(record.bytes());
    if (auto marks = checkMarks(fields); !marks)
        return marks.error();
    EncryptedKey key;
    key.m_salt = fields.take<SALT_BYTES>();
    key.m_limits.operations = fields.takeLittleEndian();
    key.m_limits.memory = fields.takeLittleEndian();
    key.m_box = fields.take<BOX_BYTES>();
    if (key.m_limits.operations > SENSITIVE_SCRYPT.operations ||
        key.m_limits.memory > SENSITIVE_SCRYPT.memory)
        return Error{ErrorCode::Refused,
                     "the secret key asks for more work than any that minisign makes",
                     "Somebody may have edited it to stall this program."};
    return key;
}

Result<EncryptedKey> EncryptedKey::readFile(const std::filesystem::path& file)
{
    auto text = readRegularFile(file, MAX_FILE);
    if (!text)
        return text.error();
    auto key = parse(*text);
    // A key without a passphrase would be lying there in the clear.
    sodium_memzero(text->data(), text->size());
    if (!key)
        return Error{key.error().code, fmt::format("{}: {}", file.string(), key.error().what),
                     key.error().remedy};
    return key;
}

Result<SecretKey> EncryptedKey::decrypt(const Passphrase& passphrase) const
{
    SecretBuffer box(BOX_BYTES);
    std::ranges::copy(m_box, box.bytes().begin());
    if (auto masked = mask(box.bytes(), passphrase, m_salt, m_limits); !masked)
        return masked.error();
    const auto checksum = checksumOf(box.bytes());
    if (sodium_memcmp(checksum.data(), box.bytes().data() + CHECKSUM_AT, checksum.size()) != 0 ||
        !halvesMatch(box.bytes()))
        return Error{ErrorCode::Refused, "the passphrase is not that of this key",
                     "Try again; if it is the right one, the key file is damaged."};
    return SecretKey(std::move(box));
}

} // namespace core::trust
