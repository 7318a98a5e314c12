// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a database says of itself: a file, or a server.
#include "historyfixture.h"

#include "core/history/databasefacts.h"

#include <QtTest>

#include <algorithm>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

TableFacts table(const DatabaseFacts& facts, const char* name)
{
    const auto found = std::ranges::find(facts.tables, name, &TableFacts::name);
    return found == facts.tables.end() ? TableFacts() : *found;
}

} // namespace

class TestDatabaseFacts : public QObject
{
    Q_OBJECT

private slots:
    void aNewPlaceHasNoHistoryYet()
    {
        const Folder folder;
        const auto probe = probeDatabase(folder.history());
        VERIFY_OK(probe);
        QCOMPARE(probe->migration, 0);
        QVERIFY(probe->newestMigration >= 3);
        QVERIFY(probe->writable);
        QVERIFY(readDatabaseFacts(folder.history())->tables.empty());
    }

    void lookingMakesNothing()
    {
        const Folder folder;
        VERIFY_OK(readDatabaseFacts(folder.history()));
        QCOMPARE(probeDatabase(folder.history())->migration, 0);
        QVERIFY(!QFile::exists(QString::fromStdString(folder.file().string())));
    }

    void saysWhatItIsAndTheSchemaThere()
    {
        const Folder folder;
        auto store = folder.open();
        const std::string database = store->database();
        store.reset();
        const auto probe = probeDatabase(folder.history());
        VERIFY_OK(probe);
        QCOMPARE(probe->database, database);
        QCOMPARE(probe->migration, probe->newestMigration);
        QVERIFY(probe->keepsEveryCharacter());
    }

    void countsRows()
    {
        const Folder folder;
        auto store = folder.open();
        VERIFY_OK(store->putInstrument(instrument()));
        VERIFY_OK(store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, 600)));
        store.reset();
        const auto facts = readDatabaseFacts(folder.history());
        VERIFY_OK(facts);
        QCOMPARE(table(*facts, "candles").rows.value(), std::int64_t(600));
        QCOMPARE(table(*facts, "candles_1h").rows.value(), std::int64_t(10));
        QCOMPARE(table(*facts, "trades").rows.value(), std::int64_t(0));
        QCOMPARE(table(*facts, "instruments").rows.value(), std::int64_t(1));
    }

    void sizesGrowWithTheRows()
    {
        const Folder folder;
        auto store = folder.open();
        VERIFY_OK(store->putInstrument(instrument()));
        VERIFY_OK(store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, 20'000)));
        store.reset();
        const auto facts = readDatabaseFacts(folder.history());
        VERIFY_OK(facts);
        // A row of a minute takes more than forty bytes and less than two hundred in any database.
        const std::int64_t bytes = table(*facts, "candles").bytes.value();
        QVERIFY2(bytes > 20'000 * 40 && bytes < 20'000 * 200, qPrintable(QString::number(bytes)));
        QVERIFY(facts->bytes.value() >= bytes);
    }

    void leavesAFileOfAnotherKindAlone()
    {
        if (server())
            return; // A server's is refused in tst_postgreslogin.
        const Folder folder;
        const auto file = folder.write("holiday.png", QByteArray("\x89PNG\r\n").repeated(2'000));
        const auto probe = probeDatabase(file);
        QVERIFY(!probe.ok());
        QCOMPARE(probe.error().code, ErrorCode::Refused);
        QCOMPARE(QDir(folder.directory.path()).entryList(QDir::Files), QStringList(QStringLiteral("holiday.png")));
    }
};

QTEST_GUILESS_MAIN(TestDatabaseFacts)
#include "tst_databasefacts.moc"
