// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <libpq-fe.h>

namespace core::history {

/// A number of an answer in binary form.
template <typename Word> [[nodiscard]] Word wordOf(const pg_result* result, int row, int column)
{
    const char* bytes = PQgetvalue(result, row, column);
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i)
        word = static_cast<Word>(word << 8) | static_cast<std::uint8_t>(bytes[i]);
    return word;
}

[[nodiscard]] inline std::int64_t longOf(const pg_result* result, int row, int column)
{
    return static_cast<std::int64_t>(wordOf<std::uint64_t>(result, row, column));
}

} // namespace core::history
