// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are damaged, newer, locked, full or not to be had.
#include "sessionfixture.h"

#include "tests/filesizelimit.h"

#include <QFile>
#include <QTest>

#include <semaphore>
#include <thread>

using namespace fixture;
using core::ErrorCode;

namespace {

constexpr auto REPLAY = SessionHead::Kind::Replay;

QByteArray bytesOf(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeBytes(const std::filesystem::path& path, const QByteArray& bytes)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write");
}

/// A session with some acknowledged facts.
Standing fill(const Folder& folder)
{
    Story story(1);
    const auto store = folder.open();
    store->begin(head());
    story.go(200);
    story.handTo(*store);
    if (!store->acknowledge(story.standing))
        qFatal("not acknowledged");
    return story.standing;
}

} // namespace

class TestSessionTrouble : public QObject
{
    Q_OBJECT

private slots:
    void damagedFileIsSetAsideAndSaysSo();
    void newerFileIsRefusedAndLeftAlone();
    void folderThatIsNotThereSaysSo();
    void contradictionsAreFound_data();
    void contradictionsAreFound();
    void waitsForALockAndGoesOn();
    void fullDiskGivesUpInTheEndAndKeepsWhatWasThere();
    void fullDiskIsWaitedFor();
};

void TestSessionTrouble::damagedFileIsSetAsideAndSaysSo()
{
    const Folder folder;
    fill(folder);
    QByteArray bytes = bytesOf(QString::fromStdString(folder.file().string()));
    bytes.replace(bytes.size() / 4, bytes.size() / 2, QByteArray(bytes.size() / 2, '\xA5'));
    writeBytes(folder.file(), bytes);
    const auto store = folder.open();
    QVERIFY(store->notice().has_value());
    QVERIFY(store->notice()->what.find("kept as") != std::string::npos);
    QCOMPARE(folder.keptFiles().size(), 1);
    QCOMPARE(bytesOf(folder.directory.filePath(folder.keptFiles().first())), bytes);
    // A new one is there, empty and sound.
    const auto found = store->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY(!found->has_value());
}

void TestSessionTrouble::newerFileIsRefusedAndLeftAlone()
{
    const Folder folder;
    fill(folder);
    QVERIFY(Raw(folder.file())
                .run("INSERT INTO schema_version VALUES (99, '0099-later', 'now'); "
                     "PRAGMA wal_checkpoint(TRUNCATE)"));
    const QByteArray before = bytesOf(QString::fromStdString(folder.file().string()));
    const auto refused = SessionStore::open(folder.file());
    QVERIFY(!refused.ok() && refused.error().code == ErrorCode::Unsupported);
    QVERIFY(refused.error().what.find("newer") != std::string::npos);
    QCOMPARE(bytesOf(QString::fromStdString(folder.file().string())), before);
    QVERIFY(folder.keptFiles().isEmpty());
}

void TestSessionTrouble::folderThatIsNotThereSaysSo()
{
    const Folder folder;
    const auto refused = SessionStore::open(folder.file().parent_path() / "nowhere" / "file");
    QVERIFY(!refused.ok() && refused.error().code == ErrorCode::Io);
}

void TestSessionTrouble::contradictionsAreFound_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("cash") << QByteArray("UPDATE accounts SET cash = cash + 1 WHERE account = 1");
    QTest::newRow("ledger") << QByteArray("UPDATE ledger SET cash = cash + 1 WHERE seq = 1");
    QTest::newRow("quantity") << QByteArray(
        "UPDATE positions SET quantity = quantity + 1 WHERE account = 0");
    QTest::newRow("position") << QByteArray("DELETE FROM positions WHERE account = 0");
    QTest::newRow("fact") << QByteArray("DELETE FROM orders WHERE seq = (SELECT max(seq) FROM "
                                        "orders)");
    QTest::newRow("word") << QByteArray("UPDATE working_orders SET side = 'sideways'");
}

void TestSessionTrouble::contradictionsAreFound()
{
    QFETCH(QByteArray, sql);
    const Folder folder;
    fill(folder);
    QVERIFY(Raw(folder.file()).run(sql.constData()));
    const auto found = folder.open()->unfinished(REPLAY);
    QVERIFY(!found.ok());
    QVERIFY(found.error().code == ErrorCode::Corrupt);
}

void TestSessionTrouble::waitsForALockAndGoesOn()
{
    const Folder folder;
    std::binary_semaphore waiting(0);
    auto store = SessionStore::open(folder.file(), [&](const core::Error& error) {
        if (error.code == ErrorCode::Busy)
            waiting.release();
    });
    VERIFY_OK(store);
    Raw other(folder.file());
    QVERIFY(other.run("BEGIN IMMEDIATE"));
    std::thread release([&] {
        waiting.acquire();
        QVERIFY(other.run("ROLLBACK"));
    });
    Story story(2);
    (*store)->begin(head());
    story.go(100);
    story.handTo(**store);
    const auto done = (*store)->acknowledge(story.standing);
    release.join();
    VERIFY_OK(done);
    QVERIFY((*(*store)->unfinished(REPLAY))->standing == story.standing);
}

void TestSessionTrouble::fullDiskGivesUpInTheEndAndKeepsWhatWasThere()
{
    const Folder folder;
    const Standing before = fill(folder);
    int waits = 0;
    StoreLimits limits;
    limits.retryFor = std::chrono::milliseconds(50);
    limits.retryEvery = std::chrono::milliseconds(5);
    auto store = SessionStore::open(
        folder.file(), [&](const core::Error&) { ++waits; }, {}, limits);
    VERIFY_OK(store);
    const auto stored = (*store)->unfinished(REPLAY);
    VERIFY_OK(stored);
    (*store)->resume(**stored, "/journal/two");
    Story story(1);
    story.go(5'000);
    {
        const FileSizeLimit full(4'096);
        story.handTo(**store);
        const auto refused = (*store)->acknowledge(story.standing);
        QVERIFY(!refused.ok() && refused.error().code == ErrorCode::Io);
        QCOMPARE(waits, 1);
        QVERIFY(!(*store)->acknowledge(story.standing).ok());
    }
    // Given up is given up, and what was acknowledged before is there.
    QVERIFY(!(*store)->acknowledge(story.standing).ok());
    store->reset();
    const auto kept = folder.open()->unfinished(REPLAY);
    VERIFY_OK(kept);
    QVERIFY((*kept)->standing == before);
}

void TestSessionTrouble::fullDiskIsWaitedFor()
{
    const Folder folder;
    FileSizeLimit full(4'096);
    full.lift();
    auto store = SessionStore::open(folder.file(), [&](const core::Error&) { full.lift(); });
    VERIFY_OK(store);
    Story story(3);
    (*store)->begin(head());
    story.go(3'000);
    const FileSizeLimit again(4'096);
    story.handTo(**store);
    VERIFY_OK((*store)->acknowledge(story.standing));
    const auto kept = (*store)->unfinished(REPLAY);
    VERIFY_OK(kept);
    QVERIFY((*kept)->standing == story.standing);
}

QTEST_GUILESS_MAIN(TestSessionTrouble)
#include "tst_sessiontrouble.moc"
