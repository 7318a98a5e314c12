// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sha256.h"

#include <optional>
#include <string>
#include <string_view>

/// The hash chain of trades.jsonl. Each line is one JSON object whose last member is `chain`. Its
/// body is the line without that member and without the line end: the bytes up to `,"chain":"` and
/// a closing brace. Then
///
///     chain(n) = SHA-256( chain(n−1) as 32 bytes, then the bytes of body(n) )
///
/// with 32 zero bytes for chain(0), written as 64 lowercase hexadecimal digits.
namespace core::journal {

/// The chain value of a line with `body` (braces included, no line end) after one with `previous`.
[[nodiscard]] Sha256Digest nextChain(const Sha256Digest& previous, std::string_view body);

/// Adds the member to the object that ends `out`.
void appendChain(std::string& out, const Sha256Digest& chain);

/// A chained line taken apart.
struct ChainedLine
{
    std::string body;
    std::string_view chain; ///< 64 hexadecimal digits, in the line.
};
/// Nothing when `line` (without its end) does not end in a chain member.
[[nodiscard]] std::optional<ChainedLine> splitChained(std::string_view line);

} // namespace core::journal
