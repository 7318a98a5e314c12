// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/workspace.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace core {

namespace fs = std::filesystem;

namespace {

constexpr mode_t PRIVATE_FOLDER = 0700;
constexpr mode_t PRIVATE_FILE = 0600;

std::string reasonOf(int number)
{
    return std::generic_category().message(number);
}

/// True for the errors of a disk, or of permissions, that let the user read but not write.
bool isReadOnly(int number)
{
    return number == EROFS || number == EACCES || number == EPERM;
}

Error cannotWrite(const fs::path& folder, int number)
{
    if (number == EROFS)
        return {ErrorCode::Io,
                fmt::format("the workspace {} lies on a read-only disk", folder.string()),
                "Nothing was changed. Remount the disk for writing or choose another folder with "
                "--workspace."};
    return {ErrorCode::Io,
            fmt::format("the workspace {} cannot be written: {}", folder.string(), reasonOf(number)),
            "Nothing was changed. Check that the folder belongs to you, or choose another one with "
            "--workspace."};
}

/// Makes the folder and its parents, private to the user. Returns 0 or the errno of the failure.
int makeFolder(const fs::path& folder)
{
    std::error_code fault;
    if (folder.empty() || fs::is_directory(folder, fault))
        return 0;
    if (folder.has_parent_path() && folder.parent_path() != folder) {
        if (const int number = makeFolder(folder.parent_path()); number != 0)
            return number;
    }
    if (::mkdir(folder.c_str(), PRIVATE_FOLDER) == 0)
        return 0;
    // Another program may have made it meanwhile; a file in its place is a failure.
    const int number = errno;
    return number == EEXIST && fs::is_directory(folder, fault) ? 0 : number;
}

/// The process that wrote its number into the lock file; 0 when it cannot be read.
long holderOf(int lock)
{
    std::array<char, 24> text{};
    const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
    long pid = 0;
    if (size > 0)
        std::from_chars(text.data(), text.data() + size, pid);
    return pid;
}

/// Leaves our number for the message of whoever comes second. The lock holds without it.
void writeHolder(int lock)
{
    const std::string text = fmt::format("{}\n", ::getpid());
    if (::ftruncate(lock, 0) == 0)
        static_cast<void>(::pwrite(lock, text.data(), text.size(), 0) >= 0);
}

Error busy(const fs::path& folder, long pid)
{
    const std::string who =
        pid > 0 ? fmt::format("another program (process {})", pid) : std::string("another program");
    return {ErrorCode::Busy, fmt::format("the workspace {} is in use by {}", folder.string(), who),
            "Nothing was changed. Close that program, or choose another folder with --workspace."};
}

} // namespace

Result<Workspace> Workspace::open(const fs::path& folder, Access access)
{
    std::error_code fault;
    const fs::path place = fs::absolute(folder, fault).lexically_normal();
    const bool mayRead = access == Access::ReadIfBusy && fs::is_directory(place, fault);
    for (const fs::path& part :
         {place, place / "trust", place / "strategies", place / "journal"}) {
        const int number = makeFolder(part);
        if (number != 0 && mayRead && isReadOnly(number))
            return Workspace(place, -1);
        if (number != 0)
            return cannotWrite(part, number);
    }
    const int lock =
        ::open((place / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, PRIVATE_FILE);
    if (lock < 0) {
        if (mayRead && isReadOnly(errno))
            return Workspace(place, -1);
        return cannotWrite(place, errno);
    }
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0) {
        writeHolder(lock);
        return Workspace(place, lock);
    }
    const int number = errno;
    const long pid = holderOf(lock);
    ::close(lock);
    if (number != EWOULDBLOCK)
        return cannotWrite(place, number);
    if (access == Access::ReadIfBusy)
        return Workspace(place, -1);
    return busy(place, pid);
}

Workspace::Workspace(Workspace&& other) noexcept
    : m_folder(std::move(other.m_folder)), m_lock(std::exchange(other.m_lock, -1))
{
}

Workspace& Workspace::operator=(Workspace&& other) noexcept
{
    if (this != &other) {
        if (m_lock >= 0)
            ::close(m_lock);
        m_folder = std::move(other.m_folder);
        m_lock = std::exchange(other.m_lock, -1);
    }
    return *this;
}

Workspace::~Workspace()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

} // namespace core
