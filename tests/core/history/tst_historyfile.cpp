// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/schema.h"
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlitedialect.h"

#include <QDir>
#include <QtTest>

#include <csignal>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

QByteArray bytesOf(const std::filesystem::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList keptFiles(const Folder& folder)
{
    return QDir(folder.directory.path())
        .entryList({QStringLiteral("history.sqlite.corrupt-*")}, QDir::Files);
}

/// Runs statements by a connection of its own.
class Raw
{
public:
    explicit Raw(const std::filesystem::path& file) { sqlite3_open(file.c_str(), &m_handle); }
    ~Raw() { sqlite3_close(m_handle); }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    [[nodiscard]] bool run(const char* sql)
    {
        return sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    [[nodiscard]] double number(const char* sql)
    {
        double value = 0.0;
        sqlite3_exec(
            m_handle, sql,
            [](void* out, int, char** columns, char**) {
                *static_cast<double*>(out) = QByteArray(columns[0]).toDouble();
                return 0;
            },
            &value, nullptr);
        return value;
    }

private:
    sqlite3* m_handle = nullptr;
};

void fill(const Folder& folder, int candles)
{
    auto store = folder.open();
    if (!store->putInstrument(instrument()) ||
        !store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, candles)))
        qFatal("the history cannot be filled");
}

/// Files larger than the limit cannot grow; the usual signal for that is ignored.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int) = SIG_DFL;
};

} // namespace

class TestHistoryFile : public QObject
{
    Q_OBJECT
private slots:
    void setsDamagedFilesAside_data();
    void setsDamagedFilesAside();
    void neverOverwritesWhatWasKept();
    void leavesSomebodysOwnFileAlone();
    void readerLeavesDamagedFilesAlone();
    void damageMetInUseIsCheckedAtTheNextStart();
    void falseAlarmIsForgotten();
    void unfinishedLogIsNoDamage();
    void refusesNewerSchemaUntouched();
    void refusesForeignDatabaseUntouched();
    void readerBringsAnOlderSchemaUpToDate();
    void readerLeavesAnOlderSchemaThatIsReadOnly();
    void recordsMigrations();
    void showsPricesToPeople();
    void unwritablePlacesAreErrors();
    void fullDiskKeepsWhatIsCommitted();
    void fullDatabaseSaysSo();
    void lockedDatabaseSaysSo();
    void readsFromReadOnlyFolder();
};

void TestHistoryFile::setsDamagedFilesAside_data()
{
    QTest::addColumn<QString>("damage");
    QTest::newRow("garbage") << QStringLiteral("garbage");
    QTest::newRow("cut to half") << QStringLiteral("half");
    QTest::newRow("cut inside the header") << QStringLiteral("header");
    QTest::newRow("overwritten in the middle") << QStringLiteral("middle");
}

void TestHistoryFile::setsDamagedFilesAside()
{
    QFETCH(QString, damage);
    const Folder folder;
    fill(folder, 20'000);
    QByteArray bytes = bytesOf(folder.file());
    if (damage == QStringLiteral("garbage"))
        bytes = QByteArray("this was never a database ").repeated(500);
    if (damage == QStringLiteral("half"))
        bytes.truncate(bytes.size() / 2);
    if (damage == QStringLiteral("header"))
        bytes.truncate(60);
    if (damage == QStringLiteral("middle"))
        bytes.replace(bytes.size() / 2, 20'000, QByteArray(20'000, '\xA5'));
    folder.write("history.sqlite", bytes);
    folder.write("history.sqlite-wal", "the end of a log");
    const auto refused = openHistory(folder.file());
    QVERIFY(!refused.ok());
    QVERIFY2(refused.error().code == ErrorCode::Corrupt, refused.error().message().c_str());
    const QStringList kept = keptFiles(folder).filter(QRegularExpression(QStringLiteral("Z$")));
    QCOMPARE(kept.size(), 1);
    QVERIFY(refused.error().what.find(kept.first().toStdString()) != std::string::npos);
    QCOMPARE(bytesOf(folder.path(kept.first().toStdString().c_str())), bytes);
    QVERIFY(!std::filesystem::exists(folder.file()));
    QVERIFY(!std::filesystem::exists(folder.path("history.sqlite-wal")));
    auto again = openHistory(folder.file());
    VERIFY_OK(again);
    QVERIFY((*again)->coverage()->empty());
}

