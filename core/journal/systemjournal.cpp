// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/systemjournal.h"

#include "core/journal/chain.h"
#include "core/journal/jsonline.h"
#include "core/journal/outfile.h"
#include "core/journal/reader.h"
#include "core/journal/verify.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core::journal {

namespace fs = std::filesystem;

namespace {

constexpr mode_t PRIVATE_FILE = 0600;
constexpr mode_t PRIVATE_FOLDER = 0700;
constexpr int LOCK_ATTEMPTS = 500;
constexpr std::chrono::milliseconds LOCK_PAUSE(10);
/// Of the end that is read, unless the last line is longer: hundreds of lines.
constexpr std::int64_t TAIL_BYTES = 256 * 1024;

/// Owns the file's descriptor, and with it the lock.
class Handle
{
public:
    explicit Handle(int number) : m_number(number) {}
    ~Handle()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number;
};

Error cannotWrite(const fs::path& file, int number)
{
    return {ErrorCode::Io,
            fmt::format("the journal {} cannot be written: {}", file.string(), systemReason(number)),
            "What it cannot tell of is not done. Check the disk's free space and the folder's permissions."};
}

Error damaged(const fs::path& file)
{
    return {ErrorCode::Corrupt,
            fmt::format("the journal {} does not end as it was written", file.string()),
            "What it cannot tell of is not done. Look at it with \"quarterdeck-cli journal verify system\", then move "
            "it away; a new one is begun."};
}

Result<void> lock(const Handle& handle, const fs::path& file)
{
    for (int attempt = 0; attempt < LOCK_ATTEMPTS; ++attempt) {
        if (::flock(handle.number(), LOCK_EX | LOCK_NB) == 0)
            return {};
        if (errno != EWOULDBLOCK && errno != EINTR)
            return cannotWrite(file, errno);
        std::this_thread::sleep_for(LOCK_PAUSE);
    }
    return Error{ErrorCode::Busy, fmt::format("another program is writing {}", file.string()),
                 "Nothing was done; try again when it is done."};
}

std::int64_t sizeOf(const Handle& handle)
{
    struct stat status = {};
    return ::fstat(handle.number(), &status) == 0 ? status.st_size : 0;
}

/// The last `length` of the file's `size` bytes.
std::string readLast(const Handle& handle, std::int64_t size, std::int64_t length)
{
    std::string tail(static_cast<std::size_t>(length), '\0');
    std::size_t done = 0;
    while (done < tail.size()) {
        const ssize_t count = ::pread(handle.number(), tail.data() + done, tail.size() - done,
                                      size - static_cast<std::int64_t>(tail.size() - done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done += static_cast<std::size_t>(count);
    }
    tail.resize(done);
    return tail;
}

/// True when there is a line end before the one that ends the text.
bool holdsALine(std::string_view tail)
{
    tail.remove_suffix(tail.empty() ? 0 : 1);
    return tail.find('\n') != std::string_view::npos;
}

/// The last bytes of the file, with the whole of its last line when that is one of a journal.
std::string readTail(const Handle& handle)
{
    constexpr auto MOST = static_cast<std::int64_t>(MAX_LINE_BYTES) + 2; // And the line's two ends.
    const std::int64_t size = sizeOf(handle);
    std::string tail = readLast(handle, size, std::min(size, TAIL_BYTES));
    if (!holdsALine(tail) && size > TAIL_BYTES)
        tail = readLast(handle, size, std::min(size, MOST));
    return tail;
}

/// Where the file ends: what the next line follows. Nothing when the last line is not one of a chained journal.
std::optional<JournalEnd> endOf(std::string_view tail)
{
    if (tail.empty())
        return JournalEnd{};
    tail.remove_suffix(1);
    const std::string_view line = tail.substr(tail.rfind('\n') + 1);
    const auto parts = splitChained(line);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const auto chain = parts ? Sha256Digest::parse(parts->chain) : std::nullopt;
    if (!chain || !json.is_object() || !json.contains("seq") || !json["seq"].is_number_integer())
        return std::nullopt;
    return JournalEnd{json["seq"].get<std::int64_t>(), *chain};
}

/// The lines of the batch behind `end`, which is theirs then.
std::string linesOf(const RecordBatch& batch, JournalEnd& end)
{
    // What is before a line is like no other line's: a name for what begins here.
    LineFormat format("workspace", end.chain.hex());
    std::string text;
    for (const Record& record : batch.records()) {
        const std::size_t start = text.size();
        format.append(text, batch, record, "system", ++end.seq);
        end.chain = nextChain(end.chain, std::string_view(text).substr(start));
        appendChain(text, end.chain);
        text += '\n';
    }
    return text;
}

/// No line that could not be read again may be written.
Result<void> checkLengths(std::string_view lines)
{
    while (!lines.empty()) {
        const std::size_t length = lines.find('\n');
        if (length > MAX_LINE_BYTES)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("a line of the journal would have {} bytes, and may have {}", length,
                                     MAX_LINE_BYTES),
                         "Nothing was done; use shorter names and notes."};
        lines.remove_prefix(length + 1);
    }
    return {};
}

/// Writes all of it and waits for the disk, or leaves the file as it was.
Result<void> writeWhole(const Handle& handle, const fs::path& file, std::string_view text)
{
    const std::int64_t before = sizeOf(handle);
    int fault = 0;
    while (!text.empty() && fault == 0) {
        const ssize_t count = ::write(handle.number(), text.data(), text.size());
        if (count > 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            fault = count == 0 ? ENOSPC : errno;
    }
    if (fault == 0 && ::fdatasync(handle.number()) != 0)
        fault = errno;
    if (fault == 0)
        return {};
    // Failing that, the next program finds a torn line and cuts it off.
    static_cast<void>(::ftruncate(handle.number(), before) == 0);
    return cannotWrite(file, fault);
}

/// What the seal knows and the file does not bear out, if anything.
RecordBatch findingsOf(const JournalSeal& seal, const JournalEnd& end)
{
    RecordBatch findings;
    const auto add = [&](const char* event) -> RecordBatch& {
        return findings.add(Stream::system(), Level::Error, event, SystemClock().now(), {});
    };
    const auto sealed = seal.read();
    if (!sealed)
        add("seal_refused").text("reason", sealed.error().what);
    else if (*sealed && ((*sealed)->seq > end.seq || ((*sealed)->seq == end.seq && (*sealed)->chain != end.chain)))
        add("lines_missing").integer("sealed", (*sealed)->seq).integer("found", end.seq);
    return findings;
}

/// What a killed program left of a line goes aside.
Result<void> cutTorn(const Handle& handle, const fs::path& file)
{
    const auto pieces = recoverTorn(file.parent_path());
    if (!pieces)
        return pieces.error();
    auto end = endOf(readTail(handle));
    if (!end)
        return damaged(file);
    RecordBatch note;
    for (const TornPiece& piece : *pieces)
        note.add(Stream::system(), Level::Warning, "torn_line_cut", SystemClock().now(), {})
            .text("kept", piece.kept)
            .integer("bytes", piece.bytes);
    return writeWhole(handle, file, linesOf(note, *end));
}

Result<void> makeFolder(const fs::path& folder)
{
    std::error_code fault;
    if (folder.has_parent_path())
        fs::create_directories(folder.parent_path(), fault);
    if (::mkdir(folder.c_str(), PRIVATE_FOLDER) != 0 && errno != EEXIST)
        return cannotWrite(folder, errno);
    return {};
}

} // namespace

Result<void> SystemJournal::append(const RecordBatch& batch, const Known& known) const
{
    if (auto made = makeFolder(m_file.parent_path()); !made)
        return made;
    const int flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const Handle handle(::open(m_file.c_str(), flags, PRIVATE_FILE));
    if (handle.number() < 0)
        return cannotWrite(m_file, errno);
    if (auto locked = lock(handle, m_file); !locked)
        return locked;
    std::string tail = readTail(handle);
    if (!tail.empty() && tail.back() != '\n') {
        if (auto cut = cutTorn(handle, m_file); !cut)
            return cut;
        tail = readTail(handle);
    }
    auto end = endOf(tail);
    if (!end)
        return damaged(m_file);
    if (known && known(tail))
        return {};
    std::string lines = m_seal ? linesOf(findingsOf(*m_seal, *end), *end) : std::string();
    lines += linesOf(batch, *end);
    if (auto fits = checkLengths(lines); !fits)
        return fits;
    if (auto written = writeWhole(handle, m_file, lines); !written)
        return written;
    // The lines are told; a seal that stays behind takes nothing from them.
    if (m_seal)
        static_cast<void>(m_seal->write(*end).ok());
    return {};
}

} // namespace core::journal
