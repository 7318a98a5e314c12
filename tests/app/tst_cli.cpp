// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "clirunner.h"

#include "core/base/workspace.h"
#include "tests/core/journal/journalfixture.h"

#include <cmath>
#include <csignal>

/// The program without a display, end to end, but for the replay (tst_clireplay).
class TestCli : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_home;

    QString path(const char* name) const
    {
        return m_home.path() + QLatin1Char('/') + QString::fromUtf8(name);
    }

    CliRunner runner(const char* home) const { return CliRunner(path(home)); }

    void write(const QString& file, const QByteArray& bytes) const
    {
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(bytes), bytes.size());
    }

    /// One-minute candles from 2022-01-03, prices on a fixed walk.
    static QByteArray candles(int count)
    {
        QByteArray text = "timestamp,open,high,low,close,volume\n";
        qint64 price = 4'631'900;
        for (int i = 0; i < count; ++i) {
            const qint64 close = price + (i * 7919LL) % 41 - 20;
            const auto part = [](qint64 cents) {
                return QByteArray::number(double(cents) / 100.0, 'f', 2);
            };
            const qint64 minutes = 1'641'168'000 + i * 60LL;
            text += QByteArray::number(minutes) + ',' + part(price) + ',' +
                    part(qMax(price, close) + 5) + ',' + part(qMin(price, close) - 5) + ',' +
                    part(close) + ',' + QByteArray::number(1 + i % 9) + '\n';
            price = close;
        }
        return text;
    }

    /// A home with 3,000 candles of BTC/USD.
    CliRunner withCandles()
    {
        const CliRunner cli = runner("candles");
        if (!QFileInfo::exists(cli.workspace())) {
            write(path("candles.csv"), candles(3000));
            const CliRun run = cli.run({QStringLiteral("import"), path("candles.csv"),
                                        QStringLiteral("--symbol"), QStringLiteral("BTC/USD")});
            if (run.status != 0)
                qFatal("the import failed: %s", run.err.constData());
        }
        return cli;
    }