void TestHistoryFile::leavesSomebodysOwnFileAlone()
{
    const Folder folder;
    const QByteArray bytes = QByteArray("PK\x03\x04 my thesis ").repeated(500);
    const auto file = folder.write("thesis.odt", bytes);
    for (const bool readOnly : {false, true}) {
        const auto refused = openHistory(file, readOnly);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
    }
    QCOMPARE(QDir(folder.directory.path()).entryList(QDir::Files), QStringList(QStringLiteral("thesis.odt")));
    QCOMPARE(bytesOf(file), bytes);
}

void TestHistoryFile::neverOverwritesWhatWasKept()
{
    const Folder folder;
    for (const char* bytes :
         {"first garbage, long enough to be looked at", "second garbage, long enough too"}) {
        folder.write("history.sqlite", QByteArray(bytes).repeated(10));
        QVERIFY(!openHistory(folder.file()).ok());
    }
    QCOMPARE(keptFiles(folder).size(), 2);
}

void TestHistoryFile::readerLeavesDamagedFilesAlone()
{
    const Folder folder;
    folder.write("history.sqlite", QByteArray("garbage ").repeated(500));
    const auto refused = openHistory(folder.file(), true);
    QVERIFY(!refused.ok() && refused.error().code == ErrorCode::Corrupt);
    QVERIFY(std::filesystem::exists(folder.file()));
    QVERIFY(keptFiles(folder).isEmpty());
}

void TestHistoryFile::damageMetInUseIsCheckedAtTheNextStart()
{
    const Folder folder;
    fill(folder, 20'000);
    QByteArray bytes = bytesOf(folder.file());
    bytes.replace(bytes.size() / 2, 20'000, QByteArray(20'000, '\xA5'));
    folder.write("history.sqlite", bytes);
    {
        // Connected without the check of small files, as a large history is.
        auto connection = SqliteConnection::connect(folder.file(), SqliteAccess::ReadOnly, historyContents());
        VERIFY_OK(connection);
        SqlHistoryStore store(std::make_unique<SqliteDialect>(std::move(*connection)));
        bool met = false;
        for (const Timeframe level : ALL_TIMEFRAMES) {
            const auto read = store.candles(symbol(), level, {}, {});
            met = met || (!read && read.error().code == ErrorCode::Corrupt);
        }
        QVERIFY(met);
    }
    QVERIFY(std::filesystem::exists(suspicionMark(folder.file())));
    QVERIFY(openHistory(folder.file()).error().code == ErrorCode::Corrupt);
    QVERIFY(!std::filesystem::exists(suspicionMark(folder.file())));
}

void TestHistoryFile::falseAlarmIsForgotten()
{
    const Folder folder;
    fill(folder, 10);
    folder.write("history.sqlite.suspect", "");
    QCOMPARE(folder.open()->coverage(symbol())->candles, 10);
    QVERIFY(!std::filesystem::exists(suspicionMark(folder.file())));
}

void TestHistoryFile::unfinishedLogIsNoDamage()
{
    const Folder folder;
    auto store = folder.open();
    QVERIFY(store->putInstrument(instrument()).ok());
    QVERIFY(store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, 500)).ok());
    // A copy of the files as a killed program leaves them.
    const Folder killed;
    for (const char* name : {"history.sqlite", "history.sqlite-wal"})
        killed.write(name, bytesOf(folder.path(name)));
    QCOMPARE(killed.open()->coverage(symbol())->candles, 500);
}

