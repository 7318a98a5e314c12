// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/historyjobs.h"
#include "core/history/joblist.h"
#include "core/market/tradecandles.h"
#include "tests/exchange/fakehttp.h"
#include "tests/exchange/krakendouble.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QThread>
#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

constexpr int PATIENCE = 30'000;
const Symbol BTC = symbol();

/// The service on a thread of its own, as the program has it, with a clock that never waits.
class Service
{
public:
    explicit Service(const Folder& folder, std::chrono::milliseconds refresh = std::chrono::hours(1))
        : m_service(new HistoryJobs({folder.history(), folder.path(""), folder.path("jobs.json")},
                                    {&openHttpClient, [] { return std::make_unique<FakePace>(); }, refresh}))
    {
        QObject::connect(m_service, &HistoryJobs::jobsChanged, &m_here, [this](const JobListPtr& jobs) { m_jobs = jobs; });
        QObject::connect(m_service, &HistoryJobs::troubled, &m_here, [this](const QString& what) { m_trouble = what; });
        QObject::connect(m_service, &HistoryJobs::historyChanged, &m_here, [this](const Symbol& changed) { m_changed.push_back(changed); });
        m_service->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, m_service, &QObject::deleteLater);
        m_thread.start();
        call([](HistoryJobs& jobs) { jobs.start(); });
    }
    ~Service()
    {
        m_thread.quit();
        m_thread.wait();
    }
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    template <typename Action> void call(Action action)
    {
        QMetaObject::invokeMethod(m_service, [service = m_service, action] { action(*service); }, Qt::QueuedConnection);
    }
    JobId submit(const JobRequest& request)
    {
        const JobId id = HistoryJobs::nextId();
        call([id, request](HistoryJobs& jobs) { jobs.submit(id, request); });
        return id;
    }
    [[nodiscard]] std::optional<Job> job(JobId id) const
    {
        for (const Job& one : m_jobs ? *m_jobs : JobList()) {
            if (one.id == id)
                return one;
        }
        return std::nullopt;
    }
    [[nodiscard]] bool is(JobId id, JobState state) const
    {
        const auto found = job(id);
        return found && found->state == state && !found->isStopping;
    }
    [[nodiscard]] const JobListPtr& jobs() const { return m_jobs; }
    [[nodiscard]] const QString& trouble() const { return m_trouble; }
    [[nodiscard]] const std::vector<Symbol>& changed() const { return m_changed; }

private:
    QObject m_here;
    JobListPtr m_jobs;
    QString m_trouble;
    std::vector<Symbol> m_changed;
    QThread m_thread;
    HistoryJobs* m_service;
};

JobRequest request(JobKind kind, const Symbol& instrument = BTC)
{
    JobRequest result;
    result.kind = kind;
    result.symbol = instrument;
    if (kind == JobKind::Trades)
        result.range = {time("2024-01-01"), time("2024-01-02")};
    return result;
}

JobRequest importOf(const std::filesystem::path& file, const Symbol& instrument = BTC)
{
    JobRequest result = request(JobKind::Import, instrument);
    result.file = file.string();
    result.options.symbol = instrument;
    return result;
}

/// Another program, that holds the file of the history.
class OtherProgram
{
public:
    /// `forAll` lets nobody read either.
    OtherProgram(const Folder& folder, bool forAll)
        : m_database(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other")))
    {
        folder.open();
        m_database.setDatabaseName(QString::fromStdString(folder.file().string()));
        m_database.open();
        QSqlQuery query(m_database);
        if (forAll)
            query.exec(QStringLiteral("PRAGMA locking_mode = EXCLUSIVE"));
        if (!query.exec(QStringLiteral("BEGIN IMMEDIATE")))
            qFatal("the history cannot be held");
    }
    ~OtherProgram()
    {
        m_database.close();
        m_database = {};
        QSqlDatabase::removeDatabase(QStringLiteral("other"));
    }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

    void finish() { QSqlQuery(m_database).exec(QStringLiteral("ROLLBACK")); }

private:
    QSqlDatabase m_database;
};

QByteArray candleRows(int count)
{
    QByteArray text = "time,open,high,low,close,volume\n";
    for (int i = 0; i < count; ++i)
        text += QByteArray::number(1641168000 + 60 * i) + ",10.5,11.25,10.0,11.0,2.5\n";
    return text;
}

/// A folder whose workspace asks the exchange.
struct Place
{
    explicit Place(FakeKraken fake = FakeKraken(3000)) : exchange(fake), server(std::move(fake))
    {
        folder.write("venues.ini", "[kraken]\nendpoint=" + server.endpoint().toUtf8() + "\nspacing=0\n");
    }
    /// Every trade of the exchange is stored once, with its candles.
    [[nodiscard]] bool hasEverything() const
    {
        TradeColumns expected;
        for (const Trade& trade : exchange.trades())
            expected.push(trade);
        const auto store = folder.open();
        return *store->trades(BTC, {}) == expected && *store->candles(BTC, ONE_MINUTE, {}) == candlesOf(expected, 8);
    }

