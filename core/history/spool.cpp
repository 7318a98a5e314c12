// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/spool.h"

#include "core/base/sha256.h"
#include "core/history/asidename.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::history {

namespace fs = std::filesystem;

namespace {

constexpr const char* ENDING = ".spool";
constexpr mode_t PRIVATE_FOLDER = 0700;
constexpr mode_t PRIVATE_FILE = 0600;

Error cannot(const fs::path& folder, int number)
{
    return {ErrorCode::Io,
            fmt::format("The spool {} cannot be used ({})", folder.string(), std::generic_category().message(number)),
            "Check the disk's free space and the folder's permissions."};
}

/// The numbers of the segments in a folder, rising.
std::vector<std::int64_t> segmentsIn(const fs::path& folder)
{
    std::vector<std::int64_t> numbers;
    std::error_code fault;
    for (fs::directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault)) {
        const std::string name = at->path().stem().string();
        std::int64_t number = 0;
        const auto [rest, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
        std::error_code ignored;
        if (at->path().extension() == ENDING && wrong == std::errc() && rest == name.data() + name.size() && number > 0 &&
            fs::is_regular_file(at->symlink_status(ignored)))
            numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

fs::path segmentFile(const fs::path& folder, std::int64_t number)
{
    return folder / fmt::format("{:08}{}", number, ENDING);
}

int lockFolder(const fs::path& folder)
{
    const int lock = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, PRIVATE_FILE);
    if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) == 0)
        return lock;
    const int number = errno;
    ::close(lock);
    errno = number;
    return -1;
}

std::int64_t sizeOf(const fs::path& file)
{
    std::error_code fault;
    const auto size = fs::file_size(file, fault);
    return fault ? 0 : static_cast<std::int64_t>(size);
}

/// Copies a file whole or not at all, and waits until the disk has it. Returns 0 or the errno.
int copyWhole(const fs::path& from, const fs::path& to)
{
    std::error_code fault;
    fs::copy_file(from, to, fault);
    if (fault) {
        if (fault != std::errc::file_exists)
            ::unlink(to.c_str());
        return fault.value();
    }
    const int descriptor = ::open(to.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return errno;
    const int number = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    return number;
}

} // namespace

fs::path Spool::folderOf(const fs::path& workspace, const DatabaseUrl& url)
{
    return workspace / "spool" / Sha256::of(url.text()).hex().substr(0, 16);
}

Result<Spool> Spool::open(const fs::path& folder, const DatabaseUrl& url, SpoolLimits limits)
{
    for (const fs::path& part : {folder.parent_path(), folder}) {
        std::error_code fault;
        if (::mkdir(part.c_str(), PRIVATE_FOLDER) != 0 && !fs::is_directory(part, fault))
            return cannot(folder, errno);
    }
    const int lock = lockFolder(folder);
    if (lock < 0 && errno == EWOULDBLOCK)
        return Error{ErrorCode::Busy, fmt::format("the spool {} is in use by another program", folder.string()),
                     "Close that program, or choose another folder with --workspace."};
    if (lock < 0)
        return cannot(folder, errno);
    Spool spool(folder, url, limits, lock);
    if (auto loaded = spool.load(); !loaded)
        return loaded.error();
    return spool;
}

SpoolSize Spool::lookInto(const fs::path& folder, const DatabaseUrl& url)
{
    SpoolSize size;
    for (const std::int64_t number : segmentsIn(folder)) {
        const fs::path file = segmentFile(folder, number);
        const auto scan = SpoolSegment::scan(file, url.text());
        if (!scan)
            continue;
        size.bytes += sizeOf(file);
        size.batches += static_cast<std::int64_t>(scan->entries.size());
        for (const SpoolEntry& entry : scan->entries)
            size.rows += entry.rows;
        if (!size.since && !scan->entries.empty())
            size.since = scan->entries.front().spooledAt;
    }
    return size;
}

Spool::Spool(Spool&& other) noexcept
    : m_folder(std::move(other.m_folder)), m_database(std::move(other.m_database)), m_limits(other.m_limits),
      m_lock(std::exchange(other.m_lock, -1)), m_entries(std::move(other.m_entries)),
      m_current(std::move(other.m_current)), m_number(other.m_number), m_bytes(other.m_bytes), m_rows(other.m_rows),
      m_findings(std::move(other.m_findings))
{}

Spool::~Spool()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

fs::path Spool::fileOf(std::int64_t segment) const
{
    return segmentFile(m_folder, segment);
}

SpoolSize Spool::size() const
{
    SpoolSize size{static_cast<std::int64_t>(m_entries.size()), m_rows, m_bytes, {}};
    if (!m_entries.empty())
        size.since = m_entries.front().place.spooledAt;
    return size;
}

Result<void> Spool::load()
{
    const std::vector<std::int64_t> numbers = segmentsIn(m_folder);
    for (const std::int64_t number : numbers) {
        if (auto loaded = loadSegment(number, number == numbers.back()); !loaded)
            return loaded;
        m_number = number;
    }
    return {};
}

Result<void> Spool::loadSegment(std::int64_t number, bool isLast)
{
    const fs::path file = fileOf(number);
    auto scan = SpoolSegment::scan(file, m_database);
    if (!scan)
        return scan.error();
    // Only where it grew last can a record be that never was whole.
    const bool isTorn = scan->rest == SpoolScan::Rest::Torn && isLast;
    if (scan->rest != SpoolScan::Rest::None && !isTorn) {
        if (auto saved = salvage(number, *scan); !saved)
            return saved;
    }
    m_bytes += sizeOf(file);
    if (scan->entries.empty())
        return drop(number);
    if (isTorn) {
        const std::int64_t torn = sizeOf(file) - scan->end;
        if (auto cut = SpoolSegment::openAt(file, scan->end); !cut)
            return cut.error();
        m_bytes -= torn;
    }
    for (const SpoolEntry& entry : scan->entries) {
        m_entries.push_back({number, entry});
        m_rows += entry.rows;
    }
    return {};
}

