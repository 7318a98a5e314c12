// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sessionfixture.h"

#include "core/sessions/sessiondatabase.h"

#include <QTest>

using namespace fixture;

namespace {

constexpr auto REPLAY = SessionHead::Kind::Replay;

} // namespace

class TestSessionStore : public QObject
{
    Q_OBJECT

private slots:
    void hasNothingAtFirst();
    void keepsWhatWasAcknowledged();
    void forgetsWhatWasNot();
    void keepsTheOrderOfThings();
    void passesOverWhatItHolds();
    void startsOverInOneStep();
    void keepsWhatTheUserDidWithWhatItLedTo();
    void goingBackKeepsWhatTheUserDid();
    void theJournalMovesWithTheNextAcknowledgement();
    void refusesActsThatCannotBe_data();
    void refusesActsThatCannotBe();
    void aRecordFromBeforeActsIsRead();
    void aFillKeepsWhatResolvedIt();
    void closedSessionsAreNotFound();
    void anotherSessionClosesTheOneBefore();
    void theOldestClosedOnesGo();
    void abandonedSessionsStayAsTheyAre();
    void paperSessionsAreKeptApart();
    void anySequenceIsKeptExactly_data();
    void anySequenceIsKeptExactly();
};

void TestSessionStore::hasNothingAtFirst()
{
    const Folder folder;
    const auto found = folder.open()->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY(!found->has_value());
}

void TestSessionStore::keepsWhatWasAcknowledged()
{
    const Folder folder;
    Story story(1);
    {
        const auto store = folder.open();
        store->begin(head());
        story.go(500);
        story.handTo(*store);
        VERIFY_OK(store->acknowledge(story.standing));
    }
    const auto found = folder.open()->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY(found->has_value());
    const StoredSession& session = **found;
    QVERIFY(session.standing == story.standing);
    QVERIFY(session.end == SessionEnd::Open);
    QCOMPARE(session.epoch, std::uint64_t(1));
    QCOMPARE(session.head.request, head().request);
    QCOMPARE(session.head.digest, head().digest);
    QCOMPARE(session.head.candleDigest, head().candleDigest);
    QCOMPARE(session.head.journal, head().journal);
    QCOMPARE(session.head.symbols.size(), std::size_t(2));
    QCOMPARE(session.head.symbols[1].name, std::string("ETH/USD"));
    QCOMPARE(session.head.accounts[1].strategy, std::string("strategy_1"));
    QCOMPARE(session.head.accounts[1].settings.longLeverage, std::int64_t(15'000));
}

void TestSessionStore::forgetsWhatWasNot()
{
    const Folder folder;
    Story story(2);
    const auto store = folder.open();
    store->begin(head());
    story.go(100);
    story.handTo(*store);
    VERIFY_OK(store->acknowledge(story.standing));
    const Standing acknowledged = story.standing;
    story.go(100);
    story.handTo(*store);
    QVERIFY((*store->unfinished(REPLAY))->standing == acknowledged);
    VERIFY_OK(store->end(SessionEnd::Left));
    const auto found = store->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY(found->has_value() && (*found)->standing == acknowledged);
    QVERIFY((*found)->end == SessionEnd::Left);
}

void TestSessionStore::keepsTheOrderOfThings()
{
    const Folder folder;
    Story story(3);
    const auto store = folder.open();
    store->begin(head());
    for (int i = 0; i < 20; ++i) {
        story.go(10);
        story.handTo(*store);
        if (i % 3 == 0)
            VERIFY_OK(store->acknowledge(story.standing));
    }
    VERIFY_OK(store->acknowledge(story.standing));
    Raw raw(folder.file());
    const char* all = "(SELECT seq, time FROM orders UNION ALL SELECT seq, time FROM fills "
                      "UNION ALL SELECT seq, time FROM ledger)";
    const auto ask = [&](const QString& sql) {
        return raw.number(qPrintable(sql.arg(QLatin1StringView(all))));
    };
    QCOMPARE(ask(QStringLiteral("SELECT count(DISTINCT seq) FROM %1")),
             static_cast<long long>(story.standing.facts));
    QCOMPARE(ask(QStringLiteral("SELECT max(seq) FROM %1")),
             static_cast<long long>(story.standing.facts));
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM %1 a JOIN %1 b ON b.seq = a.seq + 1 WHERE "
                                "b.time < a.time")),
             0LL);
}

