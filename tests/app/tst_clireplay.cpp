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
        QCOMPARE(json["data"][0]["candles"].get<int>(), 45031);
        QCOMPARE(json["data"][0]["missing"].get<int>(), 0);
        QVERIFY(json["engine"].get<std::string>().starts_with("0."));
        QCOMPARE(json["digest"].get<std::string>().size(), 64U);
        QCOMPARE(json["head"].get<std::string>().size(), 64U);
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

    void runsUnsignedScriptsWhereItIsAskedTo()
    {
        QDir().mkpath(m_cli->workspace() + QStringLiteral("/strategies"));
        QFile script(m_cli->workspace() + QStringLiteral("/strategies/fresh.lua"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("strategy = { name = 'fresh' } function on_start(ctx) ctx:log('hello') ctx:target(0.1) end");
        script.close();
        const QString elsewhere = m_home.path() + QStringLiteral("/unsigned");
        const QStringList replay{QStringLiteral("replay"), QStringLiteral("--strategy"), QStringLiteral("fresh"),
                                 QStringLiteral("--symbol"), QStringLiteral("BTC/USD"), QStringLiteral("--out"),
                                 elsewhere};
        QCOMPARE(m_cli->run(replay).status, 1);
        const CliRun run = m_cli->run(replay + QStringList{QStringLiteral("--allow-unsigned-strategies")});
        QCOMPARE(run.status, 0);
        QVERIFY2(run.err.contains("scripts run that nobody approved"), run.err.constData());
        const QDir out(elsewhere);
        QFile all(out.filePath(out.entryList(QDir::Dirs | QDir::NoDotAndDotDot).first()) +
                  QStringLiteral("/all.jsonl"));
        QVERIFY(all.open(QIODevice::ReadOnly));
        const QByteArray text = all.readAll();
        QVERIFY(text.count('\n') > 4);
        QCOMPARE(text.count("\"unsigned\":true"), text.count('\n'));
        const CliRun told = cli("journal show system");
        QVERIFY2(told.lines().last().contains("\"strategy\":\"fresh\"") &&
                     told.lines().last().contains("\"unsigned\":true"),
                 told.out.constData());
        QCOMPARE(cli("journal verify system").status, 0);
        QVERIFY(script.remove());
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

    void saysWhatTradingCameTo()
    {
        const CliRun run = m_cli->run(m_replay);
        QVERIFY2(run.status == 0, run.err.constData());
        const auto json = run.json();
        const auto analytics = json["accounts"][0]["analytics"];
        QCOMPARE(analytics, json["analytics"]); // There is one account.
        QCOMPARE(analytics["profit"].get<std::string>(), std::string("-9711.57835000"));
        QCOMPARE(analytics["round_trip_profit"].get<std::string>(), std::string("-9711.57835000"));
        QCOMPARE(analytics["open_profit"].get<std::string>(), std::string("0.00000000"));
        QCOMPARE(analytics["total_return"].get<double>(), -0.0971157835);
        QCOMPARE(analytics["round_trips"].get<int>(), 945);
        QCOMPARE(analytics["win_rate"].get<double>(), 151.0 / 945.0);
        QCOMPARE(analytics["fills"].get<int>(), 1890);
        // From 23:01 on the last of the year, so that January's days are whole.
        QCOMPARE(analytics["whole_days"].get<int>(), 31);
        QVERIFY(analytics["sharpe"].is_number() && analytics["sharpe_error"].is_number());
        QCOMPARE(analytics["deepest_drawdown"]["trough"].get<std::string>(),
                 std::string("2022-02-01T05:31:00Z"));
        QCOMPARE(analytics["costs"]["fee"].get<std::string>(), std::string("7776.92835000"));
        QCOMPARE(analytics["costs"].size(), std::size_t(7));
        QCOMPARE(analytics["cost_rate"].get<double>(), 0.001);
        QCOMPARE(analytics["profit_at_half_the_costs"].get<std::string>(),
                 std::string("-5823.11417500"));
        // A month is too short to be put as a figure a year.
        for (const char* member : {"annual_return", "calmar"}) {
            QVERIFY2(analytics[member].is_null(), member);
            QCOMPARE(analytics["reasons"][member].get<std::string>(),
                     std::string("fewer than 90 days"));
        }
        QCOMPARE(analytics["reasons"].size(), std::size_t(2));
        const auto hold = json["buy_and_hold"];
        QVERIFY(std::abs(hold["total_return"].get<double>() + 0.168689) < 1e-6);
        QVERIFY(!hold.contains("round_trips"));
    }

    void limitsChangeTheResultAndAreSaid()
    {
        const auto plain = m_cli->run(m_replay).json();
        QVERIFY(plain["accounts"][0]["risk"].is_null());
        // A limit that is never reached changes no fill, and yet makes another session.
        const auto loose = m_cli
                               ->run(m_replay + QStringList{QStringLiteral("--max-drawdown"),
                                                            QStringLiteral("0.5")})
                               .json();
        QCOMPARE(loose["final_equity"].get<std::string>(), std::string("90288.42165000"));
        QVERIFY(loose["fingerprint"] != plain["fingerprint"]);
        QCOMPARE(loose["accounts"][0]["risk"]["breaches"].get<int>(), 0);
        const CliRun run = m_cli->run(
            m_replay + QStringList{QStringLiteral("--max-drawdown"), QStringLiteral("0.05"),
                                   QStringLiteral("--on-breach"), QStringLiteral("flatten")});
        QVERIFY2(run.status == 0, run.err.constData());
        const auto json = run.json();
        QVERIFY(json["fills"].get<int>() < 1890);
        const double equity = std::stod(json["final_equity"].get<std::string>());
        QVERIFY2(equity > 94'500.0 && equity < 95'100.0, qPrintable(QString::number(equity)));
        const auto risk = json["accounts"][0]["risk"];
        QCOMPARE(risk["max_drawdown"].get<double>(), 0.05);
        QVERIFY(risk["max_daily_loss"].is_null());
        QCOMPARE(risk["on_breach"].get<std::string>(), std::string("flatten"));
        QCOMPARE(risk["breaches"].get<int>(), 1);
        QCOMPARE(risk["exceeded"][0]["limit"].get<std::string>(), std::string("drawdown"));
        const CliRun text = cli("replay --strategy sma_cross --symbol BTC/USD --max-drawdown 0.05 "
                                "--max-orders-a-minute 30");
        QVERIFY2(text.out.contains("limits: drawdown 0.05, orders a minute 30, on breach block; "
                                   "exceeded 1 time, drawdown still"),
                 text.out.constData());
        QCOMPARE(cli("replay --strategy sma_cross --max-drawdown 2").status, 2);
        QVERIFY(cli("replay --help").out.contains("--max-daily-loss"));
    }

    void printsATableForPeople()
    {
        const CliRun run = cli("replay --strategy sma_cross --strategy mean_reversion "
                               "--symbol BTC/USD --from 2022-01-10 --to 2022-01-20");
        QVERIFY2(run.status == 0, run.err.constData());
        const QList<QByteArray> lines = run.lines();
        const auto begin = std::find_if(lines.begin(), lines.end(), [](const QByteArray& line) {
            return line.startsWith("Performance");
        });
        QVERIFY(begin != lines.end());
        for (const char* title : {"mean_reversion", "sma_cross", "total", "buy and hold"})
            QVERIFY2(begin->contains(title), title);
        QVERIFY(run.out.contains("n/a (1)"));
        QVERIFY(run.out.contains("\n(1) fewer than 90 days\n"));
        const qsizetype width = QString::fromUtf8(*begin).size();
        for (auto line = begin; !line->startsWith("time under water"); ++line)
            QCOMPARE(QString::fromUtf8(*line).size(), width);
    }

    /// Stop and target so near that one bar often reaches both.
    void saysWhatTheOtherPathComesTo()
    {
        QFile script(m_home.filePath(QStringLiteral("nervous.lua")));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(R"lua(
strategy = { name = "nervous", version = "1.0.0", description = "In and out.", symbols = { "BTC/USD" },
             timeframe = "1m", warmup = 1 }
function on_bar(ctx, bar)
  if ctx:position().size == 0 and #ctx:orders() == 0 then
    ctx:buy{ size = 0.1, stop_loss = bar.close - 15, take_profit = bar.close + 15 }
  end
end
)lua");
        script.close();
        const CliRun approved =
            m_cli->run({QStringLiteral("strategies"), QStringLiteral("approve"), script.fileName()});
        QVERIFY2(approved.status == 0, approved.err.constData());
        const QStringList replay = {QStringLiteral("replay"), QStringLiteral("--strategy"), QStringLiteral("nervous"),
                                    QStringLiteral("--symbol"), QStringLiteral("BTC/USD"), QStringLiteral("--to"),
                                    QStringLiteral("2022-01-03"), QStringLiteral("--json")};
        const QStringList worstToo = {QStringLiteral("--path"), QStringLiteral("worst"), QStringLiteral("--both-paths")};
        const auto nearer = m_cli->run(replay + QStringList{QStringLiteral("--both-paths")}).json();
        const auto worst = m_cli->run(replay + worstToo).json();
        QVERIFY(nearer["final_equity"] != worst["final_equity"]);
        QCOMPARE(nearer["other_path"]["path"].get<std::string>(), std::string("worst"));
        QCOMPARE(nearer["other_path"]["final_equity"], worst["final_equity"]);
        QCOMPARE(nearer["other_path"]["accounts"][0]["final_equity"], worst["final_equity"]);
        QCOMPARE(worst["other_path"]["final_equity"], nearer["final_equity"]);
        QVERIFY(!m_cli->run(replay).json().contains("other_path"));
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