/// Keeps a damaged segment as it is under another name, and its good records in its place.
Result<void> Spool::salvage(std::int64_t segment, SpoolScan& scan)
{
    const fs::path file = fileOf(segment);
    const fs::path kept = asideName(file, "corrupt");
    if (const int number = copyWhole(file, kept); number != 0)
        return cannot(m_folder, number);
    const std::string found = fmt::format(
        "A file of the spool was damaged and was kept as {}; {} batches of it are good and are written, those that are "
        "lost must be fetched or imported again",
        kept.string(), scan.entries.size());
    auto rewritten = rewrite(segment, scan);
    if (!rewritten)
        return rewritten.error();
    scan = std::move(*rewritten);
    m_findings.push_back(found);
    return {};
}

Result<SpoolScan> Spool::rewrite(std::int64_t number, const SpoolScan& scan)
{
    const fs::path file = fileOf(number);
    const fs::path fresh = m_folder / "salvaged.new";
    std::error_code ignored;
    fs::remove(fresh, ignored);
    auto segment = SpoolSegment::create(fresh, m_database);
    if (!segment)
        return segment.error();
    for (const SpoolEntry& entry : scan.entries) {
        const auto record = SpoolSegment::read(file, entry);
        if (!record)
            return record.error();
        if (auto added = segment->append(encode(*record)); !added)
            return added.error();
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0 || !syncFolder(m_folder))
        return cannot(m_folder, errno);
    return SpoolSegment::scan(file, m_database);
}

Result<void> Spool::openNext()
{
    if (m_current && m_current->size() < m_limits.segment)
        return {};
    auto segment = SpoolSegment::create(fileOf(m_number + 1), m_database);
    if (!segment)
        return segment.error();
    ++m_number;
    m_bytes += segment->size();
    m_current = std::move(*segment);
    return {};
}

/// Nothing more is appended to the segment; without a record it goes.
void Spool::abandonCurrent()
{
    const bool isUsed = !m_entries.empty() && m_entries.back().segment == m_number;
    if (!isUsed && ::unlink(fileOf(m_number).c_str()) == 0)
        m_bytes = std::max<std::int64_t>(0, m_bytes - m_current->size());
    m_current.reset();
}

Result<void> Spool::append(const SpoolRecord& record)
{
    const std::string payload = encode(record);
    // What is acknowledged can be read again.
    if (!decode(payload))
        return Error{ErrorCode::InvalidInput,
                     fmt::format("A batch of {} holds what cannot be", record.instrument.symbol.text()),
                     "Nothing of it was kept."};
    if (m_bytes + SpoolSegment::sizeOf(payload.size()) > m_limits.bytes)
        return Error{ErrorCode::Busy, fmt::format("The spool is full with {} MiB", m_limits.bytes >> 20),
                     "What is in it is kept. It is written once the database is back, and then there is room again."};
    if (auto ready = openNext(); !ready)
        return ready;
    auto entry = m_current->append(payload);
    if (!entry) {
        abandonCurrent();
        return entry.error();
    }
    entry->spooledAt = record.spooledAt;
    entry->rows = record.rows();
    m_bytes += SpoolSegment::sizeOf(payload.size());
    m_rows += entry->rows;
    m_entries.push_back({m_number, *entry});
    return {};
}

Result<SpoolRecord> Spool::front() const
{
    if (m_entries.empty())
        return Error{ErrorCode::NotFound, "The spool is empty", ""};
    return SpoolSegment::read(fileOf(m_entries.front().segment), m_entries.front().place);
}

/// Deletes a segment that nothing is left of. The disk must have it: batches that come after may change the same candles,
/// and these must not come again then.
Result<void> Spool::drop(std::int64_t segment)
{
    const fs::path file = fileOf(segment);
    const std::int64_t bytes = sizeOf(file);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT)
        return cannot(m_folder, errno);
    if (!syncFolder(m_folder))
        return cannot(m_folder, errno);
    m_bytes = std::max<std::int64_t>(0, m_bytes - bytes);
    return {};
}

Result<void> Spool::pop()
{
    if (m_entries.empty())
        return {};
    const std::int64_t segment = m_entries.front().segment;
    const bool isLast = m_entries.size() == 1 || m_entries[1].segment != segment;
    if (isLast) {
        if (segment == m_number)
            m_current.reset();
        if (auto dropped = drop(segment); !dropped)
            return dropped;
    }
    m_rows -= m_entries.front().place.rows;
    m_entries.pop_front();
    return {};
}

Result<void> Spool::setAside(const Error& why)
{
    const fs::path file = fileOf(m_entries.front().segment);
    const fs::path kept = asideName(m_folder / "batch", "refused");
    const auto record = SpoolSegment::read(file, m_entries.front().place);
    std::string found;
    if (record) {
        auto segment = SpoolSegment::create(kept, m_database);
        if (!segment)
            return segment.error();
        if (auto added = segment->append(encode(*record)); !added) {
            ::unlink(kept.c_str());
            return added.error();
        }
        found = fmt::format("A batch of {} with {} rows was refused by the database and was kept as {}: {}",
                            record->instrument.symbol.text(), record->rows(), kept.string(), why.what);
    } else {
        if (const int number = copyWhole(file, asideName(file, "corrupt")); number != 0)
            return cannot(m_folder, number);
        found = fmt::format("A batch in the spool was damaged while it waited; its file was kept beside {}", file.string());
    }
    if (auto popped = pop(); !popped)
        return popped;
    m_findings.push_back(found);
    return {};
}

} // namespace core::history
