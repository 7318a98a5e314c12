// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "clirunner.h"

/// The main job without a display: import, approve, replay, export, verify, on the shared candles.
class TestCliReplay : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_home;
    std::unique_ptr<CliRunner> m_cli;
    const QStringList m_replay{
        QStringLiteral("replay"),        QStringLiteral("--strategy"), QStringLiteral("sma_cross"),
        QStringLiteral("--symbol"),      QStringLiteral("BTC/USD"),    QStringLiteral("--cash"),
        QStringLiteral("100000"),        QStringLiteral("--fee"),      QStringLiteral("0.001"),
        QStringLiteral("--slippage-bp"), QStringLiteral("0"),          QStringLiteral("--json")};

    [[nodiscard]] CliRun cli(const char* words) const
    {
        return m_cli->run(QString::fromUtf8(words).split(QLatin1Char(' ')));
    }

    [[nodiscard]] QString shippedFile(const char* name) const
    {
        return QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/") + QString::fromUtf8(name);
    }

    /// The folder of the newest session.
    [[nodiscard]] QString lastSession() const
    {
        const QDir journal(m_cli->workspace() + QStringLiteral("/journal"));
        const QStringList names = journal.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        return names.isEmpty() ? QString() : journal.filePath(names.last());
    }

private slots:
    void initTestCase()
    {
        const QString minutes = QStringLiteral(QUARTERDECK_SHARED_DATA "/btc-perp-1m-2022-01.csv");
        if (!QFileInfo::exists(minutes))
            QSKIP("the shared data is not here");
        m_cli = std::make_unique<CliRunner>(m_home.path());
        const CliRun import = m_cli->run({QStringLiteral("import"), minutes,
                                          QStringLiteral("--symbol"), QStringLiteral("BTC/USD")});
        QVERIFY2(import.status == 0, import.err.constData());
    }

    void refusesWhatIsNotApproved()
    {
        const CliRun run = m_cli->run(m_replay);
        QCOMPARE(run.status, 1);
        QVERIFY2(run.oneErrorLine() && run.err.contains("sma_cross"), run.err.constData());
        QVERIFY(run.out.isEmpty());
        for (const char* name : {"sma_cross.lua", "mean_reversion.lua", "breakout.lua"}) {
            const CliRun approve = m_cli->run(
                {QStringLiteral("strategies"), QStringLiteral("approve"), shippedFile(name)});
            QVERIFY2(approve.status == 0, approve.err.constData());
        }
    }

    void givesTheKnownAnswer()
    {
        const CliRun run = m_cli->run(m_replay);
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY(run.err.isEmpty());
        const auto json = run.json();
        QCOMPARE(json["bars"].get<int>(), 45031);
        QCOMPARE(json["fills"].get<int>(), 1890);
        QCOMPARE(json["final_equity"].get<std::string>(), std::string("90288.42165000"));
        QCOMPARE(json["margin_calls"].get<int>(), 0);
        QCOMPARE(json["accounts"].size(), std::size_t(1));
        const auto account = json["accounts"][0];
        QCOMPARE(account["name"].get<std::string>(), std::string("sma_cross"));
        QCOMPARE(account["sha256"].get<std::string>().size(), std::size_t(64));
        QCOMPARE(account["final_equity"].get<std::string>(), std::string("90288.42165000"));
        QVERIFY(account["suspended"].is_null());
        for (const char* member : {"final_cash", "realised_profit", "fees", "borrow_interest",
                                   "bad_debt", "max_drawdown", "margin_calls", "fills"})
            QVERIFY2(account.contains(member), member);

        // A second run, elsewhere, leaves the same bytes.
        const QString elsewhere = m_home.path() + QStringLiteral("/elsewhere");
        const CliRun again = m_cli->run(m_replay + QStringList{QStringLiteral("--out"), elsewhere});
        QVERIFY2(again.status == 0, again.err.constData());
        QCOMPARE(again.json()["fingerprint"].get<std::string>(),
                 json["fingerprint"].get<std::string>());
        const QDir out(elsewhere);
        QCOMPARE(out.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 1);
        const QDir session(out.filePath(out.entryList(QDir::Dirs | QDir::NoDotAndDotDot).first()));
        for (const char* name : {"system.jsonl", "trades.jsonl", "all.jsonl",
                                 "strategy-sma_cross.jsonl", "equity-sma_cross.bin"}) {
            QFile a(session.filePath(QString::fromUtf8(name)));
            QFile b(lastSession() + QLatin1Char('/') + QString::fromUtf8(name));
            QVERIFY2(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly), name);
            QVERIFY2(a.readAll() == b.readAll(), name);
        }
    }

    void exportsWhatWasReplayed()
    {
        const CliRun trades = cli("export trades --session last --format csv");
        QVERIFY2(trades.status == 0, trades.err.constData());
        QCOMPARE(trades.out.count("\r\n"), 1891);
        const CliRun lines = cli("export trades --session last --format jsonl");
        QCOMPARE(lines.lines().size(), 1890);
        const auto first = nlohmann::json::parse(lines.lines().first().toStdString());
        for (const char* member :
             {"decision_time", "strategy_sha256", "fee", "reference_price", "rule", "price",
              "quantity", "realised_profit", "position_after", "cash_after", "correlation"})
            QVERIFY2(first[member].is_string() && !first[member].get<std::string>().empty(),
                     member);
        QVERIFY(first["decision_time"].get<std::string>() <= first["time"].get<std::string>());
        QVERIFY(cli("export orders").out.count("\r\n") > 1890);
        QCOMPARE(cli("export equity").out.count("\r\n"), 45033);
        const std::string chain = first["correlation"].get<std::string>();
        const CliRun story =
            m_cli->run({QStringLiteral("journal"), QStringLiteral("show"), lastSession(),
                        QStringLiteral("--correlation"), QString::fromStdString(chain)});
        for (const char* event :
             {"\"event\":\"order\"", "\"event\":\"fill\"", "\"event\":\"ledger\""})
            QVERIFY2(story.out.contains(event), event);
    }

    void verifiesItsJournalAndFindsTampering()
    {
        const CliRun good =
            m_cli->run({QStringLiteral("journal"), QStringLiteral("verify"), lastSession()});
        QVERIFY2(good.status == 0, good.err.constData());
        QFile file(lastSession() + QStringLiteral("/trades.jsonl"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray text = file.readAll();
        const qsizetype at = text.indexOf("\"price\":\"4");
        QVERIFY(at > 0);
        text[at + 9] = '5';
        file.seek(0);
        file.write(text);
        file.close();
        const CliRun bad =
            m_cli->run({QStringLiteral("journal"), QStringLiteral("verify"), lastSession()});
        QCOMPARE(bad.status, 1);
        QVERIFY2(bad.oneErrorLine() && bad.err.contains("trades.jsonl line"), bad.err.constData());
    }

    void keepsAccountsApart()
    {
        const CliRun run = cli("replay --strategy sma_cross:fast=5,slow=20 --strategy "
                               "mean_reversion --symbol BTC/USD --json");
        QVERIFY2(run.status == 0, run.err.constData());
        const auto json = run.json();
        QCOMPARE(json["accounts"].size(), std::size_t(2));
        QCOMPARE(json["fills"].get<int>(),
                 json["accounts"][0]["fills"].get<int>() + json["accounts"][1]["fills"].get<int>());
    }

    void refusesWhatCannotBeReplayed()
    {
        for (const char* words :
             {"replay --strategy fly --symbol BTC/USD",
              "replay --strategy sma_cross --symbol ETH/USD",
              "replay --strategy sma_cross:fast=many --symbol BTC/USD",
              "replay --strategy sma_cross:speed=1 --symbol BTC/USD",
              "replay --strategy sma_cross --symbol BTC/USD --from 2031-01-01"}) {
            const CliRun run = cli(words);
            QVERIFY2(run.status == 1, words);
            QVERIFY2(run.oneErrorLine(), run.err.constData());
            QVERIFY(run.out.isEmpty());
        }
    }
};

QTEST_GUILESS_MAIN(TestCliReplay)
#include "tst_clireplay.moc"
