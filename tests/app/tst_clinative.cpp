// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "clirunner.h"

/// A native strategy from its source to its fills: built outside of the tree against what is installed, then
/// approved and replayed by the real program.
class TestCliNative : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_home;
    std::unique_ptr<CliRunner> m_cli;

    [[nodiscard]] QString at(const char* name) const { return m_home.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] QString plugin() const { return at("build/sma_cross_native.so"); }
    [[nodiscard]] CliRun strategies(const QStringList& words) const
    {
        return m_cli->run(QStringList{QStringLiteral("strategies")} + words);
    }
    static CliRun cmake(const QStringList& arguments)
    {
        QProcess process;
        process.start(QStringLiteral(CMAKE), arguments);
        return CliRunner::finish(process);
    }
    [[nodiscard]] CliRun configure() const
    {
        return cmake({QStringLiteral("-S"), at("source"), QStringLiteral("-B"), at("build"), QStringLiteral("-G"),
                      QStringLiteral("Ninja"), QStringLiteral("-DCMAKE_PREFIX_PATH=") + at("installed"),
                      QStringLiteral("-DCMAKE_BUILD_TYPE=Release")});
    }

private slots:
    void initTestCase()
    {
        m_cli = std::make_unique<CliRunner>(m_home.path());
        const CliRun install =
            cmake({QStringLiteral("--install"), QStringLiteral(QUARTERDECK_BUILD), QStringLiteral("--component"),
                   QStringLiteral("Development"), QStringLiteral("--prefix"), at("installed")});
        QVERIFY2(install.status == 0, install.err.constData());
        QDir().mkpath(at("source"));
        const QDir example(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/native"));
        for (const QString& file : example.entryList(QDir::Files))
            QVERIFY(QFile::copy(example.filePath(file), at("source/") + file));
        const QString minutes = QStringLiteral(QUARTERDECK_SHARED_DATA "/btc-perp-1m-2022-01.csv");
        if (!QFileInfo::exists(minutes))
            QSKIP("the shared data is not here");
        const CliRun import = m_cli->run({QStringLiteral("import"), minutes, QStringLiteral("--symbol"), QStringLiteral("BTC/USD")});
        QVERIFY2(import.status == 0, import.err.constData());
    }

    void buildsOutsideOfTheTree()
    {
        const CliRun configured = configure();
        QVERIFY2(configured.status == 0, configured.err.constData());
        const CliRun build = cmake({QStringLiteral("--build"), at("build")});
        QVERIFY2(build.status == 0, build.out.constData());
        QVERIFY(QFileInfo::exists(plugin()));
    }

    void refusesMetadataOfAnotherInterfaceWhenItIsBuilt()
    {
        QFile metadata(at("source/sma_cross_native.json"));
        QVERIFY(metadata.open(QIODevice::ReadOnly));
        const QByteArray good = metadata.readAll();
        metadata.close();
        QVERIFY(metadata.open(QIODevice::WriteOnly));
        metadata.write(QByteArray(good).replace("\"interface\": 1", "\"interface\": 9"));
        metadata.close();
        const CliRun configured = configure();
        QVERIFY(metadata.open(QIODevice::WriteOnly));
        metadata.write(good);
        metadata.close();
        QVERIFY(configured.status != 0);
        QVERIFY2(configured.err.simplified().contains("must say \"interface\": 1"), configured.err.constData());
    }

    void doesNotRunUnapproved()
    {
        QDir().mkpath(m_cli->workspace() + QStringLiteral("/strategies"));
        QVERIFY(QFile::copy(plugin(), m_cli->workspace() + QStringLiteral("/strategies/sma.so")));
        const CliRun list = strategies({QStringLiteral("list")});
        QVERIFY2(list.out.contains("sma_cross_native     unknown   native"), list.out.constData());
        const CliRun run = m_cli->run({QStringLiteral("replay"), QStringLiteral("--strategy"),
                                       QStringLiteral("sma_cross_native"), QStringLiteral("--symbol"),
                                       QStringLiteral("BTC/USD")});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("it was never approved"), run.err.constData());
        const CliRun forced = m_cli->run({QStringLiteral("replay"), QStringLiteral("--strategy"),
                                          QStringLiteral("sma_cross_native"), QStringLiteral("--symbol"),
                                          QStringLiteral("BTC/USD"), QStringLiteral("--allow-unsigned-strategies")});
        QCOMPARE(forced.status, 1);
        QVERIFY2(forced.err.contains("it was never approved"), forced.err.constData());
    }

    void warnsOfNativeCode()
    {
        const CliRun show = strategies({QStringLiteral("show"), QStringLiteral("sma_cross_native")});
        QCOMPARE(show.status, 0);
        QVERIFY2(show.out.contains("kind    native"), show.out.constData());
        QVERIFY2(show.out.contains("it may do whatever you may"), show.out.constData());
        const auto json = strategies({QStringLiteral("show"), QStringLiteral("sma_cross_native"),
                                      QStringLiteral("--json")})
                              .json();
        QCOMPARE(json["kind"].get<std::string>(), std::string("native"));
        QCOMPARE(json["source"].get<std::string>(), std::string());
    }

    void givesTheKnownAnswer()
    {
        const CliRun approve =
            strategies({QStringLiteral("approve"), m_cli->workspace() + QStringLiteral("/strategies/sma.so")});
        QVERIFY2(approve.out.startsWith("sma_cross_native approved, native: "), approve.out.constData());
        const auto json =
            m_cli->run({QStringLiteral("replay"), QStringLiteral("--strategy"), QStringLiteral("sma_cross_native"),
                        QStringLiteral("--symbol"), QStringLiteral("BTC/USD"), QStringLiteral("--cash"),
                        QStringLiteral("100000"), QStringLiteral("--fee"), QStringLiteral("0.001"),
                        QStringLiteral("--slippage-bp"), QStringLiteral("0"), QStringLiteral("--json")})
                .json();
        QCOMPARE(json["fills"].get<int>(), 1890);
        QCOMPARE(json["final_equity"].get<std::string>(), std::string("90288.42165000"));
    }
};

QTEST_GUILESS_MAIN(TestCliNative)
#include "tst_clinative.moc"
