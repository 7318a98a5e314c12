// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The product's main job through the real window, by its widgets: import, approve, replay, seek,
// export.
#include "app/gui/runtime.h"
#include "tests/filesizelimit.h"
#include "ui/charts/candlechart.h"
#include "ui/charts/timeline.h"
#include "ui/dialogs/approvaldialog.h"
#include "ui/dialogs/exportdialog.h"
#include "ui/dialogs/importdialog.h"
#include "ui/dialogs/replaysetupdialog.h"
#include "ui/mainwindow.h"
#include "ui/panels/marketpanel.h"
#include "ui/panels/replaypanel.h"
#include "ui/panels/strategiespanel.h"

#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <cmath>

namespace {

constexpr int PATIENCE = 30'000;
constexpr int CANDLES = 4000;

QPushButton* button(const QWidget* parent, const QString& text)
{
    for (QPushButton* candidate : parent->findChildren<QPushButton*>())
        if (candidate->isVisible() && candidate->text().remove(QLatin1Char('&')) == text)
            return candidate;
    return nullptr;
}

template <typename Dialog> Dialog* openDialog(const QWidget& window)
{
    for (auto* dialog : window.findChildren<Dialog*>())
        if (dialog->isVisible())
            return dialog;
    return nullptr;
}

/// A market that swings slowly enough for moving averages to cross.
QString writeCandles(const QTemporaryDir& folder)
{
    const QString name = folder.filePath(QStringLiteral("btc-usd-1m.csv"));
    QFile file(name);
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write("timestamp,open,high,low,close,volume\n");
    double open = 40'000.0;
    for (int i = 0; i < CANDLES; ++i) {
        const double close = 40'000.0 + 2'000.0 * std::sin(i / 120.0);
        const qint64 time = 1'642'550'400 + 60LL * i;
        file.write(QStringLiteral("%1,%2,%3,%4,%5,12.5\n")
                       .arg(time)
                       .arg(open, 0, 'f', 2)
                       .arg(std::max(open, close) + 5.0, 0, 'f', 2)
                       .arg(std::min(open, close) - 5.0, 0, 'f', 2)
                       .arg(close, 0, 'f', 2)
                       .toLatin1());
        open = std::round(close * 100.0) / 100.0;
    }
    return name;
}

} // namespace