    Folder folder;
    FakeKraken exchange;
    KrakenDouble server;
};

#define TRY_STATE(service, id, state)                                                              \
    do {                                                                                           \
        const JobId awaited = id;                                                                  \
        QTRY_VERIFY_WITH_TIMEOUT((service).is(awaited, JobState::state), PATIENCE);                \
    } while (false)

} // namespace

/// The queue of jobs with real stores and, on this machine, a real server.
class TestHistoryJobs : public QObject
{
    Q_OBJECT
private slots:
    void imports()
    {
        const Folder folder;
        Service service(folder);
        const JobId id = service.submit(importOf(folder.write("a.csv", candleRows(500))));
        TRY_STATE(service, id, Done);
        const auto job = service.job(id);
        QCOMPARE(std::get<ImportReport>(*job->report).written.inserted, 500);
        QCOMPARE(folder.open()->coverage(BTC)->candles, 500);
        QVERIFY(service.changed() == std::vector{BTC});
    }

    void downloads()
    {
        Place place;
        Service service(place.folder);
        const JobId id = service.submit(request(JobKind::Trades));
        TRY_STATE(service, id, Done);
        QVERIFY(place.hasEverything());
        QCOMPARE(std::get<DownloadReport>(*service.job(id)->report).trades.inserted, 3000);
    }

    void downloadsTheLastCandles()
    {
        Place place(FakeKraken(8000, std::chrono::seconds(10)));
        Service service(place.folder);
        const JobId id = service.submit(request(JobKind::Candles));
        TRY_STATE(service, id, Done);
        QCOMPARE(place.folder.open()->coverage(BTC)->candles, 720);
    }

    void aPausedDownloadGoesOnWhereItWas()
    {
        Place place;
        place.server.setPatience(3);
        Service service(place.folder);
        const JobId id = service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        service.call([id](HistoryJobs& jobs) { jobs.pause(id); });
        TRY_STATE(service, id, Paused);
        const auto kept = place.folder.open()->coverage(BTC);
        VERIFY_OK(kept);
        QVERIFY(kept->candles > 0);
        place.server.setPatience(1000);
        service.call([id](HistoryJobs& jobs) { jobs.resume(id); });
        TRY_STATE(service, id, Done);
        QVERIFY(place.hasEverything());
        QCOMPARE(std::get<DownloadReport>(*service.job(id)->report).trades.inserted, 3000);
        const auto asked = place.server.asked();
        QCOMPARE(std::count_if(asked.begin(), asked.end(), [](const std::string& target) {
                     return target.find("since=1704067199999999999") != std::string::npos;
                 }), 1);
    }

    void aPausedDownloadGivesWay()
    {
        Place place;
        place.server.setPatience(1);
        Service service(place.folder);
        const JobId first = service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        const JobId second = service.submit(request(JobKind::Candles));
        TRY_STATE(service, second, Queued);
        place.server.setPatience(1000);
        service.call([first](HistoryJobs& jobs) { jobs.pause(first); });
        TRY_STATE(service, second, Done);
        QVERIFY(service.is(first, JobState::Paused));
    }

    void aCancelledDownloadKeepsWhatItCommitted()
    {
        Place place;
        place.server.setPatience(3);
        Service service(place.folder);
        const JobId id = service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        service.call([id](HistoryJobs& jobs) { jobs.cancel(id); });
        TRY_STATE(service, id, Cancelled);
        QVERIFY(place.folder.open()->coverage(BTC)->candles > 0);
        service.call([](HistoryJobs& jobs) { jobs.clearFinished(); });
        QTRY_VERIFY(service.jobs()->empty());
    }

    void importsWhileADownloadRuns()
    {
        Place place;
        place.server.setPatience(1);
        Service service(place.folder);
        const JobId download = service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        const JobId import = service.submit(importOf(place.folder.write("a.csv", candleRows(50)), symbol("ETH/USD")));
        TRY_STATE(service, import, Done);
        QVERIFY(service.is(download, JobState::Running));
    }