void TestSessionStore::passesOverWhatItHolds()
{
    const Folder folder;
    Story story(4);
    {
        const auto store = folder.open();
        store->begin(head());
        story.go(300);
        story.handTo(*store);
        VERIFY_OK(store->acknowledge(story.standing));
    }
    const auto store = folder.open();
    const auto stored = store->unfinished(REPLAY);
    VERIFY_OK(stored);
    store->resume(**stored, "/journal/two");
    // The same again from the beginning, and then some.
    Story again(4);
    again.go(300);
    again.handTo(*store);
    VERIFY_OK(store->acknowledge(again.standing));
    again.go(200);
    again.handTo(*store);
    VERIFY_OK(store->acknowledge(again.standing));
    VERIFY_OK(store->acknowledge(again.standing));
    const auto found = store->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY((*found)->standing == again.standing);
    QCOMPARE((*found)->head.journal, std::string("/journal/two"));
    QCOMPARE((*found)->id, (*stored)->id);
}

void TestSessionStore::startsOverInOneStep()
{
    const Folder folder;
    Story story(5);
    const auto store = folder.open();
    store->begin(head());
    story.go(400);
    story.handTo(*store);
    VERIFY_OK(store->acknowledge(story.standing));
    store->restart();
    Story again(5);
    again.go(50);
    again.handTo(*store);
    // Nothing of it counts before it is acknowledged.
    Raw raw(folder.file());
    QCOMPARE(raw.number("SELECT facts FROM progress"),
             static_cast<long long>(story.standing.facts));
    VERIFY_OK(store->acknowledge(again.standing));
    QCOMPARE(raw.number("SELECT facts FROM progress"),
             static_cast<long long>(again.standing.facts));
    const auto found = store->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY((*found)->standing == again.standing);
    QCOMPARE((*found)->epoch, std::uint64_t(2));
}

namespace {

using core::portfolio::UserAction;

std::vector<UserAction> someActions()
{
    UserAction leverage = *UserAction::setLeverage(1, 2.5, 3.0);
    leverage.batches = 7;
    return {{UserAction::Kind::Halt, 0, 0, 0, 3}, leverage, {UserAction::Kind::Reset, 1, 0, 0, 7}};
}

} // namespace

void TestSessionStore::keepsWhatTheUserDidWithWhatItLedTo()
{
    const Folder folder;
    Story story(4);
    const auto store = folder.open();
    store->begin(head());
    story.go(50);
    story.handTo(*store);
    VERIFY_OK(store->acknowledge(story.standing));
    store->setActions(someActions());
    QVERIFY((*store->unfinished(REPLAY))->actions.empty());
    VERIFY_OK(store->acknowledge(story.standing));
    QVERIFY((*store->unfinished(REPLAY))->actions == someActions());
    auto fewer = someActions();
    fewer.pop_back();
    store->setActions(fewer);
    VERIFY_OK(store->acknowledge(story.standing));
    QVERIFY((*store->unfinished(REPLAY))->actions == fewer);
}

void TestSessionStore::goingBackKeepsWhatTheUserDid()
{
    const Folder folder;
    Story story(5);
    const auto store = folder.open();
    store->begin(head());
    story.go(50);
    story.handTo(*store);
    store->setActions(someActions());
    VERIFY_OK(store->acknowledge(story.standing));
    store->restart();
    Story again(6);
    again.go(20);
    again.handTo(*store);
    VERIFY_OK(store->acknowledge(again.standing));
    QVERIFY((*store->unfinished(REPLAY))->actions == someActions());
}

