// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/postgres/postgresserver.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

/// A connection of the server's owner that stays: what a test does beside the program's own.
class ServerSession
{
public:
    explicit ServerSession(const PostgresServer& server)
    {
        m_database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), name());
        m_database.setHostName(QStringLiteral("127.0.0.1"));
        m_database.setPort(server.url().port());
        m_database.setUserName(QString::fromStdString(server.url().user()));
        m_database.setPassword(qEnvironmentVariable("PGPASSWORD"));
        m_database.setDatabaseName(QStringLiteral("history"));
        m_good = m_database.open();
    }
    ~ServerSession()
    {
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(name());
    }
    Q_DISABLE_COPY_MOVE(ServerSession)

    /// The number that a query answers; -1 when it fails.
    [[nodiscard]] qint64 number(const QString& sql)
    {
        QSqlQuery query(m_database);
        return query.exec(sql) && query.next() ? query.value(0).toLongLong() : -1;
    }
    [[nodiscard]] bool run(const QString& sql) { return m_good && QSqlQuery(m_database).exec(sql); }
    /// Ends every connection of the program's; how many there were.
    qint64 cut()
    {
        return number(QStringLiteral("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                     "WHERE application_name = 'quarterdeck'"));
    }

private:
    static QString name() { return QStringLiteral("session of the tests"); }
    QSqlDatabase m_database;
    bool m_good = false;
};