class TestMainJob : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        auto workspace =
            core::Workspace::open(m_folder.filePath(QStringLiteral("workspace")).toStdString(),
                                  core::Workspace::Access::Write);
        QVERIFY(workspace.ok());
        m_runtime = std::make_unique<app::Runtime>(
            std::move(*workspace),
            std::vector<std::filesystem::path>{QUARTERDECK_SOURCE_DIR "/strategies"});
        m_window = std::make_unique<ui::MainWindow>(m_runtime->services());
        m_window->resize(1600, 900);
        m_window->show();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->historyKnown() && m_window->strategiesKnown(), PATIENCE);
    }

    /// Each step stands on the one before it: after a failure the rest would only wait in vain.
    void init()
    {
        if (m_broken)
            QSKIP("an earlier step failed");
    }
    void cleanup() { m_broken = m_broken || QTest::currentTestFailed(); }

    void importsAFile()
    {
        const QString file = writeCandles(m_folder);
        press(Qt::Key_I, Qt::ControlModifier);
        QTRY_VERIFY(openDialog<ui::dialogs::ImportDialog>(*m_window));
        auto* dialog = openDialog<ui::dialogs::ImportDialog>(*m_window);
        dialog->setFile(file);
        dialog->setSymbol(QStringLiteral("BTC/USD"));
        QTRY_VERIFY_WITH_TIMEOUT(button(dialog, QStringLiteral("Import")) &&
                                     button(dialog, QStringLiteral("Import"))->isEnabled(),
                                 PATIENCE);
        QSignalSpy imported(dialog, &ui::dialogs::ImportDialog::imported);
        QTest::mouseClick(button(dialog, QStringLiteral("Import")), Qt::LeftButton);
        QVERIFY(imported.wait(PATIENCE));
        QTRY_VERIFY(button(dialog, QStringLiteral("Done")));
        QTest::mouseClick(button(dialog, QStringLiteral("Done")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->coverage().size(), std::size_t(1), PATIENCE);
        QCOMPARE(m_window->coverage().front().candles, std::int64_t(CANDLES));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->market().chart().state().last(), PATIENCE);
    }

    void approvesAStrategy()
    {
        QVERIFY(m_window->approvedStrategies().isEmpty());
        m_window->strategies().select(QStringLiteral("sma_cross"));
        press(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(openDialog<ui::dialogs::ApprovalDialog>(*m_window));
        auto* dialog = openDialog<ui::dialogs::ApprovalDialog>(*m_window);
        QTest::mouseClick(button(dialog, QStringLiteral("Approve")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->approvedStrategies(),
                                  QStringList(QStringLiteral("sma_cross")), PATIENCE);
        QTRY_VERIFY(!openDialog<ui::dialogs::ApprovalDialog>(*m_window));
    }

    void loadsAReplay()
    {
        m_window->strategies().setCheckedNames({QStringLiteral("sma_cross")});
        QSignalSpy loaded(m_window.get(), &ui::MainWindow::replayLoaded);
        press(Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(openDialog<ui::dialogs::ReplaySetupDialog>(*m_window));
        auto* dialog = openDialog<ui::dialogs::ReplaySetupDialog>(*m_window);
        QTRY_VERIFY(button(dialog, QStringLiteral("Start"))->isEnabled());
        QTest::mouseClick(button(dialog, QStringLiteral("Start")), Qt::LeftButton);
        QVERIFY(loaded.wait(PATIENCE));
        QCOMPARE(m_window->snapshot()->accounts.size(), std::size_t(1));
        QCOMPARE(m_window->snapshot()->barsTotal, std::int64_t(CANDLES));
    }

    void playsAndPauses()
    {
        m_window->replay().setSpeed(3600.0);
        auto* play = m_window->replay().findChild<QToolButton*>(QStringLiteral("play"));
        QTest::mouseClick(play, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->replay().isPlaying(), PATIENCE);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->snapshot()->barsDone > 10, PATIENCE);
        QTest::mouseClick(play, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->replay().isPlaying(), PATIENCE);
    }

    void showsNoCandleOfTheFuture()
    {
        ui::charts::CandleChart& chart = m_window->market().chart();
        QTRY_VERIFY(chart.state().now == m_window->snapshot()->time);
        const auto last = chart.state().last();
        QVERIFY(!last || last->openTime < m_window->snapshot()->time);
    }

    void stepsOneBar()
    {
        const std::int64_t before = m_window->snapshot()->barsDone;
        press(Qt::Key_Right, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->snapshot()->barsDone, before + 1, PATIENCE);
    }

    void seeksForwardsAndBackwardsAndLandsOnTheSameAccount()
    {
        seekToShare(0.7);
        const auto first = m_window->snapshot();
        QVERIFY(first->fills.size() > 0);
        seekToShare(0.2);
        QVERIFY(m_window->snapshot()->barsDone < first->barsDone);
        QVERIFY(m_window->snapshot()->fills.size() < first->fills.size());
        seekTo(first->time);
        QCOMPARE(m_window->snapshot()->barsDone, first->barsDone);
        QVERIFY(m_window->snapshot()->total.equity == first->total.equity);
        QCOMPARE(m_window->snapshot()->fills.size(), first->fills.size());
    }

    void playsToTheEndWithTheSameFingerprint()
    {
        QTest::keyClick(&m_window->replay().timeline(), Qt::Key_End);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->snapshot()->fingerprint.empty(), PATIENCE);
        const std::string fingerprint = m_window->snapshot()->fingerprint;
        seekToShare(0.5);
        QTest::keyClick(&m_window->replay().timeline(), Qt::Key_End);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->snapshot()->fingerprint.empty(), PATIENCE);
        QCOMPARE(m_window->snapshot()->fingerprint, fingerprint);
    }

    void waitsForAFullDiskAndLosesNothing()
    {
        const std::string fingerprint = m_window->snapshot()->fingerprint;
        FileSizeLimit full(20'000);
        QSignalSpy loaded(m_window.get(), &ui::MainWindow::replayLoaded);
        press(Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(openDialog<ui::dialogs::ReplaySetupDialog>(*m_window));
        auto* dialog = openDialog<ui::dialogs::ReplaySetupDialog>(*m_window);
        QTRY_VERIFY(button(dialog, QStringLiteral("Start"))->isEnabled());
        QTest::mouseClick(button(dialog, QStringLiteral("Start")), Qt::LeftButton);
        QVERIFY(loaded.wait(PATIENCE));
        QTest::keyClick(&m_window->replay().timeline(), Qt::Key_End);
        QTRY_VERIFY_WITH_TIMEOUT(journalBox(), PATIENCE);
        QVERIFY(m_window->snapshot()->fingerprint.empty());
        journalBox()->close();
        full.lift();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->snapshot()->fingerprint.empty(), PATIENCE);
        QCOMPARE(m_window->snapshot()->fingerprint, fingerprint);
        QTRY_VERIFY(!openDialog<QMessageBox>(*m_window));
    }

    void exportsTheTrades()
    {
        const std::size_t fills = m_window->snapshot()->fills.size();
        const QString file = m_folder.filePath(QStringLiteral("trades.csv"));
        press(Qt::Key_E, Qt::ControlModifier);
        QTRY_VERIFY(openDialog<ui::dialogs::ExportDialog>(*m_window));
        auto* dialog = openDialog<ui::dialogs::ExportDialog>(*m_window);
        dialog->setFile(file);
        QSignalSpy exported(dialog, &ui::dialogs::ExportDialog::exported);
        QTest::mouseClick(button(dialog, QStringLiteral("Export")), Qt::LeftButton);
        QVERIFY(exported.wait(PATIENCE));
        dialog->close();
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = written.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), static_cast<qsizetype>(fills) + 1);
        QVERIFY(lines.first().contains("strategy_sha256"));
        QVERIFY(lines.first().contains("reference_price"));
    }

    void cleanupTestCase()
    {
        m_window.reset();
        m_runtime.reset();
    }