void TestSessionStore::theJournalMovesWithTheNextAcknowledgement()
{
    const Folder folder;
    Story story(7);
    const auto store = folder.open();
    store->begin(head());
    story.go(20);
    story.handTo(*store);
    VERIFY_OK(store->acknowledge(story.standing));
    store->moveJournal("/journal/two");
    VERIFY_OK(store->acknowledge(story.standing));
    QCOMPARE((*store->unfinished(REPLAY))->head.journal, std::string("/journal/two"));
}

void TestSessionStore::refusesActsThatCannotBe_data()
{
    QTest::addColumn<QByteArray>("change");
    QTest::newRow("nobody's") << QByteArray("UPDATE actions SET account = 2 WHERE seq = 1");
    QTest::newRow("out of order") << QByteArray("UPDATE actions SET batches = 8 WHERE seq = 1");
}

void TestSessionStore::refusesActsThatCannotBe()
{
    QFETCH(QByteArray, change);
    const Folder folder;
    Story story(8);
    {
        const auto store = folder.open();
        store->begin(head());
        story.go(20);
        story.handTo(*store);
        store->setActions(someActions());
        VERIFY_OK(store->acknowledge(story.standing));
    }
    QVERIFY(Raw(folder.file()).run(change.constData()));
    const auto found = folder.open()->unfinished(REPLAY);
    QVERIFY(!found && found.error().code == core::ErrorCode::Corrupt);
}

void TestSessionStore::aRecordFromBeforeActsIsRead()
{
    const Folder folder;
    Story story(9);
    {
        const auto store = folder.open();
        store->begin(head());
        story.go(30);
        story.handTo(*store);
        VERIFY_OK(store->acknowledge(story.standing));
    }
    QVERIFY(Raw(folder.file()).run("DROP TABLE actions; ALTER TABLE orders DROP COLUMN forced; ALTER TABLE working_orders DROP COLUMN forced; "
                                    "ALTER TABLE fills DROP COLUMN detail; ALTER TABLE fills DROP COLUMN spread; "
                                    "DELETE FROM schema_version WHERE version >= 2"));
    const auto store = folder.open();
    const auto found = store->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY((*found)->standing == story.standing);
    QVERIFY((*found)->actions.empty());
}

void TestSessionStore::aFillKeepsWhatResolvedIt()
{
    const Folder folder;
    const auto store = folder.open();
    store->begin(head());
    FillFact fact;
    fact.fill.detail = core::execution::Detail::Trades;
    fact.fill.spread = core::Money(7);
    FactBatch batch;
    batch.facts.emplace_back(fact);
    store->append(batch);
    Standing standing;
    standing.facts = 1;
    standing.accounts.resize(head().accounts.size());
    VERIFY_OK(store->acknowledge(standing));
    QCOMPARE(Raw(folder.file()).number("SELECT count(*) FROM fills WHERE detail = 'trades' AND spread = 7"), 1LL);
}

void TestSessionStore::closedSessionsAreNotFound()
{
    const Folder folder;
    Story story(6);
    const auto store = folder.open();
    store->begin(head());
    story.handTo(*store);
    VERIFY_OK(store->acknowledge(story.standing));
    VERIFY_OK(store->end(SessionEnd::Closed));
    const auto found = store->unfinished(REPLAY);
    VERIFY_OK(found);
    QVERIFY(!found->has_value());
    // Its rows stay.
    QVERIFY(Raw(folder.file()).number("SELECT count(*) FROM ledger") > 0);
}

void TestSessionStore::anotherSessionClosesTheOneBefore()
{
    const Folder folder;
    const auto store = folder.open();
    Story first(7);
    store->begin(head());
    first.handTo(*store);
    VERIFY_OK(store->acknowledge(first.standing));
    Story second(8);
    second.go(30);
    store->begin(head());
    // Not before the other one is really there.
    QVERIFY((*store->unfinished(REPLAY))->standing == first.standing);
    second.handTo(*store);
    VERIFY_OK(store->acknowledge(second.standing));
    QVERIFY((*store->unfinished(REPLAY))->standing == second.standing);
    QCOMPARE(Raw(folder.file()).number("SELECT count(*) FROM sessions WHERE state = 'closed'"),
             1LL);
}

