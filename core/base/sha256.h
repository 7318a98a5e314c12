// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace core {

/// A SHA-256 digest.
struct Sha256Digest {
    std::array<std::uint8_t, 32> bytes{};
    auto operator<=>(const Sha256Digest&) const = default;
    /// 64 lowercase hexadecimal digits.
    [[nodiscard]] std::string hex() const;
    /// What hex() gave; nothing for any other text.
    [[nodiscard]] static std::optional<Sha256Digest> parse(std::string_view hex);
};

/// Computes SHA-256 (FIPS 180-4) in pieces, by libsodium.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::string_view text);
    void update(std::span<const std::byte> bytes);
    /// The digest of everything so far; further updates go on from there.
    [[nodiscard]] Sha256Digest digest() const;

    [[nodiscard]] static Sha256Digest of(std::string_view text);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace core
