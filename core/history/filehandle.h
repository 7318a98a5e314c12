// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace core::history {

/// An open regular file that is read from start to end, or wherever one goes in it.
class FileHandle
{
public:
    /// Fails with Io on what cannot be read, with InvalidInput on what is no regular file.
    [[nodiscard]] static Result<FileHandle> open(const std::filesystem::path& file);
    FileHandle(FileHandle&& other) noexcept;
    FileHandle& operator=(FileHandle&& other) = delete;
    ~FileHandle();

    /// Reads on from the position; 0 at the end. Fails with Io.
    [[nodiscard]] Result<std::size_t> read(std::span<char> buffer);
    /// Goes to an offset from the start; false when the system refuses.
    [[nodiscard]] bool seek(std::int64_t position);
    [[nodiscard]] std::int64_t position() const { return m_position; }
    /// As it was when it was opened.
    [[nodiscard]] std::int64_t size() const { return m_size; }
    [[nodiscard]] std::string name() const { return m_file.string(); }

private:
    FileHandle(std::filesystem::path file, int descriptor) : m_file(std::move(file)), m_descriptor(descriptor) {}

    std::filesystem::path m_file;
    int m_descriptor = -1;
    std::int64_t m_position = 0;
    std::int64_t m_size = 0;
};

} // namespace core::history
