// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/privatecopy.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::strategy {

namespace fs = std::filesystem;
using trust::Descriptor;

namespace {

constexpr std::string_view PREFIX = "quarterdeck-plugin-";
/// Another program may take a folder for abandoned before its lock is on it.
constexpr int ATTEMPTS = 10;

fs::path placeOfCopies()
{
    std::error_code fault;
    const fs::path place = fs::temp_directory_path(fault);
    return fault ? fs::path("/tmp") : place;
}

/// The folder with a lock on it, unless somebody else has one, or it is no folder of this user.
Descriptor lockFolder(const fs::path& folder)
{
    Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status = {};
    if (!descriptor.valid() || ::fstat(descriptor.number(), &status) != 0 || status.st_uid != ::geteuid() ||
        ::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0)
        return Descriptor(-1);
    return descriptor;
}

} // namespace

void removeAbandonedCopies(const fs::path& place)
{
    std::error_code fault;
    for (fs::directory_iterator entry(place, fault), end; !fault && entry != end; entry.increment(fault)) {
        if (!entry->path().filename().string().starts_with(PREFIX))
            continue;
        std::error_code ignored;
        // Held until the folder is gone, or another program could take it up meanwhile.
        if (const Descriptor lock = lockFolder(entry->path()); lock.valid())
            fs::remove_all(entry->path(), ignored);
    }
}

Result<PrivateCopy> PrivateCopy::makeFolder()
{
    const fs::path place = placeOfCopies();
    static std::once_flag swept;
    std::call_once(swept, [&place] { removeAbandonedCopies(place); });
    for (int attempt = 0; attempt < ATTEMPTS; ++attempt) {
        std::string folder = (place / fmt::format("{}XXXXXX", PREFIX)).string();
        if (::mkdtemp(folder.data()) == nullptr)
            break;
        if (Descriptor lock = lockFolder(folder); lock.valid())
            return PrivateCopy(folder, std::move(lock));
    }
    return Error{ErrorCode::Io,
                 fmt::format("no private folder can be made in {}: {}", place.string(), std::strerror(errno)),
                 "Plugins are loaded from there. Check its free space and permissions, or set TMPDIR."};
}

Result<PrivateCopy> PrivateCopy::make(std::string_view bytes)
{
    auto copy = makeFolder();
    if (!copy)
        return copy.error();
    // Nobody reads it after a power cut: it need not be synced to the disk.
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const Descriptor descriptor(::open(copy->file().c_str(), flags, S_IRUSR | S_IWUSR));
    while (descriptor.valid() && !bytes.empty()) {
        const ssize_t count = ::write(descriptor.number(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            break;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (!descriptor.valid() || !bytes.empty())
        return Error{ErrorCode::Io,
                     fmt::format("{} cannot be written: {}", copy->file().string(), std::strerror(errno)),
                     "Plugins are loaded from there. Check its free space and permissions, or set TMPDIR."};
    return copy;
}

PrivateCopy::~PrivateCopy()
{
    if (!m_lock.valid())
        return;
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
}

} // namespace core::strategy
