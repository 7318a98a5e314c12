// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Kills a replaying process at random moments and continues what it kept. Started with --child it
// is that process: it says what it is about to have acknowledged, and when it is.
#include "core/engine/replaycontroller.h"
#include "tests/core/engine/replayworkspace.h"

#include <QCoreApplication>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

#include <sys/prctl.h>

using namespace core::engine;
using core::sessions::Standing;

namespace {

constexpr int KILLS = 200;
constexpr int CANDLES = 240;
constexpr int PATIENCE = 30'000;
constexpr auto REPLAY = core::sessions::SessionHead::Kind::Replay;

template <typename T> std::string optionalText(const std::optional<T>& value)
{
    return value ? std::to_string(value->ticks()) : "-";
}

/// Everything that was acknowledged, as text.
std::string describe(const Standing& standing)
{
    const auto time = [](core::Timestamp t) {
        return std::to_string(t.time_since_epoch().count());
    };
    std::string text = time(standing.time) + ' ' + std::to_string(standing.batches) + ' ' +
                       std::to_string(standing.facts) + (standing.finished ? " finished\n" : "\n");
    for (const auto& account : standing.accounts) {
        text += account.state + account.reason + ' ' + account.cash.toString() + ' ' +
                time(account.borrowing.accruedTo) + ' ' + time(account.borrowing.bookedTo) + ' ' +
                std::to_string(static_cast<long long>(account.borrowing.accrued >> 40)) + '\n';
        for (const auto& [symbol, held] : account.positions)
            text += "position " + std::to_string(symbol) + ' ' +
                    std::to_string(held.quantity.lots()) + ' ' + held.cost.toString() + ' ' +
                    held.entryFees.toString() + ' ' + time(held.opened) + '\n';
        for (const auto& order : account.working)
            text += "order " + std::to_string(order.id.value) + ' ' + std::to_string(order.symbol) +
                    ' ' + std::string(name(order.side)) + ' ' + std::string(name(order.type)) +
                    ' ' + std::string(name(order.status)) + ' ' + std::string(name(order.leg)) +
                    ' ' + std::to_string(order.size.lots()) + ' ' +
                    std::to_string(order.filled.lots()) + ' ' + optionalText(order.limit) + ' ' +
                    optionalText(order.stop) + ' ' + optionalText(order.stopLoss) + ' ' +
                    optionalText(order.takeProfit) + ' ' + std::to_string(order.parent.value) +
                    ' ' + time(order.expires) + '\n';
    }
    return text;
}

using Actions = std::vector<core::portfolio::UserAction>;

std::string digestOf(const Standing& standing, const Actions& actions)
{
    std::string text = describe(standing);
    for (const auto& action : actions)
        text += std::string(name(action.kind)) + ' ' + std::to_string(action.account) + ' ' +
                std::to_string(action.batches) + ' ' + std::to_string(action.longLeverage) + '\n';
    return core::Sha256::of(text).hex();
}

void say(const std::string& line)
{
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

/// Says what comes, has it acknowledged, says that it is.
template <typename Acknowledge> void acknowledge(ReplaySession& session, Acknowledge call)
{
    say("next " + digestOf(session.engine().standing(), session.actions()));
    const core::Result<void> done = call();
    say(done ? "done" : "failed " + done.error().message());
}

std::unique_ptr<ReplaySession> openChild(const fixture::ReplayWorkspace& workspace,
                                         core::sessions::SessionStore& store, bool anew)
{
    const auto found = store.unfinished(REPLAY);
    if (!found)
        qFatal("%s", found.error().message().c_str());
    const auto request = fixture::ReplayWorkspace::request();
    if (anew || !*found) {
        auto session = ReplaySession::open(request, workspace.places());
        if (!session)
            qFatal("%s", session.error().message().c_str());
        acknowledge(**session, [&] { return (*session)->keepIn(store); });
        return std::move(*session);
    }
    auto session = reopenReplay(**found, request, workspace.places());
    if (!session)
        qFatal("%s", session.error().message().c_str());
    while ((*session)->engine().batches() < (*found)->standing.batches &&
           (*session)->step()) {
    }
    if ((*found)->standing.finished)
        (void)(*session)->end();
    const auto same = compareStanding(**found, **session);
    if (!same)
        qFatal("%s", same.error().message().c_str());
    acknowledge(**session, [&] { return (*session)->keepAs(**found, store); });
    return std::move(*session);
}

/// Does something to an account that can be done where the session stands.
void actAtRandom(ReplaySession& session, std::minstd_rand& dice)
{
    using core::portfolio::UserAction;
    const auto account = static_cast<core::AccountIndex>(dice() % session.setup().accounts.size());
    const auto kind = static_cast<UserAction::Kind>(dice() % 4);
    UserAction action{kind, account, 0, 0, 0};
    if (kind == UserAction::Kind::SetLeverage)
        action = *UserAction::setLeverage(account, 1.0 + static_cast<double>(dice() % 5), 2.0);
    const std::uint64_t place = session.engine().batches();
    if (const auto acted = session.act(action); !acted)
        return;
    while (session.engine().batches() < place && session.step()) {
    }
}

/// Plays on, starts over and plays to the end, until it is killed.
int replayUntilKilled(const char* folder, unsigned seed, bool anew)
{
    // Whatever becomes of the test, this process does not stay behind.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const fixture::ReplayWorkspace workspace{std::filesystem::path(folder)};
    auto store = core::sessions::SessionStore::open(workspace.places().sessionsFile);
    if (!store)
        qFatal("%s", store.error().message().c_str());
    const auto session = openChild(workspace, **store, anew);
    std::minstd_rand dice(seed);
    for (;;) {
        int bars = static_cast<int>(dice() % 25);
        if (dice() % 12 == 0 || !session->engine().nextTime()) {
            if (!session->restart())
                qFatal("cannot start over");
            bars = static_cast<int>(dice() % 120);
        }
        for (int i = 0; i < bars && session->step(); ++i) {
        }
        if (dice() % 4 == 0)
            actAtRandom(*session, dice);
        if (!session->engine().nextTime())
            (void)session->end();
        acknowledge(*session, [&] { return session->acknowledge(); });
    }
}

/// What a killed process had said.
struct Said
{
    std::optional<std::string> acknowledged; ///< The digest acknowledged last.
    std::optional<std::string> next;         ///< The one that was being acknowledged.
    int acknowledgements = 0;
    QByteArray failure;

    explicit Said(const QByteArray& output)
    {
        for (const QByteArray& line : output.split('\n')) {
            if (line.startsWith("next ") && line.size() == 5 + 64)
                next = line.mid(5).toStdString();
            else if (line == "done" && next) {
                acknowledged = std::exchange(next, std::nullopt);
                ++acknowledgements;
            } else if (line.startsWith("failed"))
                failure = line;
        }
    }
};

} // namespace

class TestKillResume : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void continuesExactlyWhatWasAcknowledged();

private:
    [[nodiscard]] Said runAndKill(unsigned seed, bool anew);
    void restoresOnTheScreen(const Standing& stored);

