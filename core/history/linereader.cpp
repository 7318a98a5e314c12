// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/linereader.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace core::history {

namespace {

constexpr std::size_t BUFFER_SIZE = 1 << 18;
constexpr std::size_t MAX_LINE = 1 << 16;
constexpr std::string_view UTF8_MARK = "\xEF\xBB\xBF";

Error unreadable(const std::filesystem::path& file, int code)
{
    return {
        ErrorCode::Io,
        fmt::format("{} cannot be read ({})", file.string(), std::generic_category().message(code)),
        "Check the name and that you may read it."};
}

bool isUtf16(std::string_view head)
{
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
        return true;
    return head.size() >= 4 && ((head[0] == 0 && head[2] == 0 && head[1] != 0 && head[3] != 0) ||
                                (head[1] == 0 && head[3] == 0 && head[0] != 0 && head[2] != 0));
}

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
}

/// The length of the UTF-8 sequence that a byte opens; 0 when it cannot open one.
std::size_t sequenceLength(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead < 0xE0)
        return 2;
    if (lead >= 0xE0 && lead < 0xF0)
        return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

/// A sequence that the end of the piece cuts through counts as good.
bool isUtf8(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequenceLength(static_cast<unsigned char>(text[i]));
        if (length == 0)
            return false;
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80)
                return false;
        }
        i += length;
    }
    return true;
}

Result<void> checkText(const std::filesystem::path& file, std::string_view head)
{
    const std::string name = file.string();
    if (head.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Error{ErrorCode::InvalidInput, name + " is empty", "Choose a file with candles."};
    if (head.starts_with("\x1F\x8B") || head.starts_with("PK\x03\x04"))
        return Error{ErrorCode::Unsupported, name + " is packed (gzip or zip)",
                     "Unpack it and import the CSV file inside."};
    if (isUtf16(head))
        return Error{ErrorCode::InvalidInput, name + " is encoded as UTF-16",
                     "Save it as UTF-8 (\"CSV UTF-8\" in spreadsheets) and import that."};
    for (const char c : head) {
        if (isControl(c))
            return Error{ErrorCode::InvalidInput, name + " is not a text file",
                         "Choose a CSV file with candles."};
    }
    if (!isUtf8(head))
        return Error{ErrorCode::InvalidInput, name + " is not encoded as UTF-8",
                     "Save it as UTF-8 and import that."};
    return {};
}

} // namespace

LineReader::LineReader(std::filesystem::path file, int descriptor, std::int64_t size)
    : m_file(std::move(file)), m_descriptor(descriptor), m_buffer(BUFFER_SIZE), m_bytesTotal(size)
{}

LineReader::LineReader(LineReader&& other) noexcept
    : m_file(std::move(other.m_file)),
      m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_buffer(std::move(other.m_buffer)),
      m_begin(other.m_begin),
      m_end(other.m_end),
      m_skipping(other.m_skipping),
      m_lineNumber(other.m_lineNumber),
      m_bytesDone(other.m_bytesDone),
      m_bytesTotal(other.m_bytesTotal),
      m_fault(std::move(other.m_fault))
{}

LineReader::~LineReader()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<LineReader> LineReader::open(const std::filesystem::path& file)
{
    // Not blocking, so that a pipe without a writer is refused instead of waited for.
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return unreadable(file, errno);
    struct stat status
    {};
    const bool known = ::fstat(descriptor, &status) == 0;
    LineReader reader(file, descriptor, known ? status.st_size : 0);
    if (!known || !S_ISREG(status.st_mode))
        return Error{ErrorCode::InvalidInput, file.string() + " is not a file",
                     "Choose a CSV file."};
    if (!reader.fill() && reader.m_fault)
        return *reader.m_fault;
    const std::string_view head(reader.m_buffer.data(), reader.m_end);
    const bool marked = head.starts_with(UTF8_MARK);
    if (auto text = checkText(file, marked ? head.substr(UTF8_MARK.size()) : head); !text)
        return text.error();
    if (marked)
        reader.consume(UTF8_MARK.size());
    return reader;
}

/// Reads on behind what is still unread; false at the end of the file or on an error.
bool LineReader::fill()
{
    if (m_begin > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
    }
    ssize_t count = 0;
    do {
        count = ::read(m_descriptor, m_buffer.data() + m_end, m_buffer.size() - m_end);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        m_fault = unreadable(m_file, errno);
    if (count <= 0)
        return false;
    m_end += static_cast<std::size_t>(count);
    return true;
}

void LineReader::consume(std::size_t count)
{
    m_begin += count;
    m_bytesDone += static_cast<std::int64_t>(count);
}

bool LineReader::next(std::string_view& line)
{
    while (true) {
        const char* start = m_buffer.data() + m_begin;
        const std::size_t held = m_end - m_begin;
        const void* found = held > 0 ? std::memchr(start, '\n', held) : nullptr;
        std::size_t length = held;
        if (found)
            length = static_cast<std::size_t>(static_cast<const char*>(found) - start);
        else if (held < MAX_LINE && fill())
            continue;
        if (!found && (held == 0 || m_fault))
            return false;
        const bool skipped = std::exchange(m_skipping, !found && held >= MAX_LINE);
        consume(found ? length + 1 : length);
        if (skipped)
            continue;
        ++m_lineNumber;
        line = std::string_view(start, std::min(length, MAX_LINE));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        return true;
    }
}

} // namespace core::history
