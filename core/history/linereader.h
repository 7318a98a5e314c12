// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace core::history {

/// Reads a text file of any size line by line through one buffer. Lines end with LF or CRLF; a byte
/// order mark of UTF-8 is skipped.
class LineReader
{
public:
    /// Fails with Io on what cannot be read, with InvalidInput on empty files and on anything that
    /// is not UTF-8 text, with Unsupported on packed files.
    [[nodiscard]] static Result<LineReader> open(const std::filesystem::path& file);
    LineReader(LineReader&& other) noexcept;
    LineReader& operator=(LineReader&& other) = delete;
    ~LineReader();

    /// The next line without its end; false at the end of the file or after a read error. The view
    /// is valid until the next call. Of a line beyond 64 KiB only the start is given.
    [[nodiscard]] bool next(std::string_view& line);
    /// The number of the last line given, from 1.
    [[nodiscard]] std::int64_t lineNumber() const { return m_lineNumber; }
    [[nodiscard]] std::int64_t bytesDone() const { return m_bytesDone; }
    [[nodiscard]] std::int64_t bytesTotal() const { return m_bytesTotal; }
    /// The read error that ended the lines early.
    [[nodiscard]] const std::optional<Error>& fault() const { return m_fault; }

private:
    LineReader(std::filesystem::path file, int descriptor, std::int64_t size);
    [[nodiscard]] bool fill();
    void consume(std::size_t count);

    std::filesystem::path m_file;
    int m_descriptor = -1;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    bool m_skipping = false; ///< Inside the rest of an overlong line.
    std::int64_t m_lineNumber = 0;
    std::int64_t m_bytesDone = 0;
    std::int64_t m_bytesTotal = 0;
    std::optional<Error> m_fault;
};

} // namespace core::history
