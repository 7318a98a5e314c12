// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/reader.h"

#include "core/journal/jsonline.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::journal {

namespace {

constexpr std::size_t CHUNK = 256 * 1024;

} // namespace

Result<LineReader> LineReader::open(const std::filesystem::path& file)
{
    LineReader reader;
    reader.m_file.open(file, std::ios::binary);
    std::error_code fault;
    if (!reader.m_file || std::filesystem::is_directory(file, fault))
        return Error{ErrorCode::NotFound, fmt::format("{} cannot be read", file.string()),
                     "Check that it exists and belongs to you."};
    return reader;
}

bool LineReader::fill()
{
    m_chunk.resize(CHUNK);
    m_file.read(m_chunk.data(), static_cast<std::streamsize>(CHUNK));
    m_chunk.resize(static_cast<std::size_t>(m_file.gcount()));
    m_position = 0;
    return !m_chunk.empty();
}

bool LineReader::next()
{
    m_offset += m_length;
    m_length = 0;
    m_line.clear();
    m_ended = false;
    m_tooLong = false;
    while (!m_ended && (m_position < m_chunk.size() || fill())) {
        const std::size_t end = m_chunk.find('\n', m_position);
        m_ended = end != std::string::npos;
        const std::string_view piece =
            std::string_view(m_chunk).substr(m_position, m_ended ? end - m_position : end);
        const std::size_t room = MAX_LINE_BYTES - m_line.size();
        m_tooLong = m_tooLong || piece.size() > room;
        m_line.append(piece.substr(0, room));
        m_position += piece.size() + (m_ended ? 1 : 0);
        m_length += static_cast<std::int64_t>(piece.size() + (m_ended ? 1 : 0));
    }
    m_number += m_length > 0 ? 1 : 0;
    return m_length > 0;
}

void LineReader::seek(std::int64_t offset)
{
    m_file.clear();
    m_file.seekg(offset);
    m_chunk.clear();
    m_position = 0;
    m_offset = offset;
    m_length = 0;
}

Result<void> readLines(const std::filesystem::path& file, std::string_view correlation,
                       const std::function<bool(std::string_view)>& take)
{
    auto reader = LineReader::open(file);
    if (!reader)
        return reader.error();
    // Quotes inside texts are escaped, so this can only be the member itself.
    std::string wanted = "\"correlation\":";
    appendJsonText(wanted, correlation);
    while (reader->next() && reader->ended()) {
        const bool fits =
            correlation.empty() || reader->line().find(wanted) != std::string_view::npos;
        if (fits && !take(reader->line()))
            break;
    }
    return {};
}

} // namespace core::journal