void TestHistoryFile::refusesNewerSchemaUntouched()
{
    const Folder folder;
    fill(folder, 10);
    {
        Raw raw(folder.file());
        QVERIFY(
            raw.run("INSERT INTO schema_version VALUES (999, 'later', '2030-01-01T00:00:00Z')"));
    }
    const QByteArray before = bytesOf(folder.file());
    for (const bool readOnly : {false, true}) {
        const auto refused = openHistory(folder.file(), readOnly);
        QVERIFY(!refused.ok() && refused.error().code == ErrorCode::Unsupported);
        QVERIFY(refused.error().message().find("999") != std::string::npos);
    }
    QVERIFY(bytesOf(folder.file()) == before);
    QVERIFY(keptFiles(folder).isEmpty());
}

void TestHistoryFile::refusesForeignDatabaseUntouched()
{
    const Folder folder;
    {
        Raw raw(folder.file());
        QVERIFY(raw.run("CREATE TABLE recipes (name TEXT)"));
    }
    const QByteArray before = bytesOf(folder.file());
    const auto refused = openHistory(folder.file());
    QVERIFY(!refused.ok() && refused.error().code == ErrorCode::Unsupported);
    QVERIFY(bytesOf(folder.file()) == before);
}

/// As the first version left it.
static bool makeFirstVersion(const Folder& folder)
{
    Raw raw(folder.file());
    return raw.run(sqliteMigrations().front().sql) &&
           raw.run("INSERT INTO schema_version VALUES (1, '0001-candles', '2022-01-01T00:00:00Z'); "
                   "INSERT INTO instruments VALUES (1, 'kraken', 'BTC/USD', 'BTC', 'USD', 2, 8, 1, 'stated'); "
                   "INSERT INTO series VALUES (1, 60, 1641168000000000, 1641168000000000, 1); "
                   "INSERT INTO candles VALUES (1, 60, 1641168000000000, 100, 102, 99, 101, 1.5, 3);");
}

void TestHistoryFile::readerBringsAnOlderSchemaUpToDate()
{
    const Folder folder;
    QVERIFY(makeFirstVersion(folder));
    auto reader = openHistory(folder.file(), true);
    VERIFY_OK(reader);
    QCOMPARE((*reader)->candles(symbol(), ONE_MINUTE, {})->back().close.ticks(), 101);
    QVERIFY((*reader)->trades(symbol(), {})->empty());
    QCOMPARE((*reader)->putInstrument(instrument()).error().code, ErrorCode::Io); // Still reads only.
}

void TestHistoryFile::readerLeavesAnOlderSchemaThatIsReadOnly()
{
    if (geteuid() == 0)
        QSKIP("root may write everywhere");
    const Folder folder;
    QVERIFY(makeFirstVersion(folder));
    QVERIFY(QFile::setPermissions(QString::fromStdString(folder.file().string()), QFile::ReadOwner));
    const auto refused = openHistory(folder.file(), true);
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::Unsupported);
}

void TestHistoryFile::recordsMigrations()
{
    const Folder folder;
    folder.open();
    folder.open();
    Raw raw(folder.file());
    QCOMPARE(raw.number("SELECT count(*) FROM schema_version"),
             static_cast<double>(sqliteMigrations().size()));
    int expected = 1;
    for (const Migration& migration : sqliteMigrations())
        QCOMPARE(migration.version, expected++);
}

void TestHistoryFile::showsPricesToPeople()
{
    const Folder folder;
    fill(folder, 3);
    Raw raw(folder.file());
    const auto first = candle(time("2022-01-03"), 1);
    QCOMPARE(raw.number("SELECT close FROM candle_prices WHERE open_time = '2022-01-03T00:00:00Z'"),
             instrument().toDouble(first.close));
}

