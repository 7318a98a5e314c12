// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/postgres/postgresserver.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

namespace {

constexpr int PATIENCE_MS = 60'000;
const char* const OWNER = "harbour";
const char* const PASSWORD = "of the tests";

QString programFolder()
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString& name : names) {
        const QString folder = versions.filePath(name + QStringLiteral("/bin"));
        if (QFile::exists(folder + QStringLiteral("/initdb")))
            return folder;
    }
    return {};
}

int freePort()
{
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int port = 0;
    if (::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
        ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0)
        port = ntohs(address.sin_port);
    ::close(probe);
    return port;
}

bool finishes(const QStringList& command, QString& output)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QStringLiteral("/"));
    process.start(command.front(), command.mid(1));
    const bool good = process.waitForFinished(PATIENCE_MS) && process.exitCode() == 0 &&
                      process.exitStatus() == QProcess::NormalExit;
    output = QString::fromUtf8(process.readAll()).trimmed();
    return good;
}

} // namespace

std::unique_ptr<PostgresServer> PostgresServer::start(QString& whyNot, const QStringList& settings)
{
    std::unique_ptr<PostgresServer> server(new PostgresServer);
    server->m_settings = settings;
    server->m_programs = programFolder();
    if (server->m_programs.isEmpty()) {
        whyNot = QStringLiteral("no PostgreSQL server is installed; install postgresql-15");
        return nullptr;
    }
    server->m_port = freePort();
    if (!server->makeCluster(whyNot) || !server->launch(whyNot))
        return nullptr;
    qputenv("PGPASSWORD", PASSWORD);
    if (!server->run(QStringLiteral("CREATE DATABASE history"))) {
        whyNot = QStringLiteral("the PostgreSQL server makes no database");
        return nullptr;
    }
    return server;
}

PostgresServer* PostgresServer::shared(QString& whyNot)
{
    static QString reason;
    static const std::unique_ptr<PostgresServer> server = start(reason);
    whyNot = reason;
    return server.get();
}

PostgresServer::~PostgresServer()
{
    stop();
}

QStringList PostgresServer::asOwner(const QStringList& command) const
{
    // Ends with the test's own end, even by kill -9: SIGQUIT is the server's quick way out.
    QStringList all{QStringLiteral("setpriv"), QStringLiteral("--pdeathsig"), QStringLiteral("QUIT")};
    if (::geteuid() == 0)
        all << QStringLiteral("--reuid=postgres") << QStringLiteral("--regid=postgres")
            << QStringLiteral("--clear-groups");
    return all + command;
}

bool PostgresServer::makeCluster(QString& whyNot)
{
    const QString password = m_folder.filePath(QStringLiteral("password"));
    QFile file(password);
    if (!file.open(QIODevice::WriteOnly) || file.write(PASSWORD) < 0) {
        whyNot = QStringLiteral("no temporary folder can be written");
        return false;
    }
    file.close();
    if (::geteuid() == 0) {
        const passwd* account = ::getpwnam("postgres");
        const QByteArray folder = m_folder.path().toLocal8Bit();
        if (!account || ::chown(folder.constData(), account->pw_uid, account->pw_gid) != 0 ||
            ::chown(password.toLocal8Bit().constData(), account->pw_uid, account->pw_gid) != 0) {
            whyNot = QStringLiteral("there is no system account \"postgres\"");
            return false;
        }
    }
    QString output;
    const bool made = finishes(
        asOwner({m_programs + QStringLiteral("/initdb"), QStringLiteral("-D"), m_folder.filePath(QStringLiteral("data")),
                 QStringLiteral("-U"), QString::fromUtf8(OWNER), QStringLiteral("--pwfile=") + password,
                 QStringLiteral("--auth=scram-sha-256"), QStringLiteral("--no-locale"), QStringLiteral("-E"),
                 QStringLiteral("UTF8"), QStringLiteral("--no-sync")}),
        output);
    if (!made)
        whyNot = QStringLiteral("initdb failed: ") + output;
    return made;
}

bool PostgresServer::launch(QString& whyNot)
{
    QStringList command = asOwner(
        {m_programs + QStringLiteral("/postgres"), QStringLiteral("-D"), m_folder.filePath(QStringLiteral("data")),
         QStringLiteral("-p"), QString::number(m_port), QStringLiteral("-k"), m_folder.path(), QStringLiteral("-c"),
         QStringLiteral("listen_addresses=127.0.0.1"), QStringLiteral("-c"), QStringLiteral("timezone=Asia/Kolkata"),
         QStringLiteral("-c"), QStringLiteral("lc_messages=C")});
    for (const QString& setting : m_settings)
        command << QStringLiteral("-c") << setting;
    m_process.setWorkingDirectory(QStringLiteral("/"));
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(command.front(), command.mid(1));
    QByteArray said;
    const auto isReady = [&] {
        return said.contains("ready to accept connections") || said.contains("bereit, um Verbindungen anzunehmen");
    };
    while (!isReady()) {
        if (!m_process.waitForReadyRead(PATIENCE_MS)) {
            whyNot = QStringLiteral("the PostgreSQL server does not start: ") + QString::fromUtf8(said);
            return false;
        }
        said += m_process.readAll();
    }
    return true;
}

void PostgresServer::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    ::kill(static_cast<pid_t>(m_process.processId()), SIGINT);
    m_process.waitForFinished(PATIENCE_MS);
}

void PostgresServer::kill()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGQUIT);
    m_process.waitForFinished(PATIENCE_MS);
}

bool PostgresServer::restart()
{
    QString whyNot;
    return launch(whyNot);
}

core::history::DatabaseUrl PostgresServer::url() const
{
    return url(OWNER, "history");
}

core::history::DatabaseUrl PostgresServer::url(const std::string& user, const std::string& database) const
{
    return *core::history::DatabaseUrl::parse("postgresql://" + user + "@127.0.0.1:" + std::to_string(m_port) + "/" +
                                              database);
}

bool PostgresServer::run(const QString& sql)
{
    const QString name = QStringLiteral("owner of the tests' server");
    bool good = false;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), name);
        database.setHostName(QStringLiteral("127.0.0.1"));
        database.setPort(m_port);
        database.setUserName(QString::fromUtf8(OWNER));
        database.setPassword(QString::fromUtf8(PASSWORD));
        database.setDatabaseName(sql.startsWith(QStringLiteral("CREATE DATABASE")) ? QStringLiteral("postgres")
                                                                                 : QStringLiteral("history"));
        if (database.open()) {
            QSqlQuery query(database);
            good = query.exec(sql);
        }
    }
    QSqlDatabase::removeDatabase(name);
    return good;
}