    void oneInstrumentHasOneJobAtATime()
    {
        Place place;
        place.server.setPatience(1);
        Service service(place.folder);
        const JobId download = service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        const JobId remove = service.submit(request(JobKind::Delete));
        const JobId other = service.submit(importOf(place.folder.write("a.csv", candleRows(50)), symbol("ETH/USD")));
        TRY_STATE(service, other, Done);
        QVERIFY(service.is(remove, JobState::Queued));
        service.call([download](HistoryJobs& jobs) { jobs.cancel(download); });
        QTRY_VERIFY_WITH_TIMEOUT(!service.is(remove, JobState::Queued), PATIENCE);
    }

    void jobsOfOneInstrumentKeepTheirOrder()
    {
        Place place;
        place.server.setPatience(1);
        Service service(place.folder);
        service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        const JobId download = service.submit(request(JobKind::Trades, symbol("ETH/USD")));
        // The disk is idle, but this is to delete what is still to come.
        const JobId remove = service.submit(request(JobKind::Delete, symbol("ETH/USD")));
        QTRY_VERIFY_WITH_TIMEOUT(service.job(remove), PATIENCE);
        QVERIFY(service.is(download, JobState::Queued));
        QVERIFY(service.is(remove, JobState::Queued));
        service.call([download](HistoryJobs& jobs) { jobs.cancel(download); });
        QTRY_VERIFY_WITH_TIMEOUT(!service.is(remove, JobState::Queued), PATIENCE);
        QVERIFY(!service.job(download)->hasRun);
    }

    void aFullQueueTakesNoJobBack()
    {
        Place place;
        place.server.setPatience(1);
        Service service(place.folder);
        const JobId failed = service.submit(request(JobKind::Verify, symbol("ETH/USD")));
        TRY_STATE(service, failed, Failed);
        for (std::size_t i = 0; i < MAX_KEPT_JOBS; ++i)
            service.submit(request(JobKind::Trades));
        service.call([failed](HistoryJobs& jobs) { jobs.resume(failed); });
        QTRY_VERIFY_WITH_TIMEOUT(service.trouble().contains(QStringLiteral("too many jobs")), PATIENCE);
        QVERIFY(service.is(failed, JobState::Failed));
    }

    void theListStaysShortEnoughToBeReadAgain()
    {
        Place place;
        place.server.setPatience(1);
        JobId last = 0;
        {
            Service service(place.folder);
            service.submit(request(JobKind::Trades));
            // Each takes six bytes a byte.
            for (std::size_t size = 0; size <= MAX_JOB_LIST_BYTES; size += 6 * 4000)
                last = service.submit(importOf(std::string(4000, '\1')));
            QTRY_VERIFY_WITH_TIMEOUT(service.job(last), PATIENCE);
            QVERIFY(service.is(last, JobState::Failed));
            QVERIFY(service.job(last)->error->code == ErrorCode::Refused);
        }
        Service service(place.folder);
        QTRY_VERIFY_WITH_TIMEOUT(service.jobs() && !service.jobs()->empty(), PATIENCE);
        QVERIFY(service.trouble().isEmpty());
    }

    void whatWaitsInTheSpoolIsSummedUp()
    {
        DownloadReport report;
        report.trades.spooled = 5;
        report.candles.spooled = 2;
        const auto both = std::get<DownloadReport>(joined(JobReport(report), JobReport(report)));
        QCOMPARE(both.trades.spooled, 10);
        QCOMPARE(both.candles.spooled, 4);
    }

    void offersWhatWasNotFinishedAtTheNextStart()
    {
        Place place;
        place.server.setPatience(3);
        {
            Service service(place.folder);
            service.submit(request(JobKind::Trades));
            QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        }
        place.server.setPatience(1000);
        Service service(place.folder);
        QTRY_VERIFY_WITH_TIMEOUT(service.jobs() && service.jobs()->size() == 1, PATIENCE);
        const JobId id = service.jobs()->front().id;
        QVERIFY(service.is(id, JobState::Offered));
        service.call([id](HistoryJobs& jobs) { jobs.resume(id); });
        TRY_STATE(service, id, Done);
        QVERIFY(place.hasEverything());
    }

    void whatIsDoneIsNotOfferedAgain()
    {
        const Folder folder;
        {
            Service service(folder);
            const JobId id = service.submit(importOf(folder.write("a.csv", candleRows(50))));
            TRY_STATE(service, id, Done);
        }
        Service service(folder);
        QTRY_VERIFY_WITH_TIMEOUT(service.jobs(), PATIENCE);
        QVERIFY(service.jobs()->empty());
    }

