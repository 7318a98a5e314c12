// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/publickey.h"

#include "core/trust/minisigntext.h"
#include "core/trust/securefile.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>

namespace core::trust {

namespace {

constexpr std::size_t RECORD_BYTES = 2 + 8 + crypto_sign_PUBLICKEYBYTES;
constexpr std::size_t MAX_FILE = 4096;

Error malformed(std::string_view why)
{
    return {ErrorCode::InvalidInput, fmt::format("this is no minisign public key: {}", why),
            "It should be one line like RWQ…, or the .pub file that holds it."};
}

Result<PublicKey> parseRecord(std::string_view line)
{
    std::array<std::uint8_t, RECORD_BYTES> record{};
    if (auto decoded = decodeBase64(line, record); !decoded)
        return malformed(decoded.error().what);
    FieldReader fields(record);
    if (fields.take<2>() != PLAIN_MARK)
        return malformed("it is of an unknown kind");
    PublicKey key;
    key.id.bytes = fields.take<8>();
    key.point = fields.take<crypto_sign_PUBLICKEYBYTES>();
    if (crypto_core_ed25519_is_valid_point(key.point.data()) != 1)
        return malformed("its number is none that a key can have");
    return key;
}

} // namespace

std::string KeyId::hex() const
{
    return fmt::format("{:016X}", FieldReader(bytes).takeLittleEndian());
}

Result<KeyId> KeyId::parse(std::string_view text)
{
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [last, fault] = std::from_chars(text.data(), end, number, 16);
    if (text.empty() || text.size() > 16 || fault != std::errc() || last != end)
        return Error{ErrorCode::InvalidInput, fmt::format("\"{}\" is no key ID", text),
                     "It is up to 16 hexadecimal digits."};
    KeyId id;
    std::vector<std::uint8_t> bytes;
    appendLittleEndian(bytes, number);
    std::ranges::copy(bytes, id.bytes.begin());
    return id;
}

Result<PublicKey> PublicKey::parse(std::string_view text)
{
    const bool commented = text.starts_with(UNTRUSTED_PREFIX);
    const auto lines = linesOf(text, commented ? 2 : 1);
    if (!lines)
        return malformed(lines.error().what);
    if (commented) {
        const auto comment = readComment(lines->front(), UNTRUSTED_PREFIX, MAX_UNTRUSTED_COMMENT);
        if (!comment)
            return malformed(comment.error().what);
    }
    return parseRecord(lines->back());
}

Result<PublicKey> PublicKey::readFile(const std::filesystem::path& file)
{
    const auto text = readRegularFile(file, MAX_FILE);
    if (!text)
        return text.error();
    auto key = parse(*text);
    if (!key)
        return Error{key.error().code, fmt::format("{}: {}", file.string(), key.error().what),
                     key.error().remedy};
    return key;
}

std::string PublicKey::text() const
{
    std::vector<std::uint8_t> record;
    appendField(record, PLAIN_MARK);
    appendField(record, id.bytes);
    appendField(record, point);
    return encodeBase64(record);
}

std::string PublicKey::fileText() const
{
    return fmt::format("{}minisign public key {}\n{}\n", UNTRUSTED_PREFIX, id.hex(), text());
}

} // namespace core::trust
