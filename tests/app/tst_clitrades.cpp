// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "clirunner.h"

namespace {

/// Buys at the second trade that it hears of, and sells at the fourth.
constexpr const char* LISTENER = R"(strategy = { name = "listener", symbols = { "BCH/EUR" }, timeframe = "1m" }
local heard = 0
function on_trade(ctx, trade)
  heard = heard + 1
  if heard == 2 then ctx:buy{ size = 1 } end
  if heard == 4 then ctx:close() end
end
)";

/// Seconds of one minute and two trades of the next, each a euro dearer.
constexpr const char* TRADES = "1672531200,100.00,1\n1672531210,101.00,1\n1672531220,102.00,1\n"
                               "1672531230,103.00,1\n1672531240,104.00,1\n1672531260,105.00,1\n"
                               "1672531290,106.00,1\n";

} // namespace

/// Strategies that hear trades, from files to fills.
class TestCliTrades : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_home;
    std::unique_ptr<CliRunner> m_cli;

    [[nodiscard]] QString write(const QString& name, const char* text) const
    {
        const QString path = m_home.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("the file cannot be written");
        return path;
    }
    [[nodiscard]] CliRun replay(const QStringList& more) const
    {
        return m_cli->run(QStringList{QStringLiteral("replay"), QStringLiteral("--strategy"), QStringLiteral("listener"),
                                      QStringLiteral("--fee"), QStringLiteral("0"), QStringLiteral("--slippage-bp"),
                                      QStringLiteral("0"), QStringLiteral("--participation"), QStringLiteral("0")} +
                          more);
    }

private slots:
    void initTestCase()
    {
        m_cli = std::make_unique<CliRunner>(m_home.path());
        const CliRun import = m_cli->run({QStringLiteral("import"), write(QStringLiteral("trades.csv"), TRADES),
                                          QStringLiteral("--symbol"), QStringLiteral("BCH/EUR")});
        QVERIFY2(import.status == 0, import.err.constData());
        QDir(m_cli->workspace()).mkpath(QStringLiteral("strategies"));
        const QString script = m_cli->workspace() + QStringLiteral("/strategies/listener.lua");
        QFile file(script);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(LISTENER) > 0);
        file.close();
        const CliRun approve = m_cli->run({QStringLiteral("strategies"), QStringLiteral("approve"), script});
        QVERIFY2(approve.status == 0, approve.err.constData());
    }

    void whatIsDecidedAtATradeIsFilledAtTheNextOne()
    {
        const CliRun run = replay({QStringLiteral("--json")});
        QVERIFY2(run.status == 0, run.err.constData());
        const auto json = run.json();
        QCOMPARE(json["fills"].get<int>(), 2);
        // Bought at 102, sold at 104.
        QCOMPARE(json["final_equity"].get<std::string>(), std::string("100002.00000000"));
        QVERIFY(!json.contains("trades_missing"));
    }

    void withoutTradesItIsSaidThatNobodyIsTold()
    {
        const CliRun run = replay({QStringLiteral("--detail"), QStringLiteral("candles")});
        QCOMPARE(run.status, 0);
        QVERIFY2(run.out.contains("no trades of BCH/EUR to tell of 2 bars"), run.out.constData());
        const CliRun json = replay({QStringLiteral("--detail"), QStringLiteral("candles"), QStringLiteral("--json")});
        QCOMPARE(json.json()["trades_missing"][0]["symbol"].get<std::string>(), std::string("BCH/EUR"));
        QCOMPARE(json.json()["fills"].get<int>(), 0);
    }
};

QTEST_GUILESS_MAIN(TestCliTrades)
#include "tst_clitrades.moc"