    void setsAnUnreadableListAside()
    {
        const Folder folder;
        folder.write("jobs.json", "{\"version\":1,\"jobs\":[{}]}");
        Service service(folder);
        QTRY_VERIFY_WITH_TIMEOUT(service.jobs(), PATIENCE);
        QVERIFY(service.trouble().contains(QStringLiteral("jobs.json.unreadable")));
        QVERIFY(std::filesystem::exists(folder.path("jobs.json.unreadable")));
        QVERIFY(service.jobs()->empty());
    }

    void aHostThatIsDownIsSaidAndTheJobCanBeResumed()
    {
        Place place;
        place.server.misbehaveAlways(Trick::NoAnswer);
        Service service(place.folder);
        const JobId id = service.submit(request(JobKind::Trades));
        TRY_STATE(service, id, Failed);
        QVERIFY2(service.job(id)->error->what.find("8 attempts failed") != std::string::npos,
                 service.job(id)->error->what.c_str());
        place.server.misbehaveAlways(Trick::None);
        service.call([id](HistoryJobs& jobs) { jobs.resume(id); });
        TRY_STATE(service, id, Done);
        QVERIFY(place.hasEverything());
    }

    void tellsWhyItWaits()
    {
        Place place;
        place.server.misbehave({Trick::TooMany});
        place.server.setPatience(2);
        Service service(place.folder);
        const JobId id = service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        QTRY_VERIFY(service.job(id)->progress.trouble.find("429") != std::string::npos);
        service.call([id](HistoryJobs& jobs) { jobs.cancel(id); });
        TRY_STATE(service, id, Cancelled);
    }

    void tellsOfWhatIsStoredBeforeTheEnd()
    {
        Place place;
        place.server.setPatience(3);
        Service service(place.folder, std::chrono::milliseconds(1));
        const JobId id = service.submit(request(JobKind::Trades));
        QTRY_VERIFY_WITH_TIMEOUT(!service.changed().empty(), PATIENCE);
        QVERIFY(service.is(id, JobState::Running));
    }

    void aBusyHistoryIsTriedAgain()
    {
        const Folder folder;
        if (server())
            return; // Writers of a server take turns.
        const auto file = folder.write("a.csv", candleRows(10));
        OtherProgram other(folder, false);
        Service service(folder);
        const JobId id = service.submit(importOf(file));
        QTRY_VERIFY_WITH_TIMEOUT(service.is(id, JobState::Queued) && !service.job(id)->progress.trouble.empty(), PATIENCE);
        // What is to be done with that instrument afterwards waits too.
        const JobId after = service.submit(request(JobKind::Verify));
        QTRY_VERIFY_WITH_TIMEOUT(service.job(after), PATIENCE);
        QVERIFY(service.is(after, JobState::Queued));
        other.finish();
        TRY_STATE(service, id, Done);
        TRY_STATE(service, after, Done);
    }

    void aBusyHistoryDoesNotUndoAStop_data()
    {
        QTest::addColumn<int>("state");
        QTest::newRow("cancel") << int(JobState::Cancelled);
        QTest::newRow("pause") << int(JobState::Paused);
    }
    void aBusyHistoryDoesNotUndoAStop()
    {
        QFETCH(int, state);
        const Folder folder;
        if (server())
            return; // Writers of a server take turns.
        const OtherProgram other(folder, true);
        Service service(folder);
        const JobId id = service.submit(request(JobKind::Delete));
        TRY_STATE(service, id, Running);
        service.call([id, state](HistoryJobs& jobs) { state == int(JobState::Paused) ? jobs.pause(id) : jobs.cancel(id); });
        QTRY_VERIFY_WITH_TIMEOUT(!service.is(id, JobState::Running) && !service.job(id)->isStopping, PATIENCE);
        QVERIFY(service.is(id, static_cast<JobState>(state)));
        QVERIFY(service.job(id)->hasRun);
    }

