// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/runtime.h"
#include "core/strategy/catalog.h"
#include "core/trust/approvals.h"
#include "ui/mainwindow.h"
#include "ui/screenshots.h"

#include <QDir>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

namespace {

constexpr int PATIENCE = 60'000;
constexpr int PICTURES = 22;
const std::filesystem::path STRATEGIES = QUARTERDECK_SOURCE_DIR "/strategies";

core::Workspace openWorkspace(const QTemporaryDir& folder)
{
    return *core::Workspace::open(folder.path().toStdString(), core::Workspace::Access::ReadIfBusy);
}

/// A market that rises by a tick a candle, so that whoever follows breakouts buys.
void writeCandles(const core::Workspace& workspace, core::market::Timeframe timeframe, int count)
{
    core::market::Instrument instrument;
    instrument.symbol = *core::Symbol::parse("BTC/USD");
    instrument.priceDecimals = 2;
    core::market::CandleColumns candles;
    const core::Timestamp begin = *core::parseTimestamp("2022-01-10");
    for (int i = 0; i < count; ++i) {
        const std::int64_t ticks = 4'000'000 + i;
        candles.push({begin + i * timeframe.length(), core::Price(ticks), core::Price(ticks + 20),
                      core::Price(ticks - 20), core::Price(ticks), 50.0, 1});
    }
    auto store = core::history::openHistory(workspace.historyFile());
    QVERIFY(store.ok());
    QVERIFY((*store)->putInstrument(instrument).ok());
    QVERIFY((*store)->write(instrument.symbol, timeframe, candles).ok());
}

void approve(const core::Workspace& workspace, const std::string& name)
{
    const auto file = STRATEGIES / (name + ".lua");
    const auto read = core::trust::readStrategyFile(file);
    QVERIFY(read.ok());
    auto approvals = core::trust::Approvals::open(workspace.trustFolder());
    QVERIFY(approvals.ok());
    core::trust::Approval approval;
    approval.strategy = name;
    approval.file = file;
    approval.sha256 = read->sha256;
    approval.source = read->bytes;
    QVERIFY(approvals->approve(approval).ok());
}

} // namespace

class TestScreenshots : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_pictures = std::make_unique<QTemporaryDir>();
    }
    void cleanup()
    {
        m_window.reset();
        m_runtime.reset();
    }

    void rendersEveryPanelWithoutAnybodyThere()
    {
        openWindow();
        takePictures();
        QCOMPARE(m_window->snapshot(), core::engine::SnapshotPtr());
        const QImage window(m_pictures->filePath(QStringLiteral("window-dark-1920x1080.png")));
        QCOMPARE(window.size(), QSize(1920, 1080));
    }

    void replaysEachStrategyOnTheTimeframeItDeclares()
    {
        {
            const core::Workspace workspace = openWorkspace(*m_folder);
            writeCandles(workspace, core::market::ONE_MINUTE, 6000);
            approve(workspace, "breakout");
            approve(workspace, "sma_cross");
        }
        openWindow();
        takePictures();
        QVERIFY(m_window->snapshot());
        QVERIFY(firstDecision("sma_cross"));
        const auto decided = firstDecision("breakout");
        QVERIFY(decided);
        QVERIFY(core::market::Timeframe::minutes(60).floor(*decided) == *decided);
    }

    void replaysCandlesThatAreTooCoarseForADeclaration()
    {
        {
            const core::Workspace workspace = openWorkspace(*m_folder);
            writeCandles(workspace, core::market::Timeframe::minutes(1440), 100);
            approve(workspace, "sma_cross");
        }
        openWindow();
        takePictures();
        QVERIFY(m_window->snapshot());
        QVERIFY(!m_window->replayRefused());
        QVERIFY(m_window->snapshot()->fills.size() > 0);
    }

    void saysWhereItCannotWritePictures()
    {
        openWindow();
        ui::Screenshots screenshots(*m_window, QStringLiteral("/proc/none/here"));
        QSignalSpy failed(&screenshots, &ui::Screenshots::failed);
        screenshots.start();
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("/proc/none/here")));
    }

private:
    void openWindow()
    {
        m_runtime = std::make_unique<app::Runtime>(openWorkspace(*m_folder),
                                                   std::vector<std::filesystem::path>{STRATEGIES});
        m_window = std::make_unique<ui::MainWindow>(m_runtime->services());
        m_window->show();
    }
    void takePictures()
    {
        ui::Screenshots screenshots(*m_window, m_pictures->path());
        QSignalSpy finished(&screenshots, &ui::Screenshots::finished);
        screenshots.start();
        QVERIFY(finished.wait(PATIENCE));
        QCOMPARE(QDir(m_pictures->path()).entryList({QStringLiteral("*.png")}).size(), PICTURES);
    }

    /// Of the strategy's first fill; nothing when it has none.
    [[nodiscard]] std::optional<core::Timestamp> firstDecision(const std::string& strategy) const
    {
        const auto& snapshot = *m_window->snapshot();
        for (std::size_t i = 0; i < snapshot.fills.size(); ++i)
            if (snapshot.accounts[snapshot.fills.at(i).account].strategy == strategy)
                return snapshot.fills.at(i).fill.decisionTime;
        return {};
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QTemporaryDir> m_pictures;
    std::unique_ptr<app::Runtime> m_runtime;
    std::unique_ptr<ui::MainWindow> m_window;
};

QTEST_MAIN(TestScreenshots)
#include "tst_screenshots.moc"
