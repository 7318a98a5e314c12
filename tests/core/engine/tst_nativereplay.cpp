// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayrunner.h"
#include "tests/core/engine/replayworkspace.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace core;
using namespace core::engine;
namespace fs = std::filesystem;

namespace {

constexpr int CANDLES = 2000;

/// Acts inside of bars.
constexpr const char* TAPE = R"(
strategy = { name = "tape", symbols = { "BTC/USD" }, timeframe = "1m" }
local net, position = 0
function on_start(ctx) position = ctx:position() end
function on_trade(ctx, trade)
  net = net + (trade.side == "buy" and trade.size or -trade.size)
  if trade.id % 5 ~= 0 then return end
  if not position.flat then
    ctx:close()
  elseif net > 0 then
    ctx:buy{ size = 0.1, stop_loss = trade.price * 0.999 }
  else
    ctx:short{ size = 0.1, stop_loss = trade.price * 1.001 }
  end
end
)";

/// Four trades for each stored minute of BTC/USD, at its corners.
void writeTrades(const history::DatabaseUrl& url)
{
    auto store = history::openHistory(url);
    const Symbol symbol = *Symbol::parse("BTC/USD");
    const auto candles = (*store)->candles(symbol, market::ONE_MINUTE, {});
    market::TradeColumns trades;
    for (std::size_t i = 0; i < candles->size(); ++i) {
        const market::Candle each = candles->at(i);
        int quarter = 0;
        for (const Price price : {each.open, each.low, each.high, each.close}) {
            const std::uint64_t id = trades.count() + 1;
            trades.push({each.openTime + std::chrono::seconds(15) * quarter++, price,
                         Quantity(static_cast<std::int64_t>(1 + id * 7 % 13)),
                         id * 3 % 7 < 3 ? market::TakerSide::Buy : market::TakerSide::Sell, id});
        }
    }
    if (!(*store)->writeTrades(symbol, trades))
        qFatal("no trades");
}

/// The lines of trades.jsonl without what tells one session or one file from another.
std::vector<nlohmann::json> trades(const ReplaySummary& replay)
{
    std::vector<nlohmann::json> lines;
    std::ifstream file(replay.folder / "trades.jsonl");
    for (std::string text; std::getline(file, text);) {
        auto line = nlohmann::json::parse(text);
        for (const char* own : {"chain", "session", "strategy", "strategy_sha256"})
            line.erase(own);
        // Of the digest and the event's number, the number.
        line["correlation"] = line["correlation"].get<std::string>().substr(8);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::int64_t countOf(const std::vector<nlohmann::json>& lines, const char* event)
{
    return std::ranges::count_if(lines, [event](const auto& line) { return line["event"] == event; });
}

} // namespace

/// Replays of native strategies.
class TestNativeReplay : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::unique_ptr<fixture::ReplayWorkspace> m_scripts;

    /// A workspace over the same history, with strategies of its own.
    [[nodiscard]] ReplayPlaces placesOf(const std::string& name) const
    {
        const fs::path folder = fs::path(m_folder.path().toStdString()) / name;
        ReplayPlaces places = m_scripts->places();
        places.trustFolder = folder / "trust";
        places.strategyFolders = {folder / "strategies"};
        places.sessionsFile.clear();
        fs::create_directories(folder / "strategies");
        return places;
    }
    static void approve(const ReplayPlaces& places, const fs::path& file)
    {
        const fs::path copy = places.strategyFolders[0] / file.filename();
        fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
        const strategy::Catalog catalog(places.strategyFolders, places.trustFolder);
        const auto approved = catalog.approve(copy, "", "test", SystemClock().now());
        QVERIFY2(approved.ok(), approved.ok() ? "" : approved.error().message().c_str());
    }
    static ReplaySummary replay(const ReplayRequest& request, const ReplayPlaces& places)
    {
        auto done = runReplay(request, places);
        if (!done)
            qFatal("%s", done.error().message().c_str());
        return std::move(*done);
    }
    void compare(const ReplayRequest& request, const ReplayPlaces& scripts, const ReplayPlaces& natives,
                 const ReplayRequest& nativeRequest) const
    {
        const auto script = trades(replay(request, scripts));
        const auto native = trades(replay(nativeRequest, natives));
        QVERIFY(countOf(script, "fill") > 100 && countOf(script, "ledger") > 100);
        QCOMPARE(native.size(), script.size());
        for (std::size_t i = 0; i < script.size(); ++i)
            QCOMPARE(native[i].dump(), script[i].dump());
    }

private slots:
    void initTestCase()
    {
        m_scripts = std::make_unique<fixture::ReplayWorkspace>(m_folder.path().toStdString());
        m_scripts->fill(CANDLES);
    }

    void tradesLikeTheScripts();
    void tradesLikeTheShippedScript();
    void hearsTheTradesThatTheScriptHears();
    void suspendsTheOneThatThrowsAndGoesOn_data();
    void suspendsTheOneThatThrowsAndGoesOn();
    void runsOnePluginOnSeveralThreads();
};

