// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace core::trust {

/// The random number that minisign gives a key pair. It names the key; it proves nothing.
struct KeyId
{
    std::array<std::uint8_t, 8> bytes{};
    auto operator<=>(const KeyId&) const = default;
    /// 16 uppercase hexadecimal digits, most significant first, as minisign prints it.
    [[nodiscard]] std::string hex() const;
    /// Reads 1 to 16 such digits. Fails with InvalidInput.
    [[nodiscard]] static Result<KeyId> parse(std::string_view text);
};

/// One half of a minisign key pair, which checks signatures.
struct PublicKey
{
    KeyId id;
    std::array<std::uint8_t, 32> point{}; ///< Ed25519.
    auto operator<=>(const PublicKey&) const = default;

    /// Reads "RWQ…" alone, or a .pub file with its comment before it. Fails with InvalidInput, in
    /// words, on anything else, and on points that are no keys (of small order or off the curve).
    [[nodiscard]] static Result<PublicKey> parse(std::string_view text);
    /// Reads a .pub file, no symbolic link. Fails as above, naming the file, or with NotFound,
    /// Refused, Io.
    [[nodiscard]] static Result<PublicKey> readFile(const std::filesystem::path& file);

    /// "RWQ…", 56 characters.
    [[nodiscard]] std::string text() const;
    /// The text of its .pub file.
    [[nodiscard]] std::string fileText() const;
};

} // namespace core::trust
