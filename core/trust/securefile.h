// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace core::trust {

/// Owns a file descriptor.
class Descriptor
{
public:
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(Descriptor&& other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();
    [[nodiscard]] bool valid() const { return m_number >= 0; }
    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number;
};

/// Opens a regular file to read. Refuses symbolic links, folders, devices and pipes (without waiting for
/// them). Fails with NotFound, Refused or Io.
[[nodiscard]] Result<Descriptor> openRegularFile(const std::filesystem::path& file);

/// Reads a whole regular file by one open. Refuses symbolic links, folders, devices, pipes (without
/// waiting for them) and anything above `limit` bytes. Fails with NotFound, Refused or Io.
[[nodiscard]] Result<std::string> readRegularFile(const std::filesystem::path& file, std::size_t limit);

/// Replaces `file` so that readers see the old bytes or the new ones and never a part, also after a
/// power cut. The new file has mode 0600. On failure the old one is untouched.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path& file, std::string_view bytes);

enum class FileMode {
    Private, ///< 0600
    Public   ///< 0644
};
enum class Existing {
    Keep,   ///< Fails with AlreadyExists.
    Replace
};
/// Writes a file so that readers see it whole or not at all. Needs no lock.
[[nodiscard]] Result<void> writeFile(const std::filesystem::path& file, std::string_view bytes,
                                     FileMode mode, Existing existing);

/// Creates `folder` with mode 0700 when it does not exist.
[[nodiscard]] Result<void> makePrivateFolder(const std::filesystem::path& folder);

/// Holds <folder>/approvals.lock against other writers until destroyed. Waits up to five seconds, then
/// fails with Busy. The system frees the lock of a program that dies.
[[nodiscard]] Result<Descriptor> lockFolder(const std::filesystem::path& folder);

} // namespace core::trust
