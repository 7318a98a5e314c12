// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the window's replays leave in the record of sessions, and how they are continued.
#include "core/engine/requestjson.h"
#include "tests/core/engine/replayplayer.h"
#include "tests/core/engine/replayworkspace.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <array>

#include <sqlite3.h>

using namespace core::engine;
using core::sessions::SessionEnd;
using core::sessions::SessionStore;

namespace {

constexpr int CANDLES = 600;
using fixture::PATIENCE;
using fixture::Player;
using fixture::sameAccounts;
constexpr auto REPLAY = core::sessions::SessionHead::Kind::Replay;

/// The number that a statement answers, by a connection of its own.
long long ask(const std::filesystem::path& file, const char* sql)
{
    sqlite3* handle = nullptr;
    long long value = -1;
    sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr);
    sqlite3_exec(
        handle, sql,
        [](void* out, int, char** columns, char**) {
            *static_cast<long long*>(out) = QByteArray(columns[0]).toLongLong();
            return 0;
        },
        &value, nullptr);
    sqlite3_close(handle);
    return value;
}

} // namespace

class TestSessionKeeping : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void requestsReadBackTheSame();
    void aRequestThatDoesNotSayIsMatchedOnThePath();
    void aRequestOfFinerCandlesDoesNotKnowTrades();
    void refusesOtherText();
    void storedIsWhereTheEngineStands_data();
    void storedIsWhereTheEngineStands();
    void nothingIsShownBeforeItIsKept();
    void continuesWhatWasLeft();
    void continuesAtTheVeryBeginning();
    void continuesAfterASeekBackwards();
    void continuesTheEndWithItsFingerprint();
    void playsOnToTheSameBytes();
    void whatWasUnloadedIsGone();
    void anotherReplayTakesItsPlace();
    void refusesAChangedStrategyAndKeepsTheRecord();
    void refusesARevokedStrategy();
    void refusesChangedCandles();
    void refusesAStandingThatCannotBeReached();
    void damagedRecordIsSetAsideAndSaysSo();
    void withoutAFileNothingIsKept();

private:
    [[nodiscard]] ReplayPlaces places() const { return m_workspace->places(); }
    [[nodiscard]] std::optional<core::sessions::StoredSession> stored() const;
    /// Waits for the end of a restoration that was begun.
    static void finish(const Player& player);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<fixture::ReplayWorkspace> m_workspace;
};

void TestSessionKeeping::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_workspace = std::make_unique<fixture::ReplayWorkspace>(m_folder->path().toStdString());
    m_workspace->fill(CANDLES);
}

std::optional<core::sessions::StoredSession> TestSessionKeeping::stored() const
{
    const auto store = SessionStore::open(places().sessionsFile);
    if (!store)
        qFatal("%s", store.error().message().c_str());
    const auto found = (*store)->unfinished(REPLAY);
    if (!found)
        qFatal("%s", found.error().message().c_str());
    return *found;
}

void TestSessionKeeping::finish(const Player& player)
{
    QTRY_VERIFY_WITH_TIMEOUT(
        player.restored || !player.refused.isEmpty() || !player.notKept.isEmpty(), PATIENCE);
}