void TestNativeReplay::tradesLikeTheScripts()
{
    const ReplayPlaces natives = placesOf("twins");
    for (const char* name : {"ladder", "brackets", "follower"})
        approve(natives, fs::path(TWINS) / (std::string(name) + ".so"));
    const ReplayRequest request = fixture::ReplayWorkspace::request();
    compare(request, m_scripts->places(), natives, request);
}

void TestNativeReplay::tradesLikeTheShippedScript()
{
    const ReplayPlaces places = placesOf("shipped");
    approve(places, fs::path(EXAMPLES) / "sma_cross_native.so");
    approve(places, fs::path(QUARTERDECK_SOURCE_DIR) / "strategies" / "sma_cross.lua");
    ReplayRequest script;
    script.strategies = {{"sma_cross", {{"fast", "3"}, {"slow", "8"}, {"size", "0.2"}}}};
    ReplayRequest native = script;
    native.strategies[0].name = "sma_cross_native";
    compare(script, places, places, native);
}

void TestNativeReplay::hearsTheTradesThatTheScriptHears()
{
    QTemporaryDir folder;
    const fixture::ReplayWorkspace workspace(folder.path().toStdString());
    workspace.fill(300);
    workspace.writeStrategy("tape", TAPE);
    writeTrades(workspace.places().history);
    ReplayPlaces natives = placesOf("tape");
    natives.history = workspace.places().history;
    approve(natives, fs::path(TWINS) / "tape.so");
    ReplayRequest request;
    request.strategies = {{"tape", {}}};
    compare(request, workspace.places(), natives, request);
}

void TestNativeReplay::suspendsTheOneThatThrowsAndGoesOn_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("reason");
    QTest::newRow("at the start") << "start" << "probe: onStart failed: asked to";
    QTest::newRow("in a bar") << "bar" << "probe: onBar failed: asked to";
    QTest::newRow("no std::exception") << "number"
                                       << "probe: onBar failed: it threw something that is no std::exception";
}

void TestNativeReplay::suspendsTheOneThatThrowsAndGoesOn()
{
    QFETCH(QString, where);
    QFETCH(QString, reason);
    const ReplayPlaces places = placesOf("throwing");
    approve(places, fs::path(PROBES) / "probe.so");
    approve(places, fs::path(TWINS) / "brackets.so");
    ReplayRequest request;
    request.strategies = {{"probe", {{"fails", where.toStdString()}}}, {"brackets", {}}};
    const ReplaySummary done = replay(request, places);
    QVERIFY(done.accounts.at(0).fills > 50);
    QCOMPARE(done.accounts.at(1).strategy, std::string("probe"));
    QCOMPARE(done.accounts.at(1).stateReason, reason.toStdString());
}

void TestNativeReplay::runsOnePluginOnSeveralThreads()
{
    const ReplayPlaces places = placesOf("threads");
    approve(places, fs::path(TWINS) / "brackets.so");
    ReplayRequest request;
    request.strategies = {{"brackets", {}}};
    std::array<std::string, 4> fingerprints;
    {
        std::vector<std::jthread> threads;
        for (std::string& fingerprint : fingerprints)
            threads.emplace_back([&] { fingerprint = replay(request, places).fingerprint; });
    }
    for (const std::string& fingerprint : fingerprints)
        QCOMPARE(fingerprint, fingerprints[0]);
}

QTEST_GUILESS_MAIN(TestNativeReplay)
#include "tst_nativereplay.moc"
