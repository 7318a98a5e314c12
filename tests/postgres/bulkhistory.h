// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/postgresdialect.h"
#include "core/history/schema.h"
#include "core/history/sqlhistorystore.h"

#include <QtGlobal>

/// A history on a server to which many rows come in the way that is named, whatever else it could do.
inline std::unique_ptr<core::history::HistoryDatabase> openBulk(const core::history::DatabaseUrl& url,
                                                             core::history::Bulk bulk)
{
    using namespace core::history;
    static const SqlContents CONTENTS{postgresMigrations(), "history", "", ""};
    auto connection = PostgresConnection::connect(url, CONTENTS);
    if (!connection)
        qFatal("%s", connection.error().message().c_str());
    const auto version = schemaVersion(**connection);
    if (!version || !prepareSchema(**connection, *version, false))
        qFatal("the schema cannot be made");
    return std::make_unique<SqlHistoryStore>(
        std::make_unique<PostgresDialect>(std::move(*connection), std::nullopt, bulk));
}
