// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/spoolsegment.h"

#include "core/base/sha256.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::history {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view MAGIC = "QDSPOOL\n";
constexpr std::size_t DIGEST = sizeof(Sha256Digest::bytes);
constexpr std::size_t HEAD = 8 + DIGEST; ///< Before each payload.
constexpr mode_t PRIVATE_FILE = 0600;
/// No spool grows so far, so no segment does.
constexpr std::uintmax_t LARGEST = 1 << 30;

void appendWord(std::string& out, std::uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<char>((value >> shift) & 0xff));
}

std::uint32_t wordAt(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at + i])) << (8 * i);
    return value;
}

std::string digestOf(std::string_view bytes)
{
    const Sha256Digest digest = Sha256::of(bytes);
    return {reinterpret_cast<const char*>(digest.bytes.data()), DIGEST};
}

std::string headerFor(std::string_view database)
{
    std::string header(MAGIC);
    appendWord(header, SPOOL_VERSION);
    appendWord(header, static_cast<std::uint32_t>(database.size()));
    header += database;
    return header + digestOf(header);
}

Error cannot(const char* what, const fs::path& file, int number)
{
    return {ErrorCode::Io,
            fmt::format("{} cannot be {} ({})", file.string(), what, std::generic_category().message(number)),
            "Check the disk's free space and the folder's permissions."};
}

Result<std::string> contentsOf(const fs::path& file, std::int64_t offset, std::int64_t size)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return cannot("read", file, errno);
    struct stat status
    {};
    if (::fstat(descriptor, &status) == 0 && size < 0)
        size = status.st_size;
    std::string bytes(static_cast<std::size_t>(std::min(size, std::max<std::int64_t>(0, status.st_size - offset))), '\0');
    std::size_t done = 0;
    int number = 0;
    while (done < bytes.size() && number == 0) {
        const ssize_t count = ::pread(descriptor, bytes.data() + done, bytes.size() - done,
                                      offset + static_cast<std::int64_t>(done));
        if (count > 0)
            done += static_cast<std::size_t>(count);
        else if (count == 0 || errno != EINTR)
            number = count == 0 ? EIO : errno;
    }
    ::close(descriptor);
    if (number != 0)
        return cannot("read", file, number);
    return bytes;
}

bool isZero(std::string_view bytes)
{
    return bytes.find_first_not_of('\0') == std::string_view::npos;
}

/// What lies behind the last good record.
SpoolScan::Rest judgeRest(std::string_view rest)
{
    if (rest.empty())
        return SpoolScan::Rest::None;
    // A power cut may leave a file that has grown but was not filled.
    if (isZero(rest))
        return SpoolScan::Rest::Torn;
    if (rest.size() < 8)
        return SpoolScan::Rest::Torn;
    const bool isHead = wordAt(rest, 0) == ~wordAt(rest, 4);
    return isHead && HEAD + wordAt(rest, 0) > rest.size() ? SpoolScan::Rest::Torn : SpoolScan::Rest::Damaged;
}

} // namespace

bool syncFolder(const fs::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool good = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return good;
}

SpoolSegment::SpoolSegment(SpoolSegment&& other) noexcept
    : m_file(std::move(other.m_file)), m_descriptor(std::exchange(other.m_descriptor, -1)), m_size(other.m_size)
{}

SpoolSegment& SpoolSegment::operator=(SpoolSegment&& other) noexcept
{
    std::swap(m_file, other.m_file);
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_size, other.m_size);
    return *this;
}

SpoolSegment::~SpoolSegment()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

std::int64_t SpoolSegment::sizeOf(std::size_t payload)
{
    return static_cast<std::int64_t>(HEAD + payload);
}

Result<SpoolSegment> SpoolSegment::create(const fs::path& file, std::string_view database)
{
    const int descriptor =
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, PRIVATE_FILE);
    if (descriptor < 0)
        return cannot("made", file, errno);
    SpoolSegment segment(file, descriptor, 0);
    auto done = segment.add(headerFor(database));
    if (done && !syncFolder(file.parent_path()))
        done = cannot("made", file, errno);
    if (done)
        return segment;
    ::unlink(file.c_str());
    return done.error();
}

Result<SpoolSegment> SpoolSegment::openAt(const fs::path& file, std::int64_t end)
{
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return cannot("written", file, errno);
    SpoolSegment segment(file, descriptor, end);
    if (::ftruncate(descriptor, end) != 0 || ::fdatasync(descriptor) != 0)
        return cannot("written", file, errno);
    return segment;
}