void TestHistoryFile::unwritablePlacesAreErrors()
{
    const Folder folder;
    folder.write("plain", "a file");
    for (const char* name : {"plain/history.sqlite", "missing/history.sqlite"}) {
        const auto refused = openHistory(folder.path(name));
        QVERIFY(!refused.ok());
        QVERIFY2(refused.error().code == ErrorCode::Io, refused.error().message().c_str());
    }
    QVERIFY(openHistory(folder.path(".")).error().code == ErrorCode::Io);
    QVERIFY(openHistory(folder.file(), true).error().code == ErrorCode::NotFound);
    QVERIFY(!std::filesystem::exists(folder.file()));
}

void TestHistoryFile::fullDiskKeepsWhatIsCommitted()
{
    const Folder folder;
    auto store = folder.open();
    QVERIFY(store->putInstrument(instrument()).ok());
    const auto first = series(time("2022-01-03"), ONE_MINUTE, 5000);
    QVERIFY(store->write(symbol(), ONE_MINUTE, first).ok());
    const auto next = series(first.openTime.back() + ONE_MINUTE.length(), ONE_MINUTE, 200'000);
    {
        const FileSizeLimit limit(2 << 20);
        const auto refused = store->write(symbol(), ONE_MINUTE, next);
        QVERIFY(!refused.ok());
        QVERIFY2(refused.error().code == ErrorCode::Io, refused.error().message().c_str());
    }
    QVERIFY(*store->candles(symbol(), ONE_MINUTE, {}) == first);
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, next));
    QCOMPARE(store->coverage(symbol())->candles, 205'000);
}

void TestHistoryFile::fullDatabaseSaysSo()
{
    const Folder folder;
    fill(folder, 1000);
    auto connection = SqliteConnection::connect(folder.file(), SqliteAccess::ReadWrite, historyContents());
    VERIFY_OK(connection);
    VERIFY_OK((*connection)->runScript("PRAGMA max_page_count = 60", "preparing"));
    SqlHistoryStore store(std::make_unique<SqliteDialect>(std::move(*connection)));
    const auto refused =
        store.write(symbol(), ONE_MINUTE, series(time("2022-02-03"), ONE_MINUTE, 20'000));
    QVERIFY(!refused.ok() && refused.error().code == ErrorCode::Io);
    QVERIFY(refused.error().what.find("full") != std::string::npos);
    QCOMPARE(store.coverage(symbol())->candles, 1000);
}

void TestHistoryFile::lockedDatabaseSaysSo()
{
    const Folder folder;
    fill(folder, 10);
    auto store = folder.open();
    Raw other(folder.file());
    QVERIFY(other.run("BEGIN IMMEDIATE"));
    const auto more = series(time("2022-02-03"), ONE_MINUTE, 10);
    const auto refused = store->write(symbol(), ONE_MINUTE, more);
    QVERIFY(!refused.ok());
    QVERIFY2(refused.error().code == ErrorCode::Busy, refused.error().message().c_str());
    QCOMPARE(store->candles(symbol(), ONE_MINUTE, {})->size(), 10U);
    QVERIFY(other.run("COMMIT"));
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, more));
}

void TestHistoryFile::readsFromReadOnlyFolder()
{
    if (geteuid() == 0)
        QSKIP("root may write everywhere");
    const Folder folder;
    fill(folder, 10);
    QVERIFY(QFile::setPermissions(folder.directory.path(), QFile::ReadOwner | QFile::ExeOwner));
    auto reader = openHistory(folder.file(), true);
    const auto writer = openHistory(folder.path("other.sqlite"));
    QFile::setPermissions(folder.directory.path(),
                          QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    VERIFY_OK(reader);
    QCOMPARE((*reader)->coverage(symbol())->candles, 10);
    QVERIFY(!writer.ok() && writer.error().code == ErrorCode::Io);
}

QTEST_GUILESS_MAIN(TestHistoryFile)
#include "tst_historyfile.moc"
