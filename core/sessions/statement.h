// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessions/row.h"
#include "core/sessions/sessiondatabase.h"

#include <sqlite3.h>

namespace core::sessions {

inline Result<sqlite3_stmt*> SessionDatabase::prepared(const char* sql)
{
    sqlite3_stmt*& known = m_statements[sql];
    if (!known) {
        auto statement = m_connection->prepared(sql);
        if (!statement)
            return statement.error();
        known = *statement;
    }
    return known;
}

template <typename Bind> Result<void> SessionDatabase::run(const char* sql, Bind bind)
{
    auto statement = prepared(sql);
    if (!statement)
        return statement.error();
    RowWriter row(*statement);
    bind(row);
    if (!row.run())
        return m_connection->lastError("writing to");
    return {};
}

template <typename Bind, typename Take>
Result<void> SessionDatabase::query(const char* sql, Bind bind, Take take)
{
    auto statement = prepared(sql);
    if (!statement)
        return statement.error();
    const history::StatementUse use(*statement);
    RowWriter row(*statement);
    bind(row);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(*statement)) == SQLITE_ROW) {
        RowReader columns(*statement);
        take(columns);
    }
    if (code != SQLITE_DONE)
        return m_connection->lastError("reading");
    return {};
}

} // namespace core::sessions
