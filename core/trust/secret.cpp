// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/secret.h"

#include "core/base/money.h"
#include "core/trust/securefile.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace core::trust {

namespace {

constexpr mode_t OTHERS = S_IRWXG | S_IRWXO;

std::string_view textOf(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Nobody but the user may have read or written what protects a key.
Result<void> checkPrivate(const Descriptor& descriptor, const std::filesystem::path& file)
{
    struct stat status = {};
    if (::fstat(descriptor.number(), &status) != 0)
        return Error{ErrorCode::Io, fmt::format("{} cannot be read", file.string()), ""};
    if (status.st_uid != ::geteuid() || (status.st_mode & OTHERS) != 0)
        return Error{ErrorCode::Refused,
                     fmt::format("{} is open to others, so it protects nothing", file.string()),
                     "Make it your own and private (chmod 600), and think of another passphrase."};
    return {};
}

} // namespace

void startSodium()
{
    require(sodium_init() >= 0, "libsodium starts");
}

SecretBuffer::SecretBuffer(std::size_t size) : m_size(size)
{
    startSodium();
    m_bytes = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (m_bytes == nullptr)
        throw std::bad_alloc();
    sodium_memzero(m_bytes, size);
}

SecretBuffer::SecretBuffer(SecretBuffer&& other) noexcept
    : m_bytes(std::exchange(other.m_bytes, nullptr)), m_size(std::exchange(other.m_size, 0))
{}

SecretBuffer& SecretBuffer::operator=(SecretBuffer&& other) noexcept
{
    std::swap(m_bytes, other.m_bytes);
    std::swap(m_size, other.m_size);
    return *this;
}

SecretBuffer::~SecretBuffer()
{
    sodium_free(m_bytes);
}

Passphrase::Passphrase(std::string_view text) : m_text(text.size())
{
    std::memcpy(m_text.bytes().data(), text.data(), text.size());
}

std::string_view Passphrase::view() const
{
    return textOf(m_text.bytes());
}

Result<Passphrase> Passphrase::copyOf(std::string_view text)
{
    using namespace std::string_view_literals;
    if (text.empty())
        return Error{ErrorCode::InvalidInput, "the passphrase is empty",
                     "It would protect nothing."};
    if (text.size() > MOST_BYTES)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("the passphrase is longer than {} bytes", MOST_BYTES), ""};
    if (text.find_first_of("\r\n\0"sv) != std::string_view::npos)
        return Error{ErrorCode::InvalidInput, "the passphrase is more than one line of text", ""};
    return Passphrase(text);
}

Result<Passphrase> Passphrase::readFrom(int descriptor)
{
    // Room for a line end, so that the longest passphrase is told from one that is too long.
    SecretBuffer buffer(MOST_BYTES + 2);
    const auto bytes = buffer.bytes();
    std::size_t length = 0;
    while (length < bytes.size()) {
        const ssize_t count = ::read(descriptor, bytes.data() + length, bytes.size() - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return Error{ErrorCode::Io,
                         fmt::format("the passphrase cannot be read: {}", std::strerror(errno)),
                         ""};
        const auto fresh = bytes.subspan(length, static_cast<std::size_t>(count));
        length += fresh.size();
        if (fresh.empty() || std::ranges::find(fresh, std::uint8_t('\n')) != fresh.end())
            break;
    }
    std::string_view text = textOf(bytes.first(length));
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    return copyOf(text);
}

Result<Passphrase> Passphrase::readFile(const std::filesystem::path& file)
{
    const auto descriptor = openRegularFile(file);
    if (!descriptor)
        return descriptor.error();
    if (auto owned = checkPrivate(*descriptor, file); !owned)
        return owned.error();
    return readFrom(descriptor->number());
}

} // namespace core::trust