private:
    /// A key for the window's menus, which only the active window answers to.
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers)
    {
        m_window->activateWindow();
        QTRY_VERIFY(m_window->isActiveWindow());
        QTest::keyClick(m_window.get(), key, modifiers);
    }
    /// The message about the journal. That about the record of sessions on the same disk is read and
    /// closed.
    QMessageBox* journalBox()
    {
        auto* box = openDialog<QMessageBox>(*m_window);
        if (!box || box->text().contains(QLatin1StringView("journal")))
            return box;
        if (box->text().contains(QLatin1StringView("record of sessions")))
            box->close();
        return nullptr;
    }
    void seekTo(core::Timestamp time)
    {
        emit m_window->replay().timeline().seekRequested(time);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->snapshot()->time <= time &&
                                     time - m_window->snapshot()->time < std::chrono::minutes(2),
                                 PATIENCE);
    }
    void seekToShare(double share)
    {
        ui::charts::Timeline& line = m_window->replay().timeline();
        const core::Timestamp target =
            line.begin() + core::Nanoseconds(static_cast<std::int64_t>(
                               share * static_cast<double>((line.end() - line.begin()).count())));
        QTest::mouseClick(&line, Qt::LeftButton, {},
                          QPoint(static_cast<int>(line.xOf(target)), 22));
        // A pixel is a few bars.
        QTRY_VERIFY_WITH_TIMEOUT(
            std::abs(line.xOf(m_window->snapshot()->time) - line.xOf(target)) < 3.0, PATIENCE);
    }

    bool m_broken = false;
    QTemporaryDir m_folder;
    std::unique_ptr<app::Runtime> m_runtime;
    std::unique_ptr<ui::MainWindow> m_window;
};

QTEST_MAIN(TestMainJob)
#include "tst_mainjob.moc"
