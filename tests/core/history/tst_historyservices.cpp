// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/historyimporter.h"
#include "core/history/historyreader.h"

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
        m_service->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, m_service, &QObject::deleteLater);
        if (start)
            m_thread.start();
    }
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
    void runWanted(quint64 token, QString file, core::history::ImportOptions options,
                   core::history::ImportPlan plan);
};

} // namespace

class TestHistoryServices : public QObject
{
    Q_OBJECT
private slots:
    void importsThenReads();
    void answersOnlyTheNewestRequest();
    void missingHistoryIsEmptyNotAnError();
    void failsByToken();
    void cancelEndsARun();
    void cancelWhenIdleDoesNothing();
    void closingProgramStartsNothing();
    void corruptHistoryIsSaidOnceThenReplaced();
    void replacedHistoryIsNoticed();
};

void TestHistoryServices::importsThenReads()
{
    const Folder folder;
    const QString file = text(folder.write("a.csv", minutes(500)));
    OnThread<HistoryImporter> importer(folder.file());
    OnThread<HistoryReader> reader(folder.file());
    Window window;
    connect(&window, &Window::planWanted, importer.service(), &HistoryImporter::plan);
    connect(&window, &Window::runWanted, importer.service(), &HistoryImporter::run);
    connect(&window, &Window::candlesWanted, reader.service(), &HistoryReader::requestCandles);
    QSignalSpy planned(importer.service(), &HistoryImporter::planned);
    QSignalSpy imported(importer.service(), &HistoryImporter::imported);
    QSignalSpy progressed(importer.service(), &HistoryImporter::progressed);
    QSignalSpy ready(reader.service(), &HistoryReader::candlesReady);
    QSignalSpy covered(reader.service(), &HistoryReader::coverageReady);

    emit window.planWanted(7, file, options());
    QTRY_COMPARE(planned.size(), 1);
    QCOMPARE(planned[0][0].toULongLong(), 7U);
    const auto plan = planned[0][1].value<ImportPlan>();
    QCOMPARE(plan.dataRows, 500);
    emit window.runWanted(8, file, options(), plan);
    QTRY_COMPARE(imported.size(), 1);
    QCOMPARE(imported[0][0].toULongLong(), 8U);
    QCOMPARE(imported[0][1].value<ImportReport>().written.inserted, 500);
    QVERIFY(!progressed.isEmpty());

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
    OnThread<HistoryImporter> importer(folder.file());
    QSignalSpy unread(reader.service(), &HistoryReader::failed);
    QSignalSpy unplanned(importer.service(), &HistoryImporter::failed);
    reader.call(&HistoryReader::requestCandles, 41U, symbol(), ONE_MINUTE, TimeRange{});
    QTRY_COMPARE(unread.size(), 1);
    QCOMPARE(unread[0][0].toULongLong(), 41U);
    QVERIFY(unread[0][1].toString().contains(QStringLiteral("BTC/USD")));
    importer.call(&HistoryImporter::plan, 42U, text(folder.path("missing.csv")), options());
    QTRY_COMPARE(unplanned.size(), 1);
    QCOMPARE(unplanned[0][0].toULongLong(), 42U);
}

void TestHistoryServices::cancelEndsARun()
{
    const Folder folder;
    const auto file = folder.write("a.csv", minutes(600'000));
    const auto plan = planImport(file, options());
    VERIFY_OK(plan);
    OnThread<HistoryImporter> importer(folder.file());
    QSignalSpy imported(importer.service(), &HistoryImporter::imported);
    connect(importer.service(), &HistoryImporter::progressed, importer.service(),
            &HistoryImporter::cancel, Qt::DirectConnection);
    importer.call(&HistoryImporter::run, 1U, text(file), options(), *plan);
    QTRY_COMPARE_WITH_TIMEOUT(imported.size(), 1, 60'000);
    const auto report = imported[0][1].value<ImportReport>();
    QVERIFY(report.cancelled);
    QVERIFY(report.written.inserted < 600'000);
    const auto coverage = folder.open()->coverage(symbol());
    QCOMPARE(coverage ? coverage->candles : 0, report.written.inserted);
}

void TestHistoryServices::cancelWhenIdleDoesNothing()
{
    const Folder folder;
    const auto file = folder.write("a.csv", minutes(20'000));
    OnThread<HistoryImporter> importer(folder.file());
    importer->cancel();
    QSignalSpy planned(importer.service(), &HistoryImporter::planned);
    importer.call(&HistoryImporter::plan, 1U, text(file), options());
    QTRY_COMPARE(planned.size(), 1);
}

void TestHistoryServices::closingProgramStartsNothing()
{
    const Folder folder;
    const auto file = folder.write("a.csv", minutes(10));
    OnThread<HistoryImporter> importer(folder.file());
    QSignalSpy failed(importer.service(), &HistoryImporter::failed);
    importer.thread().requestInterruption();
    importer.call(&HistoryImporter::plan, 3U, text(file), options());
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed[0][0].toULongLong(), 3U);
}

void TestHistoryServices::corruptHistoryIsSaidOnceThenReplaced()
{
    const Folder folder;
    folder.write("history.sqlite", QByteArray("garbage ").repeated(1000));
    const auto file = folder.write("a.csv", minutes(10));
    const auto plan = planImport(file, options());
    VERIFY_OK(plan);
    OnThread<HistoryImporter> importer(folder.file());
    QSignalSpy failed(importer.service(), &HistoryImporter::failed);
    QSignalSpy imported(importer.service(), &HistoryImporter::imported);
    importer.call(&HistoryImporter::run, 1U, text(file), options(), *plan);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed[0][1].toString().contains(QStringLiteral("corrupt-")));
    importer.call(&HistoryImporter::run, 2U, text(file), options(), *plan);
    QTRY_COMPARE(imported.size(), 1);
    QCOMPARE(imported[0][1].value<ImportReport>().written.inserted, 10);
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
