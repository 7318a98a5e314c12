// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Replays on whose accounts the user acts, as the window plays them: to and fro, and over a restart.
#include "core/journal/sessionfolder.h"
#include "core/journal/verify.h"
#include "tests/core/engine/replayplayer.h"
#include "tests/core/engine/replayworkspace.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <random>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

using namespace fixture;
using core::portfolio::UserAction;
using Kind = UserAction::Kind;

namespace {

constexpr int CANDLES = 400;

UserAction leverageOf(core::AccountIndex account, double both)
{
    return *UserAction::setLeverage(account, both, both);
}

std::filesystem::path folderOf(const QString& folder)
{
    return folder.toStdString();
}

nlohmann::json summaryIn(const std::filesystem::path& folder)
{
    std::ifstream file(folder / "session.json");
    return nlohmann::json::parse(file, nullptr, false);
}

} // namespace

class TestActedReplay : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void goingToAndFroLeavesTheSameBytes();
    void theSameActsGiveTheSameBytes();
    void anEarlierActDropsTheLaterOnes();
    void theJournalThatWasToldStays();
    void theSummaryListsWhatWasDone();
    void continuesWithWhatWasDone();
    void continuesWithWhatComesLater();
    void refusesARecordOfActsThatCannotBe();
    void saysWhyNothingWasDone();

private:
    [[nodiscard]] ReplayPlaces places() const { return m_workspace->places(); }
    void load(Player& player) const;
    static void playToTheEnd(Player& player);
    static void seekBars(Player& player, std::int64_t bars);
    /// Halts, resumes, resets and changes leverages at places of their own.
    static void playActing(Player& player);
    [[nodiscard]] std::vector<std::filesystem::path> journals() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<fixture::ReplayWorkspace> m_workspace;
};

void TestActedReplay::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_workspace = std::make_unique<fixture::ReplayWorkspace>(m_folder->path().toStdString());
    m_workspace->fill(CANDLES);
}

void TestActedReplay::load(Player& player) const
{
    player.controller.load(fixture::ReplayWorkspace::request());
    QVERIFY(player.snapshot);
}

void TestActedReplay::playToTheEnd(Player& player)
{
    player.controller.play();
    QTRY_VERIFY_WITH_TIMEOUT(!player.snapshot->fingerprint.empty(), PATIENCE);
}

/// Goes to the batch so many minutes after the beginning.
void TestActedReplay::seekBars(Player& player, std::int64_t bars)
{
    const core::Timestamp time = player.snapshot->begin + std::chrono::minutes(bars);
    player.controller.seek(time);
    QTRY_VERIFY_WITH_TIMEOUT(player.snapshot->time == time, PATIENCE);
}

void TestActedReplay::playActing(Player& player)
{
    player.step(60);
    player.controller.actOnAccount({Kind::Halt, 0, 0, 0, 0});
    player.controller.actOnAccount(leverageOf(2, 4.0));
    player.step(50);
    player.controller.actOnAccount({Kind::Resume, 0, 0, 0, 0});
    player.step(70);
    player.controller.actOnAccount({Kind::Reset, 1, 0, 0, 0});
    player.controller.actOnAccount({Kind::Reset, 0, 0, 0, 0});
    player.step(1);
    QVERIFY2(player.actionRefused.isEmpty(), qPrintable(player.actionRefused));
}

std::vector<std::filesystem::path> TestActedReplay::journals() const
{
    std::vector<std::filesystem::path> folders;
    for (const std::string& name : core::journal::sessionsIn(places().journalFolder))
        folders.push_back(places().journalFolder / name);
    return folders;
}