private slots:
    void initTestCase() { QVERIFY(m_home.isValid()); }

    void saysWhatItCanDo()
    {
        const CliRunner cli = runner("help");
        const CliRun help = cli.run({QStringLiteral("--help")});
        QCOMPARE(help.status, 0);
        for (const char* command : {"import", "coverage", "strategies approve", "replay", "export",
                                    "journal verify", "indicators", "candles"}) {
            QVERIFY2(help.out.contains(command), command);
            QStringList words = QString::fromUtf8(command).split(QLatin1Char(' '));
            words << QStringLiteral("--help");
            const CliRun one = cli.run(words);
            QCOMPARE(one.status, 0);
            QVERIFY(one.out.contains("--workspace DIR"));
        }
        QVERIFY(cli.run({QStringLiteral("--version")}).out.startsWith("quarterdeck-cli 0."));
        QVERIFY(!QFileInfo::exists(cli.workspace()));
    }

    void refusesBadUsage_data()
    {
        QTest::addColumn<QString>("words");
        for (const char* words : {"",
                                  "fly",
                                  "--fly",
                                  "strategies",
                                  "strategies fly",
                                  "import",
                                  "import", "import x.csv --stamp middle", "import x.csv --time-format hours",
                                  "candles",
                                  "candles --symbol",
                                  "candles --symbol BTC",
                                  "candles --symbol BTC/USD --timeframe 7m",
                                  "candles --symbol BTC/USD --from 2022-02-30",
                                  "candles --symbol BTC/USD --from 2022-02-02 --to 2022-02-01",
                                  "candles --symbol BTC/USD --fly",
                                  "indicators --symbol BTC/USD",
                                  "indicators --symbol BTC/USD --set sma:0",
                                  "indicators --symbol BTC/USD --set fly:20",
                                  "export",
                                  "export fly",
                                  "export trades --format xls",
                                  "export trades --json",
                                  "journal verify",
                                  "import x.csv --symbol BTC/USD --volume cups",
                                  "import x.csv --symbol BTC/USD --price-decimals 99",
                                  "candles --symbol BTC/USD --database mysql://x",
                                  "replay",
                                  "replay --strategy :a=1",
                                  "replay --strategy x:a",
                                  "replay --strategy x --fee 2",
                                  "replay --strategy x --cash -5",
                                  "replay --strategy x --path best",
                                  "replay --strategy x --seed -1"})
            QTest::newRow(words) << QString::fromUtf8(words);
    }

    void refusesBadUsage()
    {
        QFETCH(QString, words);
        const CliRun run = runner("usage").run(words.split(QLatin1Char(' '), Qt::SkipEmptyParts));
        QCOMPARE(run.status, 2);
        QVERIFY(run.out.isEmpty());
        QVERIFY2(run.oneErrorLine() && run.err.contains("--help"), run.err.constData());
    }

    void importsTheSharedFilesAndTwiceChangesNothing()
    {
        const QString minutes = QStringLiteral(QUARTERDECK_SHARED_DATA "/btc-perp-1m-2022-01.csv");
        const QString days = QStringLiteral(QUARTERDECK_SHARED_DATA "/btc-usd-1d-2011-2025.csv");
        if (!QFileInfo::exists(minutes) || !QFileInfo::exists(days))
            QSKIP("the shared data is not here");
        const CliRunner cli = runner("shared");
        for (const bool again : {false, true}) {
            const CliRun first =
                cli.run({QStringLiteral("import"), minutes, QStringLiteral("--symbol"),
                         QStringLiteral("BTC/USD"), QStringLiteral("--json")});
            QVERIFY2(first.status == 0, first.err.constData());
            const auto report = first.json()["files"][0];
            QCOMPARE(report["rows"].get<int>(), 45031);
            QCOMPARE(report[again ? "unchanged" : "inserted"].get<int>(), 45031);
            QCOMPARE(report["bad_rows"].get<int>(), 0);
            QCOMPARE(report["timeframe"].get<std::string>(), std::string("1m"));
            const CliRun second =
                cli.run({QStringLiteral("import"), days, QStringLiteral("--symbol"),
                         QStringLiteral("XBT/USD"), QStringLiteral("--json")});
            QVERIFY2(second.status == 0, second.err.constData());
            QCOMPARE(second.json()["files"][0]["timeframe"].get<std::string>(), std::string("1d"));
            if (again)
                QCOMPARE(second.json()["files"][0]["inserted"].get<int>(), 0);
        }
        const auto instruments =
            cli.run({QStringLiteral("coverage"), QStringLiteral("--json")}).json()["instruments"];
        QCOMPARE(instruments.size(), std::size_t(2));
        QCOMPARE(instruments[0]["candles"].get<int>(), 45031);
    }

    void quotesBadRowsAndKeepsTheRest()
    {
        const CliRunner cli = runner("badrows");
        QList<QByteArray> lines = candles(100).split('\n');
        lines[10] = "1641168540,1,0.5,2,1,1";
        lines[20] = "1641169140,nan,1,1,1,1";
        lines[30] = "not a row";
        write(path("bad.csv"), lines.join('\n'));
        const CliRun run =
            cli.run({QStringLiteral("import"), path("bad.csv"), QStringLiteral("--symbol"),
                     QStringLiteral("BTC/USD"), QStringLiteral("--json")});
        QVERIFY2(run.status == 0, run.err.constData());
        const auto report = run.json()["files"][0];
        QCOMPARE(report["inserted"].get<int>(), 97);
        QCOMPARE(report["bad_rows"].get<int>(), 3);
        QCOMPARE(report["quoted"][0]["line"].get<int>(), 11);
        const CliRun missing = cli.run({QStringLiteral("coverage")});
        QVERIFY(missing.out.contains("3 missing"));
    }

    void refusesFilesThatAreNoCandles()
    {
        const CliRunner cli = runner("nocandles");
        write(path("empty.csv"), "");
        write(path("binary.csv"), QByteArray("\x7F"
                                             "ELF\0\0\0\1\2\3",
                                             10)
                                      .repeated(100));
        for (const QString& file :
             {path("empty.csv"), path("binary.csv"), path("absent.csv"), m_home.path()}) {
            const CliRun run = cli.run({QStringLiteral("import"), file, QStringLiteral("--symbol"),
                                        QStringLiteral("BTC/USD")});
            QCOMPARE(run.status, 1);
            QVERIFY2(run.oneErrorLine(), run.err.constData());
        }
    }

    void interruptedImportKeepsWhatIsCommitted()
    {
        const CliRunner cli = runner("interrupt");
        write(path("long.csv"), candles(900'000));
        QProcess process;
        cli.start(process, {QStringLiteral("import"), path("long.csv"), QStringLiteral("--symbol"),
                            QStringLiteral("BTC/USD")});
        const auto committed = [&] {
            const CliRun run = cli.run({QStringLiteral("coverage"), QStringLiteral("--json")});
            return run.status == 0 && !run.json()["instruments"].empty();
        };
        QTRY_VERIFY_WITH_TIMEOUT(committed() || process.state() == QProcess::NotRunning, 30'000);
        if (process.state() == QProcess::NotRunning)
            QSKIP("the import was over before it could be stopped");
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const CliRun run = CliRunner::finish(process);
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("is kept"), run.err.constData());
        const int kept = cli.run({QStringLiteral("coverage"), QStringLiteral("--json")})
                             .json()["instruments"][0]["candles"]
                             .get<int>();
        QVERIFY(kept > 0 && kept < 900'000);
    }

    void printsCandlesThatReadBack()
    {
        const CliRunner cli = withCandles();
        const QStringList base{QStringLiteral("candles"), QStringLiteral("--symbol"),
                               QStringLiteral("BTC/USD")};
        const CliRun minutes =
            cli.run(base + QStringList{QStringLiteral("--timeframe"), QStringLiteral("1m")});
        QCOMPARE(minutes.status, 0);
        const auto lines = minutes.lines();
        QCOMPARE(lines.size(), 3001);
        QCOMPARE(lines[0], QByteArray("time,open,high,low,close,volume,trades"));
        QVERIFY(lines[1].startsWith("2022-01-03T00:00:00Z,46319.00,"));
        const CliRun hours = cli.run(base);
        QCOMPARE(hours.lines().size(), 51);
        const CliRun few =
            cli.run(base + QStringList{QStringLiteral("--timeframe"), QStringLiteral("1m"),
                                       QStringLiteral("--from"), QStringLiteral("2022-01-03T00:10"),
                                       QStringLiteral("--to"), QStringLiteral("2022-01-03T00:20"),
                                       QStringLiteral("--json")});
        QCOMPARE(few.json()["rows"].size(), std::size_t(10));
        QCOMPARE(few.json()["rows"][0][0].get<std::string>(), std::string("2022-01-03T00:10:00Z"));
    }

    void printsIndicatorsEmptyBeforeWarmUp()
    {
        const CliRunner cli = withCandles();
        const QStringList symbol{QStringLiteral("--symbol"), QStringLiteral("BTC/USD"),
                                 QStringLiteral("--timeframe"), QStringLiteral("1m")};
        const auto candleLines = cli.run(QStringList{QStringLiteral("candles")} + symbol).lines();
        const CliRun run =
            cli.run(QStringList{QStringLiteral("indicators")} + symbol +
                    QStringList{QStringLiteral("--set"),
                                QStringLiteral("sma:20,macd:12:26:9,highest:5@high")});
        QVERIFY2(run.status == 0, run.err.constData());
        const auto lines = run.lines();
        QCOMPARE(lines.size(), 3001);
        QCOMPARE(lines[0], QByteArray("time,sma:20,macd:12:26:9 macd,macd:12:26:9 "
                                      "signal,macd:12:26:9 histogram,highest:5@high"));
        QCOMPARE(lines[1].split(',')[1], QByteArray());
        QCOMPARE(lines[19].split(',')[1], QByteArray());
        double sum = 0.0;
        for (int i = 1; i <= 20; ++i)
            sum += candleLines[i].split(',')[4].toDouble();
        QVERIFY(std::abs(lines[20].split(',')[1].toDouble() - sum / 20.0) < 1e-6);
        QCOMPARE(lines[20].split(',').size(), 6);
    }

    void saysWhatIsNotThere()
    {
        const CliRunner cli = runner("nothing");
        for (const char* words :
             {"candles --symbol BTC/USD", "coverage", "export trades", "journal verify last",
              "journal show /nowhere/at/all", "strategies show fly", "strategies verify fly.lua",
              "strategies approve fly.lua", "strategies revoke fly",
              "coverage --database postgresql://x/y"}) {
            const CliRun run = cli.run(QString::fromUtf8(words).split(QLatin1Char(' ')));
            QVERIFY2(run.status == 1, words);
            QVERIFY2(run.oneErrorLine() && run.err.startsWith("quarterdeck-cli: "),
                     run.err.constData());
            QVERIFY(run.out.isEmpty());
        }
        const CliRun unknown = withCandles().run(
            {QStringLiteral("candles"), QStringLiteral("--symbol"), QStringLiteral("ETH/USD")});
        QCOMPARE(unknown.status, 1);
    }

    void usesTheDatabaseThatIsNamed()
    {
        CliRunner cli = runner("elsewhere");
        write(path("other.csv"), candles(50));
        const QString url = QStringLiteral("sqlite://") + path("other.sqlite");
        QCOMPARE(cli.run({QStringLiteral("import"), path("other.csv"), QStringLiteral("--symbol"),
                          QStringLiteral("ETH/USD"), QStringLiteral("--database"), url})
                     .status,
                 0);
        QVERIFY(QFileInfo::exists(path("other.sqlite")));
        QCOMPARE(cli.run({QStringLiteral("coverage")}).status, 1);
        cli.setVariable("QUARTERDECK_DATABASE", url);
        QVERIFY(cli.run({QStringLiteral("coverage")}).out.contains("kept in SQLite 3."));
        QVERIFY(cli.run({QStringLiteral("coverage")}).out.contains("ETH/USD"));
    }

    void startsAStrategyFromATemplate()
    {
        const CliRunner cli = runner("template");
        const auto strategies = [&](const char* words) {
            return cli.run((QStringLiteral("strategies ") + QString::fromUtf8(words)).split(QLatin1Char(' ')));
        };
        const CliRun made = strategies("new mine");
        QVERIFY2(made.status == 0 && made.err.isEmpty(), made.err.constData());
        QFile file(cli.workspace() + QStringLiteral("/strategies/mine.lua"));
        QVERIFY(made.out.startsWith(QFile::encodeName(file.fileName())));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray source = file.readAll();
        QVERIFY(source.contains("name = \"mine\""));
        QCOMPARE(strategies("show mine --json").json()["state"].get<std::string>(), std::string("unknown"));
        QCOMPARE(strategies("show mine --json").json()["source"].get<std::string>(), source.toStdString());

        for (const char* words : {"new mine", "new sma_cross", "new ../mine", "new Mine"}) {
            const CliRun refused = strategies(words);
            QCOMPARE(refused.status, 1);
            QVERIFY2(refused.oneErrorLine() && refused.out.isEmpty(), refused.err.constData());
        }
        file.seek(0);
        QVERIFY(file.readAll() == source);
        QCOMPARE(strategies("new").status, 2);
        const CliRun json = strategies("new other --json");
        QVERIFY(json.json()["file"].get<std::string>().ends_with("/strategies/other.lua"));
    }

    void approvesExactBytesOnly()
    {
        const CliRunner cli = runner("trust");
        const QString file = path("mine.lua");
        QFile shipped(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/sma_cross.lua"));
        QVERIFY(shipped.open(QIODevice::ReadOnly));
        const QByteArray source = shipped.readAll().replace("sma_cross", "mine");
        write(file, source);
        const auto state = [&](const QStringList& words) {
            return cli.run(words + QStringList{QStringLiteral("--json")})
                .json()
                .value("state", std::string());
        };
        const auto listed = cli.run({QStringLiteral("strategies"), QStringLiteral("list"),
                                     QStringLiteral("--json")})
                                .json()["strategies"];
        QCOMPARE(listed.size(), std::size_t(8));
        for (const auto& entry : listed)
            QCOMPARE(entry["state"].get<std::string>(), std::string("unknown"));

        CliRun verify = cli.run({QStringLiteral("strategies"), QStringLiteral("verify"), file});
        QCOMPARE(verify.status, 1);
        QVERIFY(verify.oneErrorLine());
        const CliRun approve = cli.run({QStringLiteral("strategies"), QStringLiteral("approve"),
                                        file, QStringLiteral("--note"), QStringLiteral("read it")});
        QVERIFY2(approve.status == 0, approve.err.constData());
        QCOMPARE(cli.run({QStringLiteral("strategies"), QStringLiteral("verify"), file}).status, 0);
        const auto shown = cli.run({QStringLiteral("strategies"), QStringLiteral("show"),
                                    QStringLiteral("mine"), QStringLiteral("--json")})
                               .json();
        QCOMPARE(shown["state"].get<std::string>(), std::string("approved"));
        QCOMPARE(shown["source"].get<std::string>(), source.toStdString());
        QCOMPARE(shown["approval"]["note"].get<std::string>(), std::string("read it"));

        write(file, source + "\n-- edited\n");
        QCOMPARE(
            state({QStringLiteral("strategies"), QStringLiteral("show"), QStringLiteral("mine")}),
            std::string("changed"));
        QCOMPARE(cli.run({QStringLiteral("strategies"), QStringLiteral("verify"), file}).status, 1);
        QCOMPARE(cli.run({QStringLiteral("strategies"), QStringLiteral("approve"), file}).status,
                 0);
        QCOMPARE(cli.run({QStringLiteral("strategies"), QStringLiteral("verify"), file}).status, 0);
        QCOMPARE(cli.run({QStringLiteral("strategies"), QStringLiteral("revoke"),
                          QStringLiteral("mine")})
                     .status,
                 0);
        QCOMPARE(cli.run({QStringLiteral("strategies"), QStringLiteral("verify"), file}).status, 1);
        QCOMPARE(state({QStringLiteral("strategies"), QStringLiteral("verify"), file}),
                 std::string("revoked"));
    }

    void showsWhatWouldDeceiveTheReader()
    {
        const CliRunner cli = runner("deceiving");
        const QString file = path("deceiving.lua");
        QFile shipped(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/sma_cross.lua"));
        QVERIFY(shipped.open(QIODevice::ReadOnly));
        write(file, shipped.readAll().replace("sma_cross", "deceiving") + "-- a\xE2\x80\xAE"
                                                                          "b\x1B[2K \xC2\xB5\n");
        QCOMPARE(cli.run({QStringLiteral("strategies"), QStringLiteral("approve"), file}).status,
                 0);
        const CliRun run = cli.run(
            {QStringLiteral("strategies"), QStringLiteral("show"), QStringLiteral("deceiving")});
        QVERIFY(run.out.contains("-- a<U+202E>b<U+001B>[2K \xC2\xB5\n"));
    }

    void refusesScriptsThatAreNone()
    {
        const CliRunner cli = runner("broken");
        write(path("syntax.lua"), "return {");
        write(path("binary.lua"), QByteArray("\x1BLua\x54\0", 6));
        for (const QString& file : {path("syntax.lua"), path("binary.lua")}) {
            const CliRun run =
                cli.run({QStringLiteral("strategies"), QStringLiteral("approve"), file});
            QCOMPARE(run.status, 1);
            QVERIFY2(run.oneErrorLine(), run.err.constData());
        }
    }

    void exportsAndVerifiesSessions()
    {
        const CliRunner cli = runner("session");
        const auto folder = std::filesystem::path(cli.workspace().toStdString()) / "journal" /
                            "20220101T000000.000Z-1a2b3c4d";
        {
            auto writer = core::journal::SessionWriter::open(journaltest::planFor(folder));
            QVERIFY(writer.ok());
            journaltest::emitSteps(**writer, 0, 30);
            QVERIFY((*writer)->finish("{}").ok());
        }
        const QString out = path("trades.jsonl");
        const CliRun toFile = cli.run({QStringLiteral("export"), QStringLiteral("trades"),
                                       QStringLiteral("--session"), QStringLiteral("last"),
                                       QStringLiteral("--format"), QStringLiteral("jsonl"),
                                       QStringLiteral("--out"), out, QStringLiteral("--json")});
        QVERIFY2(toFile.status == 0, toFile.err.constData());
        QCOMPARE(toFile.json()["rows"].get<int>(), 30);
        QCOMPARE(journaltest::linesOf(out.toStdString()).size(), std::size_t(30));
        QVERIFY(!QFileInfo::exists(out + QStringLiteral(".part")));
        const CliRun toOutput = cli.run({QStringLiteral("export"), QStringLiteral("orders")});
        QCOMPARE(toOutput.out.count("\r\n"), 31);
        const CliRun refused = cli.run({QStringLiteral("export"), QStringLiteral("equity"),
                                        QStringLiteral("--out"), QStringLiteral("/proc/none/x")});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.oneErrorLine(), refused.err.constData());

        const CliRun shown =
            cli.run({QStringLiteral("journal"), QStringLiteral("show"), QStringLiteral("last"),
                     QStringLiteral("--correlation"), QStringLiteral("1a2b3c4d-000003")});
        QCOMPARE(shown.lines().size(), 5);
        const QString name = QString::fromStdString(folder.string());
        const CliRun good = cli.run(
            {QStringLiteral("journal"), QStringLiteral("verify"), name, QStringLiteral("--json")});
        QVERIFY2(good.status == 0, good.err.constData());
        QVERIFY(good.json()["good"].get<bool>());

        auto lines = journaltest::linesOf(folder / "trades.jsonl");
        lines.erase(lines.begin() + 4);
        journaltest::writeFile(folder / "trades.jsonl", journaltest::joined(lines));
        const CliRun bad = cli.run({QStringLiteral("journal"), QStringLiteral("verify"), name});
        QCOMPARE(bad.status, 1);
        QVERIFY2(bad.oneErrorLine() &&
                     bad.err.contains("trades.jsonl line 5 comes after a dropped line: seq 5"),
                 bad.err.constData());
    }

    void secondWriterIsTurnedAway()
    {
        const CliRunner cli = withCandles();
        const auto held =
            core::Workspace::open(cli.workspace().toStdString(), core::Workspace::Access::Write);
        QVERIFY(held.ok());
        const CliRun run = cli.run({QStringLiteral("import"), path("candles.csv"),
                                    QStringLiteral("--symbol"), QStringLiteral("BTC/USD")});
        QCOMPARE(run.status, 1);
        QVERIFY(run.oneErrorLine() && run.err.contains("in use by another program (process "));
        QCOMPARE(cli.run({QStringLiteral("coverage")}).status, 0);
    }

    void endsQuietlyWhenItsReaderHasEnough()
    {
        const CliRun run = withCandles().shell(
            QStringLiteral("\"$CLI\" candles --symbol BTC/USD --timeframe 1m | head -n 2"));
        QCOMPARE(run.lines().size(), 2);
        QCOMPARE(run.err, QByteArray());
    }

    void reportsAnOutputThatIsFull()
    {
        const CliRun run =
            withCandles().shell(QStringLiteral("\"$CLI\" candles --symbol BTC/USD > /dev/full"));
        QCOMPARE(run.status, 1);
        QVERIFY2(run.oneErrorLine(), run.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
