// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/postgres/timescaleserver.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QVariant>

namespace {

constexpr int PATIENCE_MS = 60'000;

} // namespace

TimescaleServer* TimescaleServer::shared(QString& whyNot)
{
    static QString reason;
    static const std::unique_ptr<TimescaleServer> server = start(reason);
    whyNot = reason;
    return server.get();
}

std::unique_ptr<TimescaleServer> TimescaleServer::start(QString& whyNot)
{
    std::unique_ptr<TimescaleServer> server(new TimescaleServer);
    const QString given = qEnvironmentVariable("QUARTERDECK_TEST_TIMESCALE_URL");
    if (given.isEmpty())
        return server->launch(whyNot) ? std::move(server) : nullptr;
    auto url = core::history::DatabaseUrl::parse(given.toStdString());
    if (!url) {
        whyNot = QString::fromStdString(url.error().message());
        return nullptr;
    }
    server->m_url = *url;
    return server;
}

TimescaleServer::~TimescaleServer()
{
    m_process.kill();
    m_process.waitForFinished(PATIENCE_MS);
}

bool TimescaleServer::launch(QString& whyNot)
{
    const QString folder = QStringLiteral(QUARTERDECK_SOURCE_DIR "/tests/timescale");
    const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
    if (node.isEmpty() || !QFile::exists(folder + QStringLiteral("/node_modules"))) {
        whyNot = QStringLiteral("there is no Node, or tests/timescale was not installed by \"npm ci\"");
        return false;
    }
    // It speaks no TLS, not even to say so.
    qputenv("PGSSLMODE", "disable");
    qputenv("PGPASSWORD", "postgres");
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(QStringLiteral("setpriv"), {QStringLiteral("--pdeathsig"), QStringLiteral("KILL"), node,
                                                folder + QStringLiteral("/server.mjs")});
    QByteArray said;
    const QByteArray word("listening on ");
    while (!said.contains(word) || !said.endsWith('\n')) {
        if (!m_process.waitForReadyRead(PATIENCE_MS)) {
            whyNot = QStringLiteral("TimescaleDB does not start: ") + QString::fromUtf8(said);
            return false;
        }
        said += m_process.readAll();
    }
    const QByteArray port = said.mid(said.indexOf(word) + word.size()).trimmed();
    auto url = core::history::DatabaseUrl::parse("postgresql://postgres@127.0.0.1:" + port.toStdString() + "/postgres");
    if (!url)
        whyNot = QString::fromStdString(url.error().message());
    else
        m_url = *url;
    return url.ok();
}

template <typename Use> bool TimescaleServer::connected(Use use)
{
    const QString name = QStringLiteral("owner of the tests' TimescaleDB");
    bool good = false;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), name);
        database.setHostName(QString::fromStdString(m_url.host()));
        database.setPort(m_url.port());
        database.setUserName(QString::fromStdString(m_url.user()));
        database.setDatabaseName(QString::fromStdString(m_url.database()));
        if (database.open()) {
            QSqlQuery query(database);
            // One session serves all connections.
            query.exec(QStringLiteral("ROLLBACK"));
            good = query.exec(QStringLiteral("DISCARD ALL")) && use(query);
        }
    }
    QSqlDatabase::removeDatabase(name);
    return good;
}

bool TimescaleServer::run(const QString& sql)
{
    return connected([&](QSqlQuery& query) { return query.exec(sql); });
}

qint64 TimescaleServer::number(const QString& sql)
{
    qint64 answer = -1;
    const bool good = connected([&](QSqlQuery& query) {
        const bool answered = query.exec(sql) && query.next();
        if (answered)
            answer = query.value(0).toLongLong();
        return answered;
    });
    return good ? answer : -1;
}