    QTemporaryDir m_folder;
    std::unique_ptr<fixture::ReplayWorkspace> m_workspace;
    std::minstd_rand m_dice{20'261'125};
};

void TestKillResume::initTestCase()
{
    m_workspace = std::make_unique<fixture::ReplayWorkspace>(m_folder.path().toStdString());
    m_workspace->fill(CANDLES);
}

/// Kills at a random moment: sometimes while the process still loads or restores, mostly while it
/// plays.
Said TestKillResume::runAndKill(unsigned seed, bool anew)
{
    QProcess child;
    child.setProcessChannelMode(QProcess::SeparateChannels);
    child.start(QCoreApplication::applicationFilePath(),
                {QStringLiteral("--child"), m_folder.path(), QString::number(seed),
                 anew ? QStringLiteral("anew") : QStringLiteral("on")});
    if (!child.waitForStarted(PATIENCE))
        return Said("failed to start");
    // What happens next is as random as the scheduler, wherever the process is by then.
    const auto wanted = static_cast<int>(m_dice() % 8);
    QByteArray output;
    while (output.count("done\n") < wanted) {
        if (!child.waitForReadyRead(PATIENCE))
            return Said("failed by itself: " + child.readAllStandardError());
        output += child.readAllStandardOutput();
    }
    const auto moment = std::chrono::microseconds(m_dice() % (wanted == 0 ? 60'000 : 6'000));
    const auto end = std::chrono::steady_clock::now() + moment;
    while (std::chrono::steady_clock::now() < end)
        child.waitForReadyRead(1);
    if (child.state() != QProcess::Running)
        return Said("failed by itself: " + child.readAllStandardError());
    child.kill();
    child.waitForFinished(PATIENCE);
    return Said(output + child.readAllStandardOutput());
}