void TestActedReplay::goingToAndFroLeavesTheSameBytes()
{
    Player player(places());
    load(player);
    playActing(player);
    const SnapshotPtr there = player.snapshot;
    playToTheEnd(player);
    const std::string straight = player.snapshot->fingerprint;
    for (const int bars : {181, 60, 30, 110, 0, 300, 181}) {
        seekBars(player, bars);
        if (bars == 181)
            QVERIFY(sameAccounts(*there, *player.snapshot));
    }
    QCOMPARE(player.snapshot->accounts[0].epoch, 2);
    seekBars(player, 100);
    QCOMPARE(player.snapshot->accounts[0].state, AccountState::Halted);
    QCOMPARE(player.snapshot->accounts[2].longLeverage, 4.0);
    QCOMPARE(player.snapshot->laterActions, std::int64_t(3));
    playToTheEnd(player);
    QCOMPARE(player.snapshot->fingerprint, straight);
    QVERIFY(player.movedTo.isEmpty());
    player.controller.unload();
    const auto verified = core::journal::verifyJournal(journals().front());
    QVERIFY(verified.ok() && verified->good());
}

void TestActedReplay::theSameActsGiveTheSameBytes()
{
    std::vector<std::string> fingerprints;
    for (int i = 0; i < 2; ++i) {
        Player player(places());
        load(player);
        playActing(player);
        playToTheEnd(player);
        fingerprints.push_back(player.snapshot->fingerprint);
    }
    QCOMPARE(fingerprints[0], fingerprints[1]);
}

void TestActedReplay::anEarlierActDropsTheLaterOnes()
{
    std::string expected;
    {
        Player player(places());
        load(player);
        player.step(30);
        player.controller.actOnAccount(leverageOf(0, 1.0));
        playToTheEnd(player);
        expected = player.snapshot->fingerprint;
    }
    Player player(places());
    load(player);
    playActing(player);
    seekBars(player, 30);
    QCOMPARE(player.snapshot->laterActions, std::int64_t(5));
    player.controller.actOnAccount(leverageOf(0, 1.0));
    QTRY_COMPARE_WITH_TIMEOUT(player.snapshot->accounts[0].longLeverage, 1.0, PATIENCE);
    QVERIFY(player.snapshot->time == player.snapshot->begin + std::chrono::minutes(30));
    QCOMPARE(player.snapshot->laterActions, std::int64_t(0));
    playToTheEnd(player);
    QCOMPARE(player.snapshot->fingerprint, expected);
}

void TestActedReplay::theJournalThatWasToldStays()
{
    Player player(places());
    load(player);
    playActing(player);
    seekBars(player, 30);
    player.controller.actOnAccount(leverageOf(0, 1.0));
    QCOMPARE(player.movedTo.size(), 1);
    playToTheEnd(player);
    player.controller.unload();
    const auto told = journals();
    QCOMPARE(told.size(), std::size_t(2));
    QVERIFY(folderOf(player.movedTo.front()) == told.back());
    for (const auto& folder : told) {
        const auto verified = core::journal::verifyJournal(folder);
        QVERIFY(verified.ok() && verified->good());
    }
    QCOMPARE(summaryIn(told.front()).at("actions").size(), std::size_t(5));
    QCOMPARE(summaryIn(told.back()).at("actions").size(), std::size_t(1));
}

void TestActedReplay::theSummaryListsWhatWasDone()
{
    Player player(places());
    load(player);
    player.step(10);
    player.controller.actOnAccount({Kind::Halt, 1, 0, 0, 0});
    player.controller.actOnAccount(*UserAction::setLeverage(0, 2.5, 3.0));
    player.controller.unload();
    const nlohmann::json expected = {
        {{"after_batches", 10}, {"account", "follower"}, {"act", "halt"}},
        {{"after_batches", 10},
         {"account", "brackets"},
         {"act", "set_leverage"},
         {"long_leverage", "2.5000"},
         {"short_leverage", "3.0000"}}};
    auto listed = summaryIn(journals().front()).at("actions");
    QCOMPARE(listed.size(), expected.size());
    QCOMPARE(listed[0].at("after_batches"), expected[0].at("after_batches"));
    QCOMPARE(listed[0].at("act"), expected[0].at("act"));
    QCOMPARE(listed[1].at("long_leverage"), expected[1].at("long_leverage"));
    QCOMPARE(listed[1].at("short_leverage"), expected[1].at("short_leverage"));
    QCOMPARE(listed[0].at("account").get<std::string>(), player.snapshot->accounts[1].strategy);
}

