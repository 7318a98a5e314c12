// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/outfile.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace core::journal {

namespace {

constexpr mode_t PRIVATE_FILE = 0600;

Error cannotWrite(const std::filesystem::path& file, int number)
{
    return {ErrorCode::Io,
            fmt::format("{} cannot be written: {}", file.string(), systemReason(number)),
            "Check the disk's free space and the folder's permissions."};
}

/// Writes all of `text`; returns 0 or the errno, with the count of bytes that went out in `done`.
int writeAll(int file, std::string_view text, std::size_t& done)
{
    for (done = 0; done < text.size();) {
        const ssize_t count = ::write(file, text.data() + done, text.size() - done);
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else if (count < 0 && errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

} // namespace

std::string systemReason(int number)
{
    return std::generic_category().message(number);
}

OutFile::OutFile(OutFile&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)),
      m_records(other.m_records),
      m_headerSize(other.m_headerSize),
      m_recordSize(other.m_recordSize),
      m_buffer(std::move(other.m_buffer)),
      m_written(other.m_written),
      m_whole(other.m_whole)
{}

OutFile& OutFile::operator=(OutFile&& other) noexcept
{
    if (this != &other) {
        if (m_file >= 0)
            ::close(m_file);
        m_file = std::exchange(other.m_file, -1);
        m_records = other.m_records;
        m_headerSize = other.m_headerSize;
        m_recordSize = other.m_recordSize;
        m_buffer = std::move(other.m_buffer);
        m_written = other.m_written;
        m_whole = other.m_whole;
    }
    return *this;
}

OutFile::~OutFile()
{
    if (m_file >= 0)
        ::close(m_file);
}

Result<OutFile> OutFile::create(const std::filesystem::path& file, Records records,
                                std::size_t headerSize, std::size_t recordSize)
{
    OutFile out;
    out.m_file = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PRIVATE_FILE);
    if (out.m_file < 0 && errno == EEXIST)
        return Error{ErrorCode::AlreadyExists, fmt::format("{} exists already", file.string()),
                     "It was left alone. Give each session a folder of its own."};
    if (out.m_file < 0)
        return cannotWrite(file, errno);
    out.m_records = records;
    out.m_headerSize = headerSize;
    out.m_recordSize = recordSize;
    return out;
}

int OutFile::flush()
{
    std::size_t done = 0;
    const int number = writeAll(m_file, m_buffer, done);
    noteWritten(std::string_view(m_buffer).substr(0, done));
    m_buffer.erase(0, done);
    return number;
}

void OutFile::noteWritten(std::string_view bytes)
{
    if (m_records == Records::Lines) {
        const std::size_t end = bytes.rfind('\n');
        if (end != std::string_view::npos)
            m_whole = m_written + static_cast<std::int64_t>(end) + 1;
    }
    m_written += static_cast<std::int64_t>(bytes.size());
    const auto header = static_cast<std::int64_t>(m_headerSize);
    if (m_records == Records::Fixed && m_written >= header) {
        const auto size = static_cast<std::int64_t>(m_recordSize);
        m_whole = header + (m_written - header) / size * size;
    }
}

int OutFile::sync()
{
    return ::fdatasync(m_file) == 0 ? 0 : errno;
}

void OutFile::giveUp()
{
    m_buffer.clear();
    if (m_whole < m_written && ::ftruncate(m_file, m_whole) == 0) {
        m_written = m_whole;
        ::lseek(m_file, m_whole, SEEK_SET);
    }
}

Result<void> replaceFile(const std::filesystem::path& file, std::string_view text)
{
    std::filesystem::path fresh = file;
    fresh += ".new";
    const int handle =
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, PRIVATE_FILE);
    if (handle < 0)
        return cannotWrite(file, errno);
    std::size_t done = 0;
    int number = writeAll(handle, text, done);
    if (number == 0 && ::fdatasync(handle) != 0)
        number = errno;
    ::close(handle);
    if (number == 0 && ::rename(fresh.c_str(), file.c_str()) != 0)
        number = errno;
    if (number == 0)
        return {};
    ::unlink(fresh.c_str());
    return cannotWrite(file, number);
}

} // namespace core::journal
