// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/workspacekey.h"

#include "core/trust/secret.h"
#include "core/trust/journalseal.h"
#include "core/trust/securefile.h"

#include <fmt/format.h>
#include <sodium.h>

namespace core::trust {

namespace {

using Seed = std::array<std::uint8_t, crypto_sign_SEEDBYTES>;

constexpr std::string_view HEADER = "quarterdeck workspace key 1\n";
constexpr std::size_t MAX_KEY_FILE = 1024;

std::filesystem::path keyFile(const std::filesystem::path& folder)
{
    return folder / "workspace.key";
}

std::string toHex(const std::uint8_t* bytes, std::size_t count)
{
    std::string text(count * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes, count);
    text.pop_back();
    return text;
}

/// Reads exactly `count` bytes; false on anything but that many pairs of digits.
bool fromHex(std::string_view text, std::uint8_t* bytes, std::size_t count)
{
    std::size_t length = 0;
    return text.size() == count * 2 &&
           sodium_hex2bin(bytes, count, text.data(), text.size(), nullptr, &length, nullptr) == 0 &&
           length == count;
}

} // namespace

WorkspaceKey::WorkspaceKey(const Seed& seed)
{
    startSodium();
    crypto_sign_seed_keypair(m_public.data(), m_secret.data(), seed.data());
}

WorkspaceKey::~WorkspaceKey()
{
    sodium_memzero(m_secret.data(), m_secret.size());
}

Result<WorkspaceKey> WorkspaceKey::open(const std::filesystem::path& folder)
{
    startSodium();
    auto text = readRegularFile(keyFile(folder), MAX_KEY_FILE);
    if (!text)
        return text.error();
    Seed seed{};
    const bool whole = text->starts_with(HEADER) && text->ends_with('\n') &&
                       fromHex(std::string_view(*text).substr(
                                   HEADER.size(), text->size() - HEADER.size() - 1),
                               seed.data(), seed.size());
    sodium_memzero(text->data(), text->size());
    if (!whole)
        return Error{ErrorCode::Corrupt,
                     fmt::format("{} is not a workspace key", keyFile(folder).string()),
                     fmt::format("Move {} away, then approve your strategies again.", folder.string())};
    WorkspaceKey key(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

Result<WorkspaceKey> WorkspaceKey::openOrCreate(const std::filesystem::path& folder)
{
    auto present = open(folder);
    if (present || present.error().code != ErrorCode::NotFound)
        return present;
    Seed seed{};
    randombytes_buf(seed.data(), seed.size());
    std::string text = std::string(HEADER) + toHex(seed.data(), seed.size()) + "\n";
    WorkspaceKey key(seed);
    // The seal first: from the key on it must be there.
    auto written = writeSeal(folder, {}, key);
    if (written)
        written = replaceFile(keyFile(folder), text);
    sodium_memzero(text.data(), text.size());
    sodium_memzero(seed.data(), seed.size());
    if (!written)
        return written.error();
    return key;
}

std::string WorkspaceKey::sign(std::string_view message) const
{
    std::array<std::uint8_t, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr,
                         reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                         m_secret.data());
    return toHex(signature.data(), signature.size());
}

bool WorkspaceKey::verifies(std::string_view message, std::string_view signature) const
{
    std::array<std::uint8_t, crypto_sign_BYTES> bytes{};
    return fromHex(signature, bytes.data(), bytes.size()) &&
           crypto_sign_verify_detached(bytes.data(),
                                       reinterpret_cast<const unsigned char*>(message.data()),
                                       message.size(), m_public.data()) == 0;
}

} // namespace core::trust