/// The way the window goes: the controller restores, and shows the same accounts.
void TestKillResume::restoresOnTheScreen(const Standing& stored)
{
    ReplayController controller(m_workspace->places());
    QSignalSpy loaded(&controller, &ReplayController::loaded);
    QSignalSpy restored(&controller, &ReplayController::restored);
    QString refusal;
    const auto refuse = [&](const QString& what) { refusal = what; };
    connect(&controller, &ReplayController::notKept, this, refuse);
    connect(&controller, &ReplayController::restoreRefused, this,
            [&](const StoredReplay&, const QString& what) { refusal = what; });
    controller.restore();
    QVERIFY2(refusal.isEmpty(), qPrintable(refusal));
    if (restored.isEmpty())
        QVERIFY2(restored.wait(PATIENCE), qPrintable(refusal));
    QCOMPARE(loaded.size(), 1);
    const auto snapshot = loaded.first().first().value<SnapshotPtr>();
    QVERIFY(snapshot->time == stored.time);
    QCOMPARE(snapshot->accounts.size(), stored.accounts.size());
    for (std::size_t i = 0; i < stored.accounts.size(); ++i) {
        const AccountSnapshot& shown = snapshot->accounts[i];
        QCOMPARE(shown.cash.count(), stored.accounts[i].cash.count());
        QCOMPARE(shown.positions.size(), stored.accounts[i].positions.size());
        for (std::size_t k = 0; k < shown.positions.size(); ++k)
            QVERIFY(shown.positions[k].quantity ==
                    stored.accounts[i].positions[k].position.quantity);
        auto working = stored.accounts[i].working;
        std::reverse(working.begin(), working.end());
        QVERIFY(shown.workingOrders == working);
    }
}

void TestKillResume::continuesExactlyWhatWasAcknowledged()
{
    std::optional<std::string> expected;
    int whilePlaying = 0;
    int acknowledgements = 0;
    int oneAhead = 0;
    std::size_t acted = 0;
    for (int i = 0; i < KILLS; ++i) {
        const Said said = runAndKill(static_cast<unsigned>(i), i % 10 == 0);
        QVERIFY2(said.failure.isEmpty(), said.failure.constData());
        acknowledgements += said.acknowledgements;
        whilePlaying += said.acknowledgements > 1 ? 1 : 0;
        if (said.acknowledged)
            expected = said.acknowledged;
        auto store = core::sessions::SessionStore::open(m_workspace->places().sessionsFile);
        QVERIFY2(store.ok() && !(*store)->notice(), "the record is sound after every kill");
        const auto found = (*store)->unfinished(REPLAY);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
        if (!*found) {
            QVERIFY(!expected);
            continue;
        }
        const std::string digest = digestOf((*found)->standing, (*found)->actions);
        acted += (*found)->actions.size();
        // It may have been killed after the commit and before it said so.
        if (digest != expected) {
            QVERIFY2(said.next && digest == *said.next, describe((*found)->standing).c_str());
            ++oneAhead;
        }
        expected = digest;
        const Standing standing = (*found)->standing;
        store->reset();
        restoresOnTheScreen(standing);
        if (QTest::currentTestFailed())
            return;
    }
    qInfo("%d kills, %d of them while playing, %d acknowledgements, %d committed and not yet said",
          KILLS, whilePlaying, acknowledgements, oneAhead);
    QVERIFY(whilePlaying > KILLS / 2);
    QVERIFY(acted > KILLS);
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (argc == 5 && qstrcmp(argv[1], "--child") == 0)
        return replayUntilKilled(argv[2], QByteArray(argv[3]).toUInt(),
                                 qstrcmp(argv[4], "anew") == 0);
    TestKillResume test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_killresume.moc"
