// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

namespace core::journal {

/// No line of a journal is longer; what is longer is read as far as that and counts as damaged.
inline constexpr std::size_t MAX_LINE_BYTES = 1 << 20;

/// Reads a file line by line in constant memory.
class LineReader
{
public:
    /// Fails with NotFound when the file cannot be read.
    [[nodiscard]] static Result<LineReader> open(const std::filesystem::path& file);

    /// Moves to the next line; false at the end.
    bool next();
    /// The line without its end. Valid until the next call.
    [[nodiscard]] std::string_view line() const { return m_line; }
    /// Of the line, from 1.
    [[nodiscard]] std::int64_t number() const { return m_number; }
    /// False for a last line without a line end: one that was torn off.
    [[nodiscard]] bool ended() const { return m_ended; }
    [[nodiscard]] bool tooLong() const { return m_tooLong; }
    /// Where the line begins in the file.
    [[nodiscard]] std::int64_t offset() const { return m_offset; }
    /// Bytes read so far.
    [[nodiscard]] std::int64_t bytes() const { return m_offset + m_length; }
    /// Goes to a line that begins at `offset`.
    void seek(std::int64_t offset);

private:
    LineReader() = default;
    bool fill();

    std::ifstream m_file;
    std::string m_chunk;
    std::size_t m_position = 0; ///< In m_chunk.
    std::string m_line;
    std::int64_t m_number = 0;
    std::int64_t m_offset = 0;
    std::int64_t m_length = 0; ///< Of the line with its end.
    bool m_ended = true;
    bool m_tooLong = false;
};

/// Hands every line of a stream's file (without its end) whose correlation is `correlation` to
/// `take`, all lines when that is empty, until it returns false. A torn last line is left out.
/// Fails with NotFound.
[[nodiscard]] Result<void> readLines(const std::filesystem::path& file,
                                     std::string_view correlation,
                                     const std::function<bool(std::string_view)>& take);

} // namespace core::journal