void TestActedReplay::continuesWithWhatWasDone()
{
    SnapshotPtr before;
    {
        Player player(places());
        load(player);
        playActing(player);
        before = player.snapshot;
    }
    Player player(places());
    player.controller.restore();
    QTRY_VERIFY_WITH_TIMEOUT(player.restored, PATIENCE);
    QVERIFY(sameAccounts(*before, *player.snapshot));
    QCOMPARE(player.snapshot->accounts[0].epoch, 2);
    playToTheEnd(player);
    const std::string continued = player.snapshot->fingerprint;
    Player straight(places());
    load(straight);
    playActing(straight);
    playToTheEnd(straight);
    QCOMPARE(continued, straight.snapshot->fingerprint);
}

void TestActedReplay::continuesWithWhatComesLater()
{
    {
        Player player(places());
        load(player);
        playActing(player);
        seekBars(player, 30);
    }
    Player player(places());
    player.controller.restore();
    QTRY_VERIFY_WITH_TIMEOUT(player.restored, PATIENCE);
    QCOMPARE(player.snapshot->laterActions, std::int64_t(5));
    QCOMPARE(player.snapshot->accounts[0].epoch, 1);
    // The new journal tells of no later time yet: an act needs no other one.
    player.controller.actOnAccount({Kind::Halt, 0, 0, 0, 0});
    QCOMPARE(player.snapshot->laterActions, std::int64_t(0));
    QVERIFY(player.movedTo.isEmpty());
    QCOMPARE(player.snapshot->accounts[0].state, AccountState::Halted);
}

void TestActedReplay::refusesARecordOfActsThatCannotBe()
{
    {
        Player player(places());
        load(player);
        playActing(player);
    }
    sqlite3* handle = nullptr;
    sqlite3_open(places().sessionsFile.c_str(), &handle);
    QCOMPARE(sqlite3_exec(handle, "UPDATE actions SET kind = 'resume' WHERE seq = 1", nullptr, nullptr, nullptr),
             SQLITE_OK);
    sqlite3_close(handle);
    Player player(places());
    player.controller.restore();
    QTRY_VERIFY_WITH_TIMEOUT(!player.refused.isEmpty(), PATIENCE);
    QVERIFY2(player.refused.startsWith(QLatin1String("what was done to an account cannot be done again")),
             qPrintable(player.refused));
}

void TestActedReplay::saysWhyNothingWasDone()
{
    Player player(places());
    player.controller.actOnAccount({Kind::Halt, 0, 0, 0, 0});
    QVERIFY(!player.actionRefused.isEmpty());
    load(player);
    player.step(10);
    const std::uint64_t shown = player.snapshot->sequence;
    player.controller.actOnAccount({Kind::Resume, 0, 0, 0, 0});
    QCOMPARE(player.actionRefused, QString::fromStdString(player.snapshot->accounts[0].strategy + " is running"));
    player.controller.actOnAccount({Kind::Halt, 9, 0, 0, 0});
    QCOMPARE(player.actionRefused, QStringLiteral("there is no such account"));
    QCOMPARE(player.snapshot->sequence, shown);
    player.controller.seek(player.snapshot->begin + std::chrono::minutes(300));
    player.controller.actOnAccount({Kind::Halt, 0, 0, 0, 0});
    QCOMPARE(player.actionRefused, QStringLiteral("the replay is on its way to another time"));
}

QTEST_GUILESS_MAIN(TestActedReplay)
#include "tst_actedreplay.moc"
