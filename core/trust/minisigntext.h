// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::trust {

// What minisign's three kinds of files have in common: a few lines of text, comments and base64.

inline constexpr std::string_view UNTRUSTED_PREFIX = "untrusted comment: ";
inline constexpr std::string_view TRUSTED_PREFIX = "trusted comment: ";
/// The longest comments that minisign reads back, in bytes without their prefix.
inline constexpr std::size_t MAX_UNTRUSTED_COMMENT = 1003;
inline constexpr std::size_t MAX_TRUSTED_COMMENT = 8173;

/// "Ed": Ed25519 over the bytes themselves; the mark of keys, too.
inline constexpr std::array<std::uint8_t, 2> PLAIN_MARK = {'E', 'd'};
/// "ED": Ed25519 over the BLAKE2b-512 hash of the bytes.
inline constexpr std::array<std::uint8_t, 2> PREHASHED_MARK = {'E', 'D'};

/// The lines of `text`, whose last may lack its end; "\r\n" ends a line too. Fails with
/// InvalidInput unless there are exactly `count`.
[[nodiscard]] Result<std::vector<std::string_view>> linesOf(std::string_view text,
                                                            std::size_t count);

/// Fails with InvalidInput on text that is longer than `most` bytes, not UTF-8, or holds control
/// characters other than tabs: terminals obey those.
[[nodiscard]] Result<void> checkComment(std::string_view text, std::size_t most);

/// What follows `prefix` in a line, checked as a comment.
[[nodiscard]] Result<std::string> readComment(std::string_view line, std::string_view prefix,
                                              std::size_t most);

/// Reads standard base64 of exactly `bytes.size()` bytes, in its one valid spelling.
[[nodiscard]] Result<void> decodeBase64(std::string_view text, std::span<std::uint8_t> bytes);
[[nodiscard]] std::string encodeBase64(std::span<const std::uint8_t> bytes);

/// Hands out the consecutive fields of a binary record.
class FieldReader
{
public:
    explicit FieldReader(std::span<const std::uint8_t> bytes) : m_rest(bytes) {}
    template <std::size_t N> [[nodiscard]] std::array<std::uint8_t, N> take()
    {
        std::array<std::uint8_t, N> field{};
        std::copy_n(m_rest.begin(), N, field.begin());
        m_rest = m_rest.subspan(N);
        return field;
    }
    [[nodiscard]] std::uint64_t takeLittleEndian();

private:
    std::span<const std::uint8_t> m_rest;
};

/// Appends fields to a binary record.
void appendField(std::vector<std::uint8_t>& record, std::span<const std::uint8_t> field);
void appendLittleEndian(std::vector<std::uint8_t>& record, std::uint64_t number);

/// What a prehashed signature is over.
[[nodiscard]] std::string blake2b512(std::string_view bytes);
/// What the signature of the trusted comment is over.
[[nodiscard]] std::string commentMessage(std::span<const std::uint8_t> signature,
                                         std::string_view trustedComment);

/// A view of text as the bytes that libsodium takes.
[[nodiscard]] inline const unsigned char* bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace core::trust
