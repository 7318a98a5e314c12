// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace core::trust {

/// Starts libsodium, which everything that draws random bytes or makes keys needs first. Any
/// thread, any number of times.
void startSodium();

/// Memory for secrets: never swapped out where the system allows it, between guard pages, wiped
/// when it is released. Moves only, so that no second copy comes about.
class SecretBuffer
{
public:
    /// `size` zero bytes.
    explicit SecretBuffer(std::size_t size);
    SecretBuffer(SecretBuffer&& other) noexcept;
    SecretBuffer& operator=(SecretBuffer&& other) noexcept;
    ~SecretBuffer();

    [[nodiscard]] std::span<std::uint8_t> bytes() { return {m_bytes, m_size}; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {m_bytes, m_size}; }

private:
    std::uint8_t* m_bytes = nullptr;
    std::size_t m_size = 0;
};

/// What protects a secret key. Wipes itself.
class Passphrase
{
public:
    /// In bytes; what minisign takes.
    static constexpr std::size_t MOST_BYTES = 1023;

    /// A copy of `text`, which its owner should wipe. Fails with InvalidInput when it is empty,
    /// longer than MOST_BYTES, or holds a line end or a null byte.
    [[nodiscard]] static Result<Passphrase> copyOf(std::string_view text);
    /// The first line that comes out of a descriptor, without its line end. Fails with Io too.
    [[nodiscard]] static Result<Passphrase> readFrom(int descriptor);
    /// The first line of a regular file that belongs to the user and that nobody else may read.
    /// Fails with NotFound, Refused, Io or InvalidInput.
    [[nodiscard]] static Result<Passphrase> readFile(const std::filesystem::path& file);

    [[nodiscard]] std::string_view view() const;

private:
    explicit Passphrase(std::string_view text);
    SecretBuffer m_text;
};

} // namespace core::trust