/// Adds the bytes whole or not at all.
Result<void> SpoolSegment::add(std::string_view bytes)
{
    if (m_descriptor < 0)
        return Error{ErrorCode::Io, m_file.string() + " is no longer in order", "Start the program again."};
    std::size_t done = 0;
    int number = 0;
    while (done < bytes.size() && number == 0) {
        const ssize_t count = ::pwrite(m_descriptor, bytes.data() + done, bytes.size() - done,
                                       m_size + static_cast<std::int64_t>(done));
        if (count > 0)
            done += static_cast<std::size_t>(count);
        else if (errno != EINTR)
            number = errno;
    }
    if (number == 0 && ::fdatasync(m_descriptor) != 0)
        number = errno;
    if (number == 0) {
        m_size += static_cast<std::int64_t>(bytes.size());
        return {};
    }
    // Behind bytes that may be half there nothing may follow.
    if (::ftruncate(m_descriptor, m_size) != 0)
        ::close(std::exchange(m_descriptor, -1));
    return cannot("written", m_file, number);
}

Result<SpoolEntry> SpoolSegment::append(std::string_view payload)
{
    const auto length = static_cast<std::uint32_t>(payload.size());
    std::string bytes;
    bytes.reserve(HEAD + payload.size());
    appendWord(bytes, length);
    appendWord(bytes, ~length);
    bytes += digestOf(payload);
    bytes += payload;
    const std::int64_t offset = m_size + static_cast<std::int64_t>(HEAD);
    if (auto added = add(bytes); !added)
        return added.error();
    return SpoolEntry{offset, length, {}, 0};
}

Result<SpoolScan> SpoolSegment::scan(const fs::path& file, std::string_view database)
{
    SpoolScan scan;
    std::error_code fault;
    if (const auto size = fs::file_size(file, fault); !fault && size > LARGEST) {
        scan.rest = SpoolScan::Rest::Damaged;
        return scan;
    }
    auto contents = contentsOf(file, 0, -1);
    if (!contents)
        return contents.error();
    const std::string_view bytes = *contents;
    const std::string header = headerFor(database);
    if (!bytes.starts_with(header)) {
        const bool isOurs = bytes.size() >= MAGIC.size() + 4 && bytes.starts_with(MAGIC);
        if (isOurs && wordAt(bytes, MAGIC.size()) > SPOOL_VERSION)
            return Error{ErrorCode::Unsupported, file.string() + " was written by a newer version of this program",
                         "It was left as it is. Start the newer version to have it written to the database."};
        const bool isBegun = std::string_view(header).starts_with(bytes) || isZero(bytes);
        scan.rest = isBegun ? SpoolScan::Rest::Torn : SpoolScan::Rest::Damaged;
        return scan;
    }
    std::size_t at = header.size();
    scan.end = static_cast<std::int64_t>(at);
    bool isDamaged = false;
    while (bytes.size() - at >= HEAD) {
        const std::uint32_t length = wordAt(bytes, at);
        if (wordAt(bytes, at + 4) != ~length || length > bytes.size() - at - HEAD)
            break;
        const std::string_view payload = bytes.substr(at + HEAD, length);
        const bool isSame = bytes.substr(at + 8, DIGEST) == digestOf(payload);
        const auto record = isSame ? decode(payload) : Result<SpoolRecord>(Error{ErrorCode::Corrupt, "", ""});
        if (record)
            scan.entries.push_back({static_cast<std::int64_t>(at + HEAD), length, record->spooledAt, record->rows()});
        isDamaged = isDamaged || !record;
        at += HEAD + length;
    }
    scan.end = static_cast<std::int64_t>(at);
    scan.rest = isDamaged ? SpoolScan::Rest::Damaged : judgeRest(bytes.substr(at));
    return scan;
}

Result<SpoolRecord> SpoolSegment::read(const fs::path& file, const SpoolEntry& entry)
{
    const auto digest = static_cast<std::int64_t>(DIGEST);
    auto bytes = contentsOf(file, entry.offset - digest, digest + entry.length);
    if (!bytes)
        return bytes.error();
    const auto payload = std::string_view(*bytes).substr(std::min(bytes->size(), DIGEST));
    if (payload.size() != entry.length || bytes->substr(0, DIGEST) != digestOf(payload))
        return Error{ErrorCode::Corrupt, file.string() + " was damaged while it was in use", ""};
    return decode(payload);
}

} // namespace core::history
