// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/bytesource.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace core::history {

/// Reads a text of any size line by line through one buffer, as it lies there or unpacked on the way.
/// Lines end with LF or CRLF; a byte order mark of UTF-8 is skipped.
class LineReader
{
public:
    /// Opens the file, or its `member`, as openSource does. Fails as that, and with InvalidInput on
    /// empty files and on anything that is not UTF-8 text, with Unsupported on what is packed twice.
    [[nodiscard]] static Result<LineReader> open(const std::filesystem::path& file,
                                                 const std::string& member = {});

    /// The next line without its end; false at the end of the file or after a read error. The view
    /// is valid until the next call. Of a line beyond 64 KiB only the start is given.
    [[nodiscard]] bool next(std::string_view& line);
    /// The number of the last line given, from 1.
    [[nodiscard]] std::int64_t lineNumber() const { return m_lineNumber; }
    /// Of the file as it lies there.
    [[nodiscard]] std::int64_t bytesDone() const;
    [[nodiscard]] std::int64_t bytesTotal() const { return m_source->bytesTotal(); }
    /// Of the file, or the path of its member.
    [[nodiscard]] std::string name() const { return m_source->name(); }
    /// The read error that ended the lines early.
    [[nodiscard]] const std::optional<Error>& fault() const { return m_fault; }

private:
    explicit LineReader(std::unique_ptr<ByteSource> source);
    [[nodiscard]] bool fill();

    std::unique_ptr<ByteSource> m_source;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    bool m_skipping = false; ///< Inside the rest of an overlong line.
    std::int64_t m_lineNumber = 0;
    std::int64_t m_read = 0; ///< Bytes of text that the source gave.
    std::optional<Error> m_fault;
};

} // namespace core::history
