// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/historyreader.h"
#include "core/history/importplanner.h"

#include <QSignalSpy>
#include <QThread>
#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

/// A service on a thread of its own, ended with the test.
template <typename Service> class OnThread
{
public:
    explicit OnThread(const std::filesystem::path& file, bool start = true)
        : m_service(new Service(file))
    {
        begin(start);
    }
    OnThread() : m_service(new Service) { begin(true); }
    ~OnThread()
    {
        m_thread.quit();
        m_thread.wait();
    }
    OnThread(const OnThread&) = delete;
    OnThread& operator=(const OnThread&) = delete;
    Service* operator->() { return m_service; }
    Service* service() { return m_service; }
    QThread& thread() { return m_thread; }
    template <typename Slot, typename... Arguments> void call(Slot slot, Arguments... arguments)
    {
        QMetaObject::invokeMethod(
            m_service,
            [service = m_service, slot, arguments...] { (service->*slot)(arguments...); },
            Qt::QueuedConnection);
    }

private:
    void begin(bool start)
    {
        m_service->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, m_service, &QObject::deleteLater);
        if (start)
            m_thread.start();
    }

    QThread m_thread;
    Service* m_service;
};

QByteArray minutes(int count)
{
    QByteArray text = "time,open,high,low,close,volume\n";
    for (int i = 0; i < count; ++i)
        text += QByteArray::number(1641168000 + 60 * i) + ",10.5,11.25,10.0,11.0,2.5\n";
    return text;
}

ImportOptions options()
{
    ImportOptions result;
    result.symbol = symbol();
    return result;
}

QString text(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

/// Drives window-like queued signals into the slots, which needs every argument's metatype.
class Window : public QObject
{
    Q_OBJECT
signals:
    void candlesWanted(quint64 token, core::Symbol symbol, core::market::Timeframe timeframe,
                       core::history::TimeRange range);
    void planWanted(quint64 token, QString file, core::history::ImportOptions options);
};

} // namespace

class TestHistoryServices : public QObject
{
    Q_OBJECT
private slots:
    void plansThenReads();
    void answersOnlyTheNewestRequest();
    void missingHistoryIsEmptyNotAnError();
    void failsByToken();
    void cancelWhenIdleDoesNothing();
    void closingProgramStartsNothing();
    void replacedHistoryIsNoticed();
};

void TestHistoryServices::plansThenReads()
{
    const Folder folder;
    const QString file = text(folder.write("a.csv", minutes(500)));
    OnThread<ImportPlanner> planner;
    OnThread<HistoryReader> reader(folder.file());
    Window window;
    connect(&window, &Window::planWanted, planner.service(), &ImportPlanner::plan);
    connect(&window, &Window::candlesWanted, reader.service(), &HistoryReader::requestCandles);
    QSignalSpy planned(planner.service(), &ImportPlanner::planned);
    QSignalSpy ready(reader.service(), &HistoryReader::candlesReady);
    QSignalSpy covered(reader.service(), &HistoryReader::coverageReady);

    emit window.planWanted(7, file, options());
    QTRY_COMPARE(planned.size(), 1);
    QCOMPARE(planned[0][0].toULongLong(), 7U);
    const auto plan = planned[0][1].value<ImportPlan>();
    QCOMPARE(plan.dataRows, 500);
    VERIFY_OK(importCsv(*folder.open(), file.toStdString(), options(), plan, {}, std::atomic<bool>(false)));

    emit window.candlesWanted(9, symbol(), timeframe("5m"), {});
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(ready[0][0].toULongLong(), 9U);
    QCOMPARE(ready[0][1].value<std::shared_ptr<const CandleColumns>>()->size(), 100U);
    reader.call(&HistoryReader::requestCoverage, 10U);
    QTRY_COMPARE(covered.size(), 1);
    QCOMPARE(covered[0][1].value<std::vector<Coverage>>().at(0).candles, 500);
}