    void aDeletionThatFailsAgainStillSaysWhatIsGone()
    {
        const Folder folder;
        if (server())
            return; // Only a file is spoilt.
        {
            const auto store = folder.open();
            VERIFY_OK(store->putInstrument(instrument()));
            VERIFY_OK(store->write(BTC, ONE_MINUTE, series(time("2022-01-01"), ONE_MINUTE, 20'010)));
            QSqlDatabase file = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("spoil"));
            file.setDatabaseName(QString::fromStdString(folder.file().string()));
            QVERIFY(file.open());
            QVERIFY(QSqlQuery(file).exec(QStringLiteral(
                "CREATE TRIGGER stays BEFORE DELETE ON candles WHEN old.open_time = (SELECT max(open_time) FROM candles) "
                "BEGIN SELECT RAISE(ABORT, 'it stays'); END")));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("spoil"));
        Service service(folder);
        const JobId id = service.submit(request(JobKind::Delete));
        TRY_STATE(service, id, Failed);
        QCOMPARE(service.job(id)->error->remedy, std::string(REMEDY_OF_HALF_A_DELETION));
        service.call([id](HistoryJobs& jobs) { jobs.resume(id); });
        QTRY_VERIFY_WITH_TIMEOUT(service.changed().size() == 2, PATIENCE);
        TRY_STATE(service, id, Failed);
        QCOMPARE(service.job(id)->error->remedy, std::string(REMEDY_OF_HALF_A_DELETION));
        QCOMPARE(folder.open()->coverage(BTC)->candles, 10);
    }

    void fillsGaps()
    {
        Place place;
        Service service(place.folder);
        TRY_STATE(service, service.submit(request(JobKind::Trades)), Done);
        JobRequest remove = request(JobKind::Delete);
        remove.range = {time("2024-01-01 01:00"), time("2024-01-01 02:00")};
        TRY_STATE(service, service.submit(remove), Done);
        QCOMPARE(place.folder.open()->gaps(BTC, 1)->missing, 60);
        TRY_STATE(service, service.submit(request(JobKind::FillGaps)), Done);
        QVERIFY(place.hasEverything());
    }

    void verifies()
    {
        Place place;
        Service service(place.folder);
        TRY_STATE(service, service.submit(request(JobKind::Trades)), Done);
        const JobId id = service.submit(request(JobKind::Verify));
        TRY_STATE(service, id, Done);
        const auto report = std::get<VerifyReport>(*service.job(id)->report);
        QCOMPARE(report.check.found, 0);
        QCOMPARE(report.check.fromTrades, report.check.candles);
        QVERIFY(service.changed() == std::vector{BTC});
    }

    void deletesAndForgetsTheInstrument()
    {
        Place place;
        Service service(place.folder);
        TRY_STATE(service, service.submit(request(JobKind::Trades)), Done);
        const JobId id = service.submit(request(JobKind::Delete));
        TRY_STATE(service, id, Done);
        QCOMPARE(std::get<DeleteReport>(*service.job(id)->report).trades, 3000);
        QVERIFY(place.folder.open()->coverage()->empty());
        // It can be fetched again.
        TRY_STATE(service, service.submit(request(JobKind::Trades)), Done);
        QVERIFY(place.hasEverything());
    }

    void failsInWords_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("a file that is not there") << int(JobKind::Import);
        QTest::newRow("an instrument that is not there to verify") << int(JobKind::Verify);
        QTest::newRow("an instrument that is not there to delete") << int(JobKind::Delete);
        QTest::newRow("an instrument that has no gaps to fill") << int(JobKind::FillGaps);
    }
    void failsInWords()
    {
        QFETCH(int, kind);
        Place place;
        Service service(place.folder);
        JobRequest wanted = request(static_cast<JobKind>(kind));
        wanted.file = "/nowhere/a.csv";
        wanted.options.symbol = BTC;
        const JobId id = service.submit(wanted);
        TRY_STATE(service, id, Failed);
        QVERIFY(!service.job(id)->error->what.empty());
        QVERIFY(!service.job(id)->error->remedy.empty());
    }

    void aCorruptHistoryIsSaidOnceThenReplaced()
    {
        const Folder folder;
        if (server())
            return; // A server's history is no file.
        folder.write("history.sqlite", QByteArray("garbage ").repeated(1000));
        const auto file = folder.write("a.csv", candleRows(10));
        Service service(folder);
        const JobId id = service.submit(importOf(file));
        TRY_STATE(service, id, Failed);
        QVERIFY(service.job(id)->error->what.find("corrupt-") != std::string::npos);
        service.call([id](HistoryJobs& jobs) { jobs.resume(id); });
        TRY_STATE(service, id, Done);
        QCOMPARE(folder.open()->coverage(BTC)->candles, 10);
    }

    void anEndpointIsAskedFromTheNextJobOn()
    {
        Place first;
        KrakenDouble second(FakeKraken(30));
        Service service(first.folder);
        service.call([endpoint = second.endpoint()](HistoryJobs& jobs) { jobs.setEndpoint(endpoint); });
        TRY_STATE(service, service.submit(request(JobKind::Trades)), Done);
        QVERIFY(first.server.asked().empty());
        QVERIFY(!second.asked().empty());
        service.call([](HistoryJobs& jobs) { jobs.setEndpoint(QStringLiteral("http://example.com")); });
        QTRY_VERIFY(service.trouble().contains(QStringLiteral("example.com")));
    }

};

QTEST_GUILESS_MAIN(TestHistoryJobs)
#include "tst_historyjobs.moc"