void TestSessionKeeping::requestsReadBackTheSame()
{
    std::minstd_rand dice(7);
    const auto fraction = [&] { return static_cast<double>(dice()) / 3.0e9; };
    for (int i = 0; i < 200; ++i) {
        ReplayRequest request;
        request.strategies = {{"one", {{"fast", "5"}, {"name", "a \"b\" — ü"}}}, {"two", {}}};
        if (i % 2 == 0)
            request.symbols = {*core::Symbol::parse("BTC/USD"), *core::Symbol::parse("ETH/USD")};
        if (i % 3 == 0)
            request.timeframe = core::market::Timeframe::minutes(60);
        if (i % 5 != 0)
            request.range = {core::fromMicroseconds(dice()),
                             core::fromMicroseconds(dice() * 1'000LL)};
        request.cash = core::Money(static_cast<std::int64_t>(dice()) * 7);
        request.currency = i % 2 == 0 ? "USD" : "";
        request.fee = fraction();
        if (i % 4 == 0)
            request.makerFee = fraction();
        request.slippageBp = fraction();
        request.longLeverage = 1.0 + fraction();
        request.shortLeverage = 1.0 + fraction();
        request.maintenance = fraction();
        request.liquidationFee = fraction();
        request.borrowRate = fraction();
        request.openingFee = fraction();
        request.rollover = fraction();
        request.participation = fraction();
        request.worstCasePath = i % 2 == 0;
        request.touchFillsLimits = i % 3 == 0;
        request.detail = std::array{core::execution::Detail::Path, core::execution::Detail::Candles,
                                    core::execution::Detail::Trades}[static_cast<std::size_t>(i % 3)];
        if (i % 3 == 1)
            request.risk = {fraction(), fraction(), {}, i, core::portfolio::OnBreach::Flatten,
                            core::portfolio::OnSuspension::Close};
        if (i % 5 == 2)
            request.strategies[0].risk = core::portfolio::RiskRequest{{}, {}, fraction(), {}, {}, {}};
        request.seed = (static_cast<std::uint64_t>(dice()) << 33) + dice();
        const auto again = requestFromJson(toJson(request));
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message().c_str());
        QCOMPARE(toJson(*again), toJson(request));
        QVERIFY(again->range.from == request.range.from && again->range.to == request.range.to);
        QVERIFY(again->symbols == request.symbols && again->timeframe == request.timeframe);
        QCOMPARE(again->fee, request.fee);
        QVERIFY(again->detail == request.detail);
        QVERIFY(again->makerFee == request.makerFee);
        QCOMPARE(again->seed, request.seed);
        QVERIFY(again->risk == request.risk);
        QVERIFY(again->strategies[0].risk == request.strategies[0].risk);
        QVERIFY(again->strategies[0].parameters == request.strategies[0].parameters);
    }
}

void TestSessionKeeping::aRequestThatDoesNotSayIsMatchedOnThePath()
{
    std::string earlier = toJson(fixture::ReplayWorkspace::request());
    const std::string member = ",\"detail\":\"trades\"";
    earlier.erase(earlier.find(member), member.size());
    const auto request = requestFromJson(earlier);
    QVERIFY(request.ok());
    QVERIFY(request->detail == core::execution::Detail::Path);
}

void TestSessionKeeping::aRequestOfFinerCandlesDoesNotKnowTrades()
{
    std::string earlier = toJson(fixture::ReplayWorkspace::request());
    const std::string member = "\"detail\":\"trades\"";
    earlier.replace(earlier.find(member), member.size(), "\"finer_candles\":true");
    const auto request = requestFromJson(earlier);
    QVERIFY(request.ok());
    QVERIFY(request->detail == core::execution::Detail::Candles);
}

void TestSessionKeeping::refusesOtherText()
{
    for (const char* text : {"", "[]", "{}", "{\"strategies\":[{\"name\":1}]}", "nonsense"})
        QVERIFY(requestFromJson(text).error().code == core::ErrorCode::Corrupt);
    std::string odd = toJson(fixture::ReplayWorkspace::request());
    odd.replace(odd.find("\"symbols\":[]"), 12, "\"symbols\":[\"nothing\"]");
    QVERIFY(requestFromJson(odd).error().code == core::ErrorCode::Corrupt);
    std::string unresolved = toJson(fixture::ReplayWorkspace::request());
    unresolved.replace(unresolved.find("\"trades\""), 8, "\"book\"");
    QVERIFY(requestFromJson(unresolved).error().code == core::ErrorCode::Corrupt);
}

void TestSessionKeeping::storedIsWhereTheEngineStands_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 6; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void TestSessionKeeping::storedIsWhereTheEngineStands()
{
    QFETCH(unsigned, seed);
    std::minstd_rand dice(seed);
    auto store = SessionStore::open(places().sessionsFile);
    QVERIFY(store.ok());
    auto request = fixture::ReplayWorkspace::request();
    request.shortLeverage = 1.0 + static_cast<double>(dice() % 10);
    request.participation = 0.001 * static_cast<double>(dice() % 100);
    auto session = ReplaySession::open(request, places());
    QVERIFY2(session.ok(), session.ok() ? "" : session.error().message().c_str());
    QVERIFY((*session)->keepIn(**store).ok());
    for (int i = 0; i < 40; ++i) {
        if (dice() % 10 == 0)
            QVERIFY((*session)->restart().ok());
        const auto bars = static_cast<int>(dice() % 60);
        for (int bar = 0; bar < bars && (*session)->engine().step(); ++bar) {
        }
        if (!(*session)->engine().nextTime())
            (void)(*session)->end();
        QVERIFY((*session)->acknowledge().ok());
        const auto found = (*store)->unfinished(REPLAY);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
        QVERIFY((*found)->standing == (*session)->engine().standing());
        // The facts alone tell the same.
        const EngineSnapshot snapshot = (*session)->engine().snapshot();
        const auto& file = places().sessionsFile;
        QCOMPARE(ask(file, "SELECT coalesce(sum(realised_profit), 0) FROM fills"),
                 static_cast<long long>(snapshot.total.realisedProfit.count()));
        QCOMPARE(ask(file, "SELECT coalesce(-sum(cash), 0) FROM ledger WHERE kind IN ('fee', "
                           "'opening_fee', 'liquidation_fee')"),
                 static_cast<long long>(snapshot.total.fees.count()));
        QCOMPARE(ask(file, "SELECT count(*) FROM fills"),
                 static_cast<long long>(snapshot.total.fills));
        QCOMPARE(ask(file,
                     "SELECT count(*) FROM (SELECT status FROM orders GROUP BY id HAVING seq = "
                     "max(seq)) WHERE status IN ('accepted', 'partly_filled')"),
                 ask(file, "SELECT count(*) FROM working_orders"));
    }
}

void TestSessionKeeping::nothingIsShownBeforeItIsKept()
{
    Player player(places());
    int shown = 0;
    const auto isKept = [&](const SnapshotPtr& snapshot) {
        ++shown;
        const auto& file = places().sessionsFile;
        QCOMPARE(ask(file, "SELECT time FROM progress"),
                 static_cast<long long>(snapshot->time.time_since_epoch().count()));
        QCOMPARE(ask(file, "SELECT sum(cash) FROM accounts"),
                 static_cast<long long>(snapshot->total.cash.count()));
        QCOMPARE(ask(file, "SELECT count(*) FROM fills"),
                 static_cast<long long>(snapshot->fills.size()));
    };
    connect(&player.controller, &ReplayController::loaded, this, isKept);
    connect(&player.controller, &ReplayController::snapshotPublished, this, isKept);
    player.controller.load(fixture::ReplayWorkspace::request());
    player.step(50);
    player.controller.seek(player.snapshot->time - std::chrono::minutes(20));
    QSignalSpy finished(&player.controller, &ReplayController::finished);
    player.controller.play();
    QVERIFY(finished.wait(PATIENCE));
    QVERIFY(shown > 50);
}

void TestSessionKeeping::continuesWhatWasLeft()
{
    SnapshotPtr before;
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(333);
        before = player.snapshot;
    }
    QVERIFY(stored()->end == SessionEnd::Left);
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(player.restored && !player.restored->killed);
    QVERIFY(player.restored->workingOrders > 0);
    QVERIFY(sameAccounts(*before, *player.snapshot));
    QVERIFY(player.snapshot->accounts.back().workingOrders.size() > 3);
    // It runs now: from here on a kill is a kill.
    QCOMPARE(ask(places().sessionsFile, "SELECT count(*) FROM sessions WHERE state = 'open'"), 1LL);
}

