// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessions/row.h"

#include <sqlite3.h>

namespace core::sessions {

RowWriter& RowWriter::integer(std::int64_t value)
{
    sqlite3_bind_int64(m_statement, m_next++, value);
    return *this;
}

RowWriter& RowWriter::text(std::string_view value)
{
    // A view without characters may have no address, which would bind NULL.
    const char* characters = value.data() ? value.data() : "";
    sqlite3_bind_text(m_statement, m_next++, characters, static_cast<int>(value.size()),
                      SQLITE_STATIC);
    return *this;
}

RowWriter& RowWriter::null()
{
    sqlite3_bind_null(m_statement, m_next++);
    return *this;
}

bool RowWriter::run()
{
    const int code = sqlite3_step(m_statement);
    // Resetting says again what failed, and the connection keeps it for whoever asks.
    return sqlite3_reset(m_statement) == SQLITE_OK && code == SQLITE_DONE;
}

std::int64_t RowReader::integer()
{
    return static_cast<std::int64_t>(sqlite3_column_int64(m_statement, m_next++));
}

std::string RowReader::text()
{
    const auto* characters = sqlite3_column_text(m_statement, m_next);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement, m_next++));
    return characters ? std::string(reinterpret_cast<const char*>(characters), size)
                      : std::string();
}

bool RowReader::isNull() const
{
    return sqlite3_column_type(m_statement, m_next) == SQLITE_NULL;
}

std::optional<Price> RowReader::optionalPrice()
{
    if (!isNull())
        return price();
    ++m_next;
    return std::nullopt;
}

std::optional<Timestamp> RowReader::optionalTime()
{
    if (!isNull())
        return time();
    ++m_next;
    return std::nullopt;
}

} // namespace core::sessions
