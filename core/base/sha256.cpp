// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include <sodium.h>

namespace core {

struct Sha256::State {
    crypto_hash_sha256_state sodium;
};

std::string Sha256Digest::hex() const
{
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

std::optional<Sha256Digest> Sha256Digest::parse(std::string_view hex)
{
    Sha256Digest digest;
    std::size_t length = 0;
    const bool read = sodium_hex2bin(digest.bytes.data(), digest.bytes.size(), hex.data(), hex.size(), nullptr, &length,
                                     nullptr) == 0;
    // It would take capital letters too.
    return read && length == digest.bytes.size() && digest.hex() == hex ? std::optional(digest) : std::nullopt;
}

Sha256::Sha256() : m_state(std::make_unique<State>())
{
    crypto_hash_sha256_init(&m_state->sodium);
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view text)
{
    crypto_hash_sha256_update(&m_state->sodium, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
}

void Sha256::update(std::span<const std::byte> bytes)
{
    update(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Sha256Digest Sha256::digest() const
{
    crypto_hash_sha256_state copy = m_state->sodium;
    Sha256Digest digest;
    crypto_hash_sha256_final(&copy, digest.bytes.data());
    return digest;
}

Sha256Digest Sha256::of(std::string_view text)
{
    Sha256 hash;
    hash.update(text);
    return hash.digest();
}

} // namespace core