void TestSessionKeeping::continuesAtTheVeryBeginning()
{
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
    }
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(player.restored.has_value());
    QCOMPARE(player.snapshot->barsDone, std::int64_t(0));
}

void TestSessionKeeping::continuesAfterASeekBackwards()
{
    SnapshotPtr before;
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(400);
        const core::Timestamp target = player.snapshot->time - std::chrono::minutes(250);
        player.controller.seek(target);
        QTRY_VERIFY_WITH_TIMEOUT(player.snapshot->time == target, PATIENCE);
        before = player.snapshot;
    }
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(player.restored.has_value());
    QVERIFY(sameAccounts(*before, *player.snapshot));
}

void TestSessionKeeping::continuesTheEndWithItsFingerprint()
{
    std::string fingerprint;
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.controller.play();
        QTRY_VERIFY_WITH_TIMEOUT(player.snapshot && !player.snapshot->fingerprint.empty(),
                                 PATIENCE);
        fingerprint = player.snapshot->fingerprint;
    }
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(player.restored.has_value());
    QCOMPARE(player.snapshot->fingerprint, fingerprint);
}

void TestSessionKeeping::playsOnToTheSameBytes()
{
    std::string straight;
    {
        ReplayPlaces elsewhere = places();
        elsewhere.sessionsFile.clear();
        Player player(elsewhere);
        player.controller.load(fixture::ReplayWorkspace::request());
        player.controller.play();
        QTRY_VERIFY_WITH_TIMEOUT(player.snapshot && !player.snapshot->fingerprint.empty(),
                                 PATIENCE);
        straight = player.snapshot->fingerprint;
    }
    for (int i = 0; i < 4; ++i) {
        Player player(places());
        if (i == 0)
            player.controller.load(fixture::ReplayWorkspace::request());
        else
            player.controller.restore();
        QTRY_VERIFY_WITH_TIMEOUT(player.snapshot && (i == 0 || player.restored), PATIENCE);
        player.step(100);
    }
    Player player(places());
    player.controller.restore();
    finish(player);
    QCOMPARE(player.snapshot->barsDone, std::int64_t(800));
    player.controller.play();
    QTRY_VERIFY_WITH_TIMEOUT(!player.snapshot->fingerprint.empty(), PATIENCE);
    QCOMPARE(player.snapshot->fingerprint, straight);
}

void TestSessionKeeping::whatWasUnloadedIsGone()
{
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(20);
        player.controller.unload();
    }
    QVERIFY(!stored());
    Player player(places());
    player.controller.restore();
    QVERIFY(!player.snapshot && !player.restored && player.refused.isEmpty() &&
            player.notKept.isEmpty());
}

