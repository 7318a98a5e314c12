// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "awaystore.h"
#include "historyfixture.h"
#include "tests/exchange/fakehttp.h"
#include "tests/smalldisk.h"

#include "core/history/downloader.h"
#include "core/history/spooledhistory.h"
#include "core/market/tradecandles.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;
using namespace std::chrono_literals;

namespace {

const Timestamp DAY = time("2024-01-01");
constexpr Nanoseconds PATIENCE = 60s;
constexpr std::size_t DISK = 2 << 20;
constexpr qint64 BALLAST = 1'200'000;

} // namespace

/// A real disk that fills up under a spool and under a history in a file.
class TestFullDisk : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<SmallDisk> m_disk;

    static WriterSettings impatient()
    {
        WriterSettings settings;
        settings.firstRetry = 1ms;
        settings.longestRetry = 10ms;
        return settings;
    }
    static bool isTrueHistory(HistoryStore& store, int hours)
    {
        const auto stored = store.candles(symbol(), ONE_MINUTE, {});
        return stored && *stored == series(DAY, ONE_MINUTE, 60 * hours);
    }

private slots:
    void init()
    {
        m_disk = std::make_unique<SmallDisk>(DISK);
        if (!m_disk->isThere())
            QSKIP("only root may write to a disk made for the test");
    }
    void cleanup() { m_disk.reset(); }

    void aSpoolThatFillsTheDiskLosesNothingAcknowledged()
    {
        const Folder folder;
        const auto trouble = std::make_shared<Trouble>();
        trouble->away = true;
        m_disk->occupy(BALLAST);
        auto writer = HistoryWriter::open(folder.history(), m_disk->path("one"), impatient(),
                                          AwayStore::opener(folder.history(), trouble));
        VERIFY_OK(writer);
        int kept = 0;
        const auto bring = [&] {
            WriteJob job{instrument(), {}};
            job.batch.candles = series(DAY + std::chrono::hours(kept), ONE_MINUTE, 60, 1 + 60 * kept);
            return (*writer)->submit(std::move(job)).get();
        };
        Result<Kept> answer = bring();
        for (; answer; answer = bring())
            QVERIFY(++kept < 2'000);
        QVERIFY(kept > 50);
        QCOMPARE(answer.error().code, ErrorCode::Io);
        QVERIFY2(answer.error().what.find("No space left") != std::string::npos, answer.error().what.c_str());
        m_disk->release();
        QVERIFY(bring().ok());
        ++kept;
        trouble->away = false;
        QVERIFY((*writer)->waitUntil([](const WriterState& state) { return state.spool.batches == 0; }, PATIENCE));
        const auto store = folder.open();
        QVERIFY(isTrueHistory(*store, kept));
    }

    void aHistoryThatFillsTheDiskSaysSoAndKeepsWhatIsCommitted()
    {
        auto store = openHistory(m_disk->path("history.sqlite"));
        VERIFY_OK(store);
        QVERIFY((*store)->putInstrument(instrument()).ok());
        m_disk->occupy(BALLAST / 2);
        int kept = 0;
        const auto bring = [&] {
            return (*store)->write(symbol(), ONE_MINUTE,
                                   series(DAY + std::chrono::hours(kept), ONE_MINUTE, 60, 1 + 60 * kept));
        };
        auto written = bring();
        for (; written; written = bring())
            QVERIFY(++kept < 2'000);
        QVERIFY(kept > 10);
        QVERIFY2(written.error().what.find("full") != std::string::npos, written.error().what.c_str());
        QVERIFY(isTrueHistory(**store, kept));
        m_disk->release();
        QVERIFY(bring().ok());
        QVERIFY(isTrueHistory(**store, kept + 1));
    }

    void aDownloadIntoAFullDiskEndsByWordsAndGoesOnLater()
    {
        FakeKraken exchange(8000, std::chrono::seconds(10));
        FakeHttp http(exchange);
        FakePace pace;
        KrakenRest kraken(http, pace, {});
        const std::atomic<bool> cancel = false;
        auto store = openHistory(m_disk->path("history.sqlite"));
        VERIFY_OK(store);
        const TimeRange day{DAY, DAY + std::chrono::hours(24)};
        m_disk->occupy(BALLAST);
        const auto ended = downloadTrades(**store, kraken, symbol(), day, {}, cancel);
        QVERIFY(!ended.ok());
        QVERIFY2(ended.error().what.find("full") != std::string::npos, ended.error().what.c_str());
        m_disk->release();
        const auto again = downloadTrades(**store, kraken, symbol(), day, {}, cancel);
        VERIFY_OK(again);
        QVERIFY(again->trades.inserted < 8000);
        TradeColumns expected;
        for (const Trade& trade : exchange.trades())
            expected.push(trade);
        QVERIFY(*(*store)->trades(symbol(), {}) == expected);
        QVERIFY(*(*store)->candles(symbol(), ONE_MINUTE, {}) == candlesOf(expected, 8));
    }
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_fulldisk.moc"