void TestHistoryServices::answersOnlyTheNewestRequest()
{
    const Folder folder;
    auto store = folder.open();
    QVERIFY(store->putInstrument(instrument()).ok());
    QVERIFY(store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, 10)).ok());
    OnThread<HistoryReader> reader(folder.file(), false);
    QSignalSpy ready(reader.service(), &HistoryReader::candlesReady);
    QSignalSpy covered(reader.service(), &HistoryReader::coverageReady);
    for (quint64 token = 1; token <= 5; ++token)
        reader.call(&HistoryReader::requestCandles, token, symbol(), ONE_MINUTE, TimeRange{});
    reader.call(&HistoryReader::requestCoverage, 2U);
    reader->setNewestToken(5);
    reader.thread().start();
    QTRY_COMPARE(covered.size(), 1);
    QCOMPARE(ready.size(), 1);
    QCOMPARE(ready[0][0].toULongLong(), 5U);
}

void TestHistoryServices::missingHistoryIsEmptyNotAnError()
{
    const Folder folder;
    OnThread<HistoryReader> reader(folder.file());
    QSignalSpy covered(reader.service(), &HistoryReader::coverageReady);
    reader.call(&HistoryReader::requestCoverage, 1U);
    QTRY_COMPARE(covered.size(), 1);
    QVERIFY(covered[0][1].value<std::vector<Coverage>>().empty());
    QVERIFY(!std::filesystem::exists(folder.file()));
    // A history that appears later is found.
    auto store = folder.open();
    QVERIFY(store->putInstrument(instrument()).ok());
    QVERIFY(store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, 10)).ok());
    reader.call(&HistoryReader::requestCoverage, 2U);
    QTRY_COMPARE(covered.size(), 2);
    QCOMPARE(covered[1][1].value<std::vector<Coverage>>().size(), 1U);
}

void TestHistoryServices::failsByToken()
{
    const Folder folder;
    folder.open();
    OnThread<HistoryReader> reader(folder.file());
    OnThread<ImportPlanner> planner;
    QSignalSpy unread(reader.service(), &HistoryReader::failed);
    QSignalSpy unplanned(planner.service(), &ImportPlanner::failed);
    reader.call(&HistoryReader::requestCandles, 41U, symbol(), ONE_MINUTE, TimeRange{});
    QTRY_COMPARE(unread.size(), 1);
    QCOMPARE(unread[0][0].toULongLong(), 41U);
    QVERIFY(unread[0][1].toString().contains(QStringLiteral("BTC/USD")));
    planner.call(&ImportPlanner::plan, 42U, text(folder.path("missing.csv")), options());
    QTRY_COMPARE(unplanned.size(), 1);
    QCOMPARE(unplanned[0][0].toULongLong(), 42U);
}

void TestHistoryServices::cancelWhenIdleDoesNothing()
{
    const Folder folder;
    const auto file = folder.write("a.csv", minutes(20'000));
    OnThread<ImportPlanner> planner;
    planner->cancel();
    QSignalSpy planned(planner.service(), &ImportPlanner::planned);
    planner.call(&ImportPlanner::plan, 1U, text(file), options());
    QTRY_COMPARE(planned.size(), 1);
}

void TestHistoryServices::closingProgramStartsNothing()
{
    const Folder folder;
    const auto file = folder.write("a.csv", minutes(10));
    OnThread<ImportPlanner> planner;
    QSignalSpy failed(planner.service(), &ImportPlanner::failed);
    planner.thread().requestInterruption();
    planner.call(&ImportPlanner::plan, 3U, text(file), options());
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed[0][0].toULongLong(), 3U);
}

void TestHistoryServices::replacedHistoryIsNoticed()
{
    const Folder folder;
    const auto store = [&folder](int candles) {
        auto opened = folder.open();
        return opened->putInstrument(instrument()).ok() &&
               opened->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, candles))
                   .ok();
    };
    QVERIFY(store(10));
    OnThread<HistoryReader> reader(folder.file());
    QSignalSpy covered(reader.service(), &HistoryReader::coverageReady);
    reader.call(&HistoryReader::requestCoverage, 1U);
    QTRY_COMPARE(covered.size(), 1);
    std::filesystem::rename(folder.file(), folder.path("elsewhere.sqlite"));
    for (const char* companion : {"history.sqlite-wal", "history.sqlite-shm"})
        std::filesystem::remove(folder.path(companion));
    QVERIFY(store(20));
    reader.call(&HistoryReader::requestCoverage, 2U);
    QTRY_COMPARE(covered.size(), 2);
    QCOMPARE(covered[1][1].value<std::vector<Coverage>>().at(0).candles, 20);
}

QTEST_GUILESS_MAIN(TestHistoryServices)
#include "tst_historyservices.moc"
