// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/securefile.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::trust {

namespace {

constexpr mode_t PRIVATE_FILE = 0600;
constexpr mode_t PUBLIC_FILE = 0644;
constexpr mode_t PRIVATE_FOLDER = 0700;
constexpr int LOCK_ATTEMPTS = 500;
constexpr std::chrono::milliseconds LOCK_PAUSE(10);

Error systemError(std::string_view action, const std::filesystem::path& path, int fault)
{
    return {ErrorCode::Io, fmt::format("{} {} failed: {}", action, path.string(), std::strerror(fault)),
            ""};
}

Error openError(const std::filesystem::path& file, int fault)
{
    if (fault == ENOENT)
        return {ErrorCode::NotFound, fmt::format("{} does not exist", file.string()), ""};
    if (fault == ELOOP)
        return {ErrorCode::Refused, fmt::format("{} is a symbolic link", file.string()),
                "Put the file itself there."};
    return systemError("opening", file, fault);
}

Error tooLarge(const std::filesystem::path& file, std::size_t limit)
{
    return {ErrorCode::Refused,
            fmt::format("{} is larger than the {} bytes that are read", file.string(), limit), ""};
}

/// Reads to the end of the file, whatever its size was said to be; stops beyond `limit`.
Result<std::string> readAll(const Descriptor& descriptor, const std::filesystem::path& file,
                            std::size_t expected, std::size_t limit)
{
    std::string bytes(std::min(expected, limit) + 1, '\0');
    std::size_t length = 0;
    while (length <= limit) {
        if (length == bytes.size())
            bytes.resize(std::min(bytes.size() * 2, limit + 1));
        const ssize_t count =
            ::read(descriptor.number(), bytes.data() + length, bytes.size() - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return systemError("reading", file, errno);
        if (count == 0) {
            bytes.resize(length);
            return bytes;
        }
        length += static_cast<std::size_t>(count);
    }
    return tooLarge(file, limit);
}

Result<void> writeAll(const Descriptor& descriptor, const std::filesystem::path& file,
                      std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor.number(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return systemError("writing", file, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(descriptor.number()) != 0)
        return systemError("writing", file, errno);
    return {};
}

/// Makes a rename in the folder last through a power cut.
Result<void> syncFolder(const std::filesystem::path& folder)
{
    const char* path = folder.empty() ? "." : folder.c_str();
    const Descriptor descriptor(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.valid() || ::fsync(descriptor.number()) != 0)
        return systemError("writing", folder, errno);
    return {};
}

Error renameError(const std::filesystem::path& file, int fault)
{
    if (fault == EEXIST)
        return {ErrorCode::AlreadyExists, fmt::format("{} is there already", file.string()),
                "It was left as it is. Move it away, or choose another name."};
    return systemError("replacing", file, fault);
}

/// Renames, as renameat2 does. Network file systems know no flags: there a link keeps what is there already.
int moveTo(const std::filesystem::path& fresh, const std::filesystem::path& file, unsigned int flags)
{
    const int done = ::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, file.c_str(), flags);
    if (done == 0 || flags != RENAME_NOREPLACE || (errno != EINVAL && errno != ENOSYS))
        return done;
    return ::link(fresh.c_str(), file.c_str()) == 0 ? ::unlink(fresh.c_str()) : -1;
}

/// Writes the fresh file whole before its name changes to the final one; leaves nothing behind on failure.
Result<void> fillAndRename(const Descriptor& descriptor, const std::filesystem::path& fresh,
                           const std::filesystem::path& file, std::string_view bytes,
                           unsigned int renameFlags)
{
    auto written = writeAll(descriptor, fresh, bytes);
    if (written && moveTo(fresh, file, renameFlags) != 0)
        written = renameError(file, errno);
    if (!written) {
        ::unlink(fresh.c_str());
        return written;
    }
    return syncFolder(file.parent_path());
}

} // namespace

Descriptor::~Descriptor()
{
    if (m_number >= 0)
        ::close(m_number);
}

Result<Descriptor> openRegularFile(const std::filesystem::path& file)
{
    // O_NONBLOCK: opening a pipe must not wait for a writer.
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    Descriptor descriptor(::open(file.c_str(), flags));
    if (!descriptor.valid())
        return openError(file, errno);
    struct stat status = {};
    if (::fstat(descriptor.number(), &status) != 0)
        return systemError("reading", file, errno);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorCode::Refused, fmt::format("{} is not a regular file", file.string()), ""};
    return descriptor;
}

Result<std::string> readRegularFile(const std::filesystem::path& file, std::size_t limit)
{
    const auto descriptor = openRegularFile(file);
    if (!descriptor)
        return descriptor.error();
    struct stat status = {};
    if (::fstat(descriptor->number(), &status) != 0)
        return systemError("reading", file, errno);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > limit)
        return tooLarge(file, limit);
    return readAll(*descriptor, file, size, limit);
}

Result<void> replaceFile(const std::filesystem::path& file, std::string_view bytes)
{
    std::filesystem::path fresh = file;
    fresh += ".new";
    // Whatever an interrupted writer left there is of no use to anybody.
    ::unlink(fresh.c_str());
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const Descriptor descriptor(::open(fresh.c_str(), flags, PRIVATE_FILE));
    if (!descriptor.valid())
        return systemError("creating", fresh, errno);
    return fillAndRename(descriptor, fresh, file, bytes, 0);
}

Result<void> writeFile(const std::filesystem::path& file, std::string_view bytes, FileMode mode,
                       Existing existing)
{
    // A name of its own: no lock keeps another program from writing beside.
    std::string fresh = file.string() + ".XXXXXX";
    const Descriptor descriptor(::mkostemp(fresh.data(), O_CLOEXEC));
    if (!descriptor.valid())
        return systemError("creating", file, errno);
    if (mode == FileMode::Public && ::fchmod(descriptor.number(), PUBLIC_FILE) != 0) {
        const int fault = errno;
        ::unlink(fresh.c_str());
        return systemError("creating", file, fault);
    }
    return fillAndRename(descriptor, fresh, file, bytes,
                         existing == Existing::Keep ? RENAME_NOREPLACE : 0);
}

Result<void> makePrivateFolder(const std::filesystem::path& folder)
{
    std::error_code fault;
    if (folder.has_parent_path())
        std::filesystem::create_directories(folder.parent_path(), fault);
    if (::mkdir(folder.c_str(), PRIVATE_FOLDER) != 0 && errno != EEXIST)
        return systemError("creating", folder, errno);
    return {};
}

Result<Descriptor> lockFolder(const std::filesystem::path& folder)
{
    const std::filesystem::path file = folder / "approvals.lock";
    const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    Descriptor descriptor(::open(file.c_str(), flags, PRIVATE_FILE));
    if (!descriptor.valid())
        return systemError("opening", file, errno);
    for (int attempt = 0; attempt < LOCK_ATTEMPTS; ++attempt) {
        if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) == 0)
            return descriptor;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return systemError("locking", file, errno);
        std::this_thread::sleep_for(LOCK_PAUSE);
    }
    return Error{ErrorCode::Busy, fmt::format("another program is changing {}", folder.string()),
                 "Nothing was changed; try again when it is done."};
}

} // namespace core::trust
