// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/minisigntext.h"

#include "core/trust/utf8.h"

#include <fmt/format.h>
#include <sodium.h>

namespace core::trust {

namespace {

constexpr std::size_t NUMBER_BYTES = 8;

/// C0 without the tab, DEL, and C1, which is two bytes in UTF-8.
bool hasControls(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        const bool c1 =
            byte == 0xC2 && i + 1 < text.size() && static_cast<std::uint8_t>(text[i + 1]) < 0xA0;
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F || c1)
            return true;
    }
    return false;
}

Error malformed(std::string what)
{
    return {ErrorCode::InvalidInput, std::move(what), ""};
}

} // namespace

Result<std::vector<std::string_view>> linesOf(std::string_view text, std::size_t count)
{
    std::vector<std::string_view> lines;
    while (!text.empty() && lines.size() <= count) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
    }
    if (lines.size() < count)
        return malformed(fmt::format("it has fewer than {} lines", count));
    if (lines.size() > count)
        return malformed(fmt::format("something follows its {} lines", count));
    return lines;
}

Result<void> checkComment(std::string_view text, std::size_t most)
{
    if (text.size() > most)
        return malformed(fmt::format("a comment is longer than {} bytes", most));
    if (!isUtf8(text))
        return malformed("a comment is not valid UTF-8");
    if (hasControls(text))
        return malformed("a comment holds control characters");
    return {};
}

Result<std::string> readComment(std::string_view line, std::string_view prefix, std::size_t most)
{
    if (!line.starts_with(prefix))
        return malformed(
            fmt::format("a line does not start with \"{}\"", prefix.substr(0, prefix.size() - 1)));
    const std::string_view comment = line.substr(prefix.size());
    if (auto checked = checkComment(comment, most); !checked)
        return checked.error();
    return std::string(comment);
}

Result<void> decodeBase64(std::string_view text, std::span<std::uint8_t> bytes)
{
    std::size_t length = 0;
    if (text.size() != sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL) - 1)
        return malformed("its base64 line has another length");
    if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length,
                          nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        length != bytes.size())
        return malformed("its base64 line is malformed");
    return {};
}

std::string encodeBase64(std::span<const std::uint8_t> bytes)
{
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

std::uint64_t FieldReader::takeLittleEndian()
{
    const auto field = take<NUMBER_BYTES>();
    std::uint64_t number = 0;
    for (std::size_t i = NUMBER_BYTES; i-- > 0;)
        number = (number << 8) | field[i];
    return number;
}

void appendField(std::vector<std::uint8_t>& record, std::span<const std::uint8_t> field)
{
    record.insert(record.end(), field.begin(), field.end());
}

void appendLittleEndian(std::vector<std::uint8_t>& record, std::uint64_t number)
{
    for (std::size_t i = 0; i < NUMBER_BYTES; ++i)
        record.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

std::string blake2b512(std::string_view bytes)
{
    std::string hash(crypto_generichash_BYTES_MAX, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), bytesOf(bytes),
                       bytes.size(), nullptr, 0);
    return hash;
}

std::string commentMessage(std::span<const std::uint8_t> signature, std::string_view trustedComment)
{
    std::string message(signature.begin(), signature.end());
    return message += trustedComment;
}

} // namespace core::trust
