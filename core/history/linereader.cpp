// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/linereader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace core::history {

namespace {

constexpr std::size_t BUFFER_SIZE = 1 << 18;
constexpr std::size_t MAX_LINE = 1 << 16;
constexpr std::string_view UTF8_MARK = "\xEF\xBB\xBF";

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
        return Error{ErrorCode::Unsupported, name + " is packed twice",
                     "Unpack it once and import what is inside."};
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

LineReader::LineReader(std::unique_ptr<ByteSource> source)
    : m_source(std::move(source)), m_buffer(BUFFER_SIZE)
{}

Result<LineReader> LineReader::open(const std::filesystem::path& file, const std::string& member)
{
    auto source = openSource(file, member);
    if (!source)
        return source.error();
    LineReader reader(std::move(*source));
    if (!reader.fill() && reader.m_fault)
        return *reader.m_fault;
    const std::string_view head(reader.m_buffer.data(), reader.m_end);
    const bool marked = head.starts_with(UTF8_MARK);
    if (auto text = checkText(file, marked ? head.substr(UTF8_MARK.size()) : head); !text)
        return text.error();
    if (marked)
        reader.m_begin += UTF8_MARK.size();
    return reader;
}

std::int64_t LineReader::bytesDone() const
{
    const auto unread = static_cast<std::int64_t>(m_end - m_begin);
    const std::int64_t done = m_source->bytesDone();
    // What lies there packed is taken to be packed evenly.
    const double share = m_read > 0 ? static_cast<double>(unread) / static_cast<double>(m_read) : 0.0;
    return done - std::min(done, static_cast<std::int64_t>(share * static_cast<double>(done)));
}

/// Reads on behind what is still unread; false at the end of the file or on an error.
bool LineReader::fill()
{
    if (m_begin > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
    }
    auto count = m_source->read(std::span(m_buffer).subspan(m_end));
    if (!count)
        m_fault = count.error();
    if (!count || *count == 0)
        return false;
    m_end += *count;
    m_read += static_cast<std::int64_t>(*count);
    return true;
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
        m_begin += found ? length + 1 : length;
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
