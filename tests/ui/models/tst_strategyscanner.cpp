// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/strategyscanner.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui::models;
using core::trust::State;

namespace {

constexpr auto SCRIPT = "strategy = {\n  name = \"probe\", version = \"1.0.0\",\n  symbols = { "
                        "\"BTC/USD\" }, timeframe = \"1m\", warmup = 1,\n}\n";

void write(const QString& file, const QByteArray& text)
{
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(text);
}

} // namespace

class TestStrategyScanner : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<StrategyScanner> m_scanner;

    [[nodiscard]] QString file() const { return m_folder->filePath(QStringLiteral("s/probe.lua")); }
    [[nodiscard]] const StrategyItem& only() const { return m_scanner->latest()->front(); }

    void scan()
    {
        QSignalSpy scanned(m_scanner.get(), &StrategyScanner::scanned);
        m_scanner->rescan();
        // What was written just before may bring scans of its own.
        QTRY_VERIFY(scanned.count() >= 1);
    }
    void approve()
    {
        QSignalSpy decided(m_scanner.get(), &StrategyScanner::decided);
        m_scanner->approve(file().toStdString(), QStringLiteral("read"), only().entry.sha256);
        QTRY_COMPARE(decided.count(), 1);
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("s")));
        write(file(), SCRIPT);
        const std::filesystem::path root = m_folder->path().toStdString();
        m_scanner = std::make_unique<StrategyScanner>(
            StrategyScanner::Places{{root / "s"}, root / "trust"});
    }
    void cleanup()
    {
        m_scanner.reset();
        m_folder.reset();
    }

    void listsWhatIsThere()
    {
        scan();
        QCOMPARE(m_scanner->latest()->size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(only().entry.name), QStringLiteral("probe"));
        QVERIFY(only().entry.state == State::Unknown);
    }

    void approvesTheBytesThatWereShown()
    {
        scan();
        approve();
        QTRY_VERIFY(only().entry.state == State::Approved);
        QCOMPARE(QString::fromStdString(only().entry.approval->note), QStringLiteral("read"));
    }

    void refusesBytesThatChangedSinceTheyWereShown()
    {
        scan();
        const auto shown = only().entry.sha256;
        write(file(), QByteArray(SCRIPT) + "-- more\n");
        QSignalSpy failed(m_scanner.get(), &StrategyScanner::decisionFailed);
        m_scanner->approve(file().toStdString(), {}, shown);
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(!failed.front().at(1).toString().isEmpty());
        scan();
        QVERIFY(only().entry.state == State::Unknown);
    }

    void noticesAnEditByItself()
    {
        scan();
        approve();
        QTRY_VERIFY(only().entry.state == State::Approved);
        write(file(), QByteArray(SCRIPT) + "-- one\n-- two\n");
        QTRY_VERIFY(only().entry.state == State::Changed);
        QCOMPARE(only().addedLines, 2);
        QCOMPARE(only().removedLines, 0);
    }

    void noticesAFileThatIsReplaced()
    {
        scan();
        approve();
        QTRY_VERIFY(only().entry.state == State::Approved);
        // As editors save: another file of the same name, and that twice.
        for (const char* text : {"-- one\n", "-- one\n-- two\n"}) {
            const auto before = only().entry.sha256;
            const QString fresh = m_folder->filePath(QStringLiteral("fresh"));
            write(fresh, QByteArray(SCRIPT) + text);
            std::filesystem::rename(fresh.toStdString(), file().toStdString());
            QTRY_VERIFY(only().entry.sha256 != before);
            QVERIFY(only().entry.state == State::Changed);
        }
    }

    void noticesAFileElsewhereThatIsReplaced()
    {
        const QString folder = m_folder->filePath(QStringLiteral("elsewhere"));
        QVERIFY(QDir().mkdir(folder));
        const QString elsewhere = folder + QStringLiteral("/other.lua");
        const QByteArray other = QByteArray(SCRIPT).replace("probe", "other");
        write(elsewhere, other);
        QSignalSpy decided(m_scanner.get(), &StrategyScanner::decided);
        m_scanner->approve(elsewhere.toStdString(), {}, core::Sha256::of(other.toStdString()));
        QTRY_COMPARE(decided.count(), 1);
        QTRY_VERIFY(m_scanner->latest() && m_scanner->latest()->size() == 2);
        for (const char* text : {"-- one\n", "-- one\n-- two\n"}) {
            const auto before = m_scanner->latest()->front().entry.sha256;
            write(folder + QStringLiteral("/fresh"), other + text);
            std::filesystem::rename(folder.toStdString() + "/fresh", elsewhere.toStdString());
            QTRY_VERIFY(m_scanner->latest()->front().entry.sha256 != before);
            QVERIFY(m_scanner->latest()->front().entry.state == State::Changed);
        }
    }

    void ignoresWhatElseHappensBesideAFileElsewhere()
    {
        const QString folder = m_folder->filePath(QStringLiteral("elsewhere"));
        QVERIFY(QDir().mkdir(folder));
        const QString elsewhere = folder + QStringLiteral("/other.lua");
        const QByteArray other = QByteArray(SCRIPT).replace("probe", "other");
        write(elsewhere, other);
        QSignalSpy decided(m_scanner.get(), &StrategyScanner::decided);
        m_scanner->approve(elsewhere.toStdString(), {}, core::Sha256::of(other.toStdString()));
        QTRY_COMPARE(decided.count(), 1);
        QTRY_VERIFY(m_scanner->latest() && m_scanner->latest()->size() == 2);
        // That nothing happens shows by waiting alone: longer than any change takes to settle.
        constexpr int SETTLED = 700;
        QSignalSpy scanned(m_scanner.get(), &StrategyScanner::scanned);
        while (scanned.wait(SETTLED)) {
        }
        write(folder + QStringLiteral("/stranger"), "text");
        QVERIFY(!scanned.wait(SETTLED));
    }

    void looksAtWhatNeverComesToRest()
    {
        scan();
        approve();
        QTRY_VERIFY(only().entry.state == State::Approved);
        QTimer restless;
        restless.setInterval(20);
        connect(&restless, &QTimer::timeout, this,
                [this, n = 0]() mutable { write(file(), QByteArray(SCRIPT) + "-- " + QByteArray::number(++n)); });
        restless.start();
        QTRY_VERIFY(only().entry.state != State::Approved);
    }

    void takesABurstForOneChange()
    {
        scan();
        QSignalSpy scanned(m_scanner.get(), &StrategyScanner::scanned);
        for (int i = 0; i < 50; ++i)
            write(m_folder->filePath(QStringLiteral("s/burst%1.lua").arg(i)),
                  QByteArray(SCRIPT).replace("probe", "burst" + QByteArray::number(i)));
        QTRY_COMPARE(m_scanner->latest()->size(), std::size_t(51));
        QVERIFY(scanned.count() <= 2);
    }

    void saysThatAListIsRefused()
    {
        scan();
        approve();
        QSignalSpy refused(m_scanner.get(), &StrategyScanner::listsRefused);
        write(m_folder->filePath(QStringLiteral("trust/approvals.json")), "{}");
        QTRY_VERIFY(refused.count() > 0);
        QVERIFY(refused.front().at(0).toString().contains(QStringLiteral("approvals.json")));
    }

    void noticesANewFileByItself()
    {
        scan();
        auto second = QByteArray(SCRIPT);
        second.replace("probe", "other");
        write(m_folder->filePath(QStringLiteral("s/other.lua")), second);
        QTRY_COMPARE(m_scanner->latest()->size(), std::size_t(2));
    }

    void revokes()
    {
        scan();
        approve();
        QSignalSpy decided(m_scanner.get(), &StrategyScanner::decided);
        m_scanner->revoke(QStringLiteral("probe"));
        QTRY_COMPARE(decided.count(), 1);
        QTRY_VERIFY(only().entry.state == State::Revoked);
    }

    void saysWhyAFileCannotBeUsed()
    {
        write(file(), "strategy = {\n");
        scan();
        QVERIFY(only().entry.state == State::Invalid);
        QVERIFY(!only().entry.reason.empty());
    }

    void readsOneFileWhereverItLies()
    {
        const QString elsewhere = m_folder->filePath(QStringLiteral("elsewhere.lua"));
        write(elsewhere, SCRIPT);
        StrategyItem seen;
        connect(m_scanner.get(), &StrategyScanner::inspected, this,
                [&seen](quint64, const StrategyItem& item) { seen = item; });
        QSignalSpy inspected(m_scanner.get(), &StrategyScanner::inspected);
        m_scanner->inspect(elsewhere.toStdString());
        QTRY_COMPARE(inspected.count(), 1);
        QCOMPARE(QString::fromStdString(seen.entry.name), QStringLiteral("probe"));
    }
};

QTEST_MAIN(TestStrategyScanner)
#include "tst_strategyscanner.moc"
