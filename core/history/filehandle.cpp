// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/filehandle.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::history {

namespace {

Error unreadable(const std::filesystem::path& file, int code)
{
    return {
        ErrorCode::Io,
        fmt::format("{} cannot be read ({})", file.string(), std::generic_category().message(code)),
        "Check the name and that you may read it."};
}

} // namespace

FileHandle::FileHandle(FileHandle&& other) noexcept
    : m_file(std::move(other.m_file)),
      m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_position(other.m_position),
      m_size(other.m_size)
{}

FileHandle::~FileHandle()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<FileHandle> FileHandle::open(const std::filesystem::path& file)
{
    // Not blocking, so that a pipe without a writer is refused instead of waited for.
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return unreadable(file, errno);
    FileHandle handle(file, descriptor);
    struct stat status
    {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return Error{ErrorCode::InvalidInput, file.string() + " is not a file",
                     "Choose a CSV file."};
    handle.m_size = status.st_size;
    return handle;
}

Result<std::size_t> FileHandle::read(std::span<char> buffer)
{
    ssize_t count = 0;
    do {
        count = ::read(m_descriptor, buffer.data(), buffer.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return unreadable(m_file, errno);
    m_position += count;
    return static_cast<std::size_t>(count);
}

bool FileHandle::seek(std::int64_t position)
{
    if (::lseek(m_descriptor, position, SEEK_SET) != position)
        return false;
    m_position = position;
    return true;
}

} // namespace core::history