void TestSessionStore::theOldestClosedOnesGo()
{
    const Folder folder;
    const auto store = folder.open();
    for (unsigned i = 0; i < KEPT_CLOSED + 5; ++i) {
        Story story(i);
        story.go(20);
        store->begin(head());
        story.handTo(*store);
        VERIFY_OK(store->acknowledge(story.standing));
    }
    Raw raw(folder.file());
    QCOMPARE(raw.number("SELECT count(*) FROM sessions"), static_cast<long long>(KEPT_CLOSED) + 1);
    QCOMPARE(raw.number("SELECT count(*) FROM ledger WHERE session NOT IN (SELECT id FROM "
                        "sessions)"),
             0LL);
    QCOMPARE(raw.number("SELECT count(DISTINCT session) FROM ledger"),
             static_cast<long long>(KEPT_CLOSED) + 1);
}

void TestSessionStore::abandonedSessionsStayAsTheyAre()
{
    const Folder folder;
    Story story(9);
    const auto store = folder.open();
    store->begin(head());
    story.go(40);
    story.handTo(*store);
    VERIFY_OK(store->acknowledge(story.standing));
    const Standing acknowledged = story.standing;
    story.go(40);
    story.handTo(*store);
    store->abandon();
    QVERIFY(!store->acknowledge(story.standing).ok());
    const auto found = store->unfinished(REPLAY);
    QVERIFY((*found)->standing == acknowledged);
    QVERIFY((*found)->end == SessionEnd::Open);
}

void TestSessionStore::paperSessionsAreKeptApart()
{
    const Folder folder;
    const auto store = folder.open();
    SessionHead paper = head();
    paper.kind = SessionHead::Kind::Paper;
    Story first(10);
    store->begin(paper);
    first.handTo(*store);
    VERIFY_OK(store->acknowledge(first.standing));
    Story second(11);
    store->begin(head());
    second.handTo(*store);
    VERIFY_OK(store->acknowledge(second.standing));
    QVERIFY((*store->unfinished(SessionHead::Kind::Paper))->standing == first.standing);
    QVERIFY((*store->unfinished(REPLAY))->standing == second.standing);
}

void TestSessionStore::anySequenceIsKeptExactly_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 100; seed < 120; ++seed)
        QTest::addRow("%u", seed) << seed;
}

/// Goes on, starts over, ends without a word and resumes, in any order; what is read is what was
/// acknowledged last.
void TestSessionStore::anySequenceIsKeptExactly()
{
    QFETCH(unsigned, seed);
    const Folder folder;
    std::minstd_rand dice(seed);
    auto store = folder.open();
    store->begin(head(3));
    auto story = std::make_unique<Story>(seed, 3);
    Standing acknowledged;
    const auto acknowledge = [&] {
        story->handTo(*store);
        const auto done = store->acknowledge(story->standing);
        acknowledged = story->standing;
        return done;
    };
    VERIFY_OK(acknowledge());
    for (int i = 0; i < 60; ++i) {
        story->go(static_cast<int>(dice() % 30));
        switch (dice() % 6) {
        case 0:
            story->handTo(*store);
            break;
        case 1:
            store->restart();
            story = std::make_unique<Story>(seed + static_cast<unsigned>(i), 3);
            VERIFY_OK(acknowledge());
            break;
        case 2: {
            // As a crash does: what is not acknowledged is gone.
            story->handTo(*store);
            store = folder.open();
            const auto stored = store->unfinished(REPLAY);
            VERIFY_OK(stored);
            QVERIFY((*stored)->standing == acknowledged);
            store->resume(**stored, "/journal/other");
            // Another story with as many facts cannot be made up; start over instead.
            store->restart();
            story = std::make_unique<Story>(seed + static_cast<unsigned>(i), 3);
            VERIFY_OK(acknowledge());
            break;
        }
        default:
            VERIFY_OK(acknowledge());
        }
    }
    const auto stored = store->unfinished(REPLAY);
    VERIFY_OK(stored);
    QVERIFY((*stored)->standing == acknowledged);
}

QTEST_GUILESS_MAIN(TestSessionStore)
#include "tst_sessionstore.moc"