void TestSessionKeeping::anotherReplayTakesItsPlace()
{
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(20);
        auto other = fixture::ReplayWorkspace::request();
        other.strategies = {{"brackets", {}}};
        player.controller.load(other);
        player.step(30);
    }
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(player.restored.has_value());
    QCOMPARE(player.snapshot->accounts.size(), std::size_t(1));
    QCOMPARE(player.snapshot->barsDone, std::int64_t(30));
}

void TestSessionKeeping::refusesAChangedStrategyAndKeepsTheRecord()
{
    SnapshotPtr before;
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(100);
        before = player.snapshot;
    }
    m_workspace->writeStrategy("brackets", std::string(fixture::BRACKETS) + "-- changed\n");
    {
        Player player(places());
        player.controller.restore();
        finish(player);
        QVERIFY(!player.restored && !player.snapshot);
        QVERIFY2(player.refused.contains(QStringLiteral("brackets was changed")),
                 qPrintable(player.refused));
    }
    // As it was again, it goes on.
    m_workspace->writeStrategy("brackets", fixture::BRACKETS);
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY2(player.restored.has_value(), qPrintable(player.refused));
    QVERIFY(sameAccounts(*before, *player.snapshot));
}

void TestSessionKeeping::refusesARevokedStrategy()
{
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(100);
    }
    const core::strategy::Catalog catalog({m_workspace->strategies()}, places().trustFolder);
    QVERIFY(catalog.revoke("ladder", core::SystemClock().now()).ok());
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(!player.restored && !player.snapshot);
    QVERIFY2(player.refused.contains(QStringLiteral("ladder")), qPrintable(player.refused));
    QVERIFY(stored().has_value());
}

void TestSessionKeeping::refusesChangedCandles()
{
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(100);
    }
    {
        auto history = core::history::openHistory(places().history);
        QVERIFY(history.ok());
        const auto symbol = *core::Symbol::parse("ETH/USD");
        auto candles = (*history)->candles(symbol, core::market::ONE_MINUTE, {}, 1);
        QVERIFY(candles.ok());
        candles->volume[0] += 1.0;
        QVERIFY((*history)->write(symbol, core::market::ONE_MINUTE, *candles).ok());
    }
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(!player.restored && !player.snapshot);
    QVERIFY2(player.refused.contains(QStringLiteral("candles")), qPrintable(player.refused));
    QVERIFY(stored().has_value());
}

/// A record that adds up, of a standing that the replay never has.
void TestSessionKeeping::refusesAStandingThatCannotBeReached()
{
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(100);
    }
    sqlite3* handle = nullptr;
    sqlite3_open(places().sessionsFile.c_str(), &handle);
    QCOMPARE(
        sqlite3_exec(handle,
                     "UPDATE ledger SET cash = cash + 5 WHERE seq = 1; UPDATE accounts SET cash = "
                     "cash + 5 WHERE account = (SELECT account FROM ledger WHERE seq = 1)",
                     nullptr, nullptr, nullptr),
        SQLITE_OK);
    sqlite3_close(handle);
    const auto before = stored();
    Player player(places());
    player.controller.restore();
    finish(player);
    QVERIFY(!player.restored && !player.snapshot);
    QVERIFY2(player.refused.contains(QStringLiteral("the cash of brackets was")),
             qPrintable(player.refused));
    QVERIFY(stored()->standing == before->standing);
    // What is started instead works as ever.
    player.controller.load(fixture::ReplayWorkspace::request());
    QVERIFY(player.snapshot != nullptr);
}

void TestSessionKeeping::damagedRecordIsSetAsideAndSaysSo()
{
    {
        Player player(places());
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(100);
    }
    QFile file(QString::fromStdString(places().sessionsFile.string()));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(4'096));
    file.write(QByteArray(8'192, '\xA5'));
    file.close();
    Player player(places());
    player.controller.restore();
    QVERIFY(!player.restored);
    QVERIFY2(player.notKept.contains(QStringLiteral("damaged")), qPrintable(player.notKept));
    player.controller.load(fixture::ReplayWorkspace::request());
    player.step(10);
    QVERIFY(stored().has_value());
}

void TestSessionKeeping::withoutAFileNothingIsKept()
{
    ReplayPlaces passing = places();
    passing.sessionsFile.clear();
    {
        Player player(passing);
        player.controller.restore();
        player.controller.load(fixture::ReplayWorkspace::request());
        player.step(10);
        QCOMPARE(player.snapshot->barsDone, std::int64_t(20));
        QVERIFY(player.notKept.isEmpty());
    }
    QVERIFY(!std::filesystem::exists(places().sessionsFile));
}

QTEST_GUILESS_MAIN(TestSessionKeeping)
#include "tst_sessionkeeping.moc"
