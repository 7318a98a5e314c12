// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"

#include <QFile>
#include <QTest>

#include <array>

using namespace core;
using namespace core::strategy;

/// What a script may declare about itself.
class TestLuaMetadata : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryField();
    void infersTypesOfParameters();
    void keepsIntegersAndNumbersApart();
    void needsNoMoreThanAName();
    void aHandlerForTradesIsADeclaration();
    void refusesWrongDeclarations_data();
    void refusesWrongDeclarations();
    void namesFileAndLineOfErrors();
    void acceptsAByteOrderMark();
    void readsEachShippedStrategy_data();
    void readsEachShippedStrategy();
};

void TestLuaMetadata::readsEveryField()
{
    const auto metadata = readLuaMetadata("a.lua", R"(
        strategy = { name = "abc_1", version = "1.2", author = "Ada", description = "what — it does",
          symbols = { "ETH/USD", "BTC/USD" }, timeframe = "4h", warmup = 30,
          parameters = { n = { default = 3, min = 1, max = 9, step = 2, description = "count" } } })");
    QVERIFY2(metadata.ok(), metadata.ok() ? "" : metadata.error().what.c_str());
    QCOMPARE(metadata->name, std::string("abc_1"));
    QCOMPARE(metadata->version, std::string("1.2"));
    QCOMPARE(metadata->author, std::string("Ada"));
    QCOMPARE(metadata->description, std::string("what — it does"));
    QCOMPARE(metadata->symbols.size(), std::size_t(2));
    QCOMPARE(metadata->symbols[0].text(), std::string("ETH/USD"));
    QCOMPARE(metadata->timeframe->text(), std::string("4h"));
    QCOMPARE(metadata->warmup, 30);
    const ParameterSpec& spec = metadata->parameters.at(0);
    QCOMPARE(spec.name, std::string("n"));
    QVERIFY(spec.type == ParameterSpec::Type::Integer);
    QVERIFY(spec.minimum == 1.0 && spec.maximum == 9.0 && spec.step == 2.0);
    QCOMPARE(spec.description, std::string("count"));
}

void TestLuaMetadata::infersTypesOfParameters()
{
    const auto metadata = readLuaMetadata("a.lua", R"(
        strategy = { name = "a", parameters = {
          b = { default = true }, i = { default = 3 }, x = { default = 3.0 },
          c = { default = "up", choices = { "up", "down" } }, y = { default = 3, type = "number" } } })");
    QVERIFY2(metadata.ok(), metadata.ok() ? "" : metadata.error().what.c_str());
    // By name: a Lua table remembers no other order.
    QCOMPARE(metadata->parameters.size(), std::size_t(5));
    using Type = ParameterSpec::Type;
    const std::array expected = {Type::Boolean, Type::Choice, Type::Integer, Type::Number, Type::Number};
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY(metadata->parameters[i].type == expected[i]);
    QCOMPARE(metadata->parameters[1].choices.size(), std::size_t(2));
}

void TestLuaMetadata::keepsIntegersAndNumbersApart()
{
    const auto metadata =
        readLuaMetadata("a.lua", "strategy={name='a',parameters={i={default=2},x={default=2.0}}}");
    QVERIFY(std::holds_alternative<std::int64_t>(metadata->parameters[0].defaultValue));
    QVERIFY(std::holds_alternative<double>(metadata->parameters[1].defaultValue));
}

void TestLuaMetadata::needsNoMoreThanAName()
{
    const auto metadata = readLuaMetadata("a.lua", "strategy = { name = 'a' }");
    QVERIFY(metadata.ok());
    QVERIFY(metadata->symbols.empty() && !metadata->timeframe && metadata->warmup == 0);
}

void TestLuaMetadata::aHandlerForTradesIsADeclaration()
{
    QVERIFY(readLuaMetadata("a.lua", "strategy = { name = 'a' } function on_trade() end")->hearsTrades);
    QVERIFY(!readLuaMetadata("a.lua", "strategy = { name = 'a' } function on_bar() end")->hearsTrades);
}

void TestLuaMetadata::refusesWrongDeclarations_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const char* source, const char* reason) {
        QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(reason);
    };
    const auto field = [&row](const char* name, const char* fields, const char* reason) {
        const std::string source = "strategy = { name = 'a', " + std::string(fields) + " }";
        row(name, source.c_str(), reason);
    };
    const auto parameter = [&row](const char* name, const char* fields, const char* reason) {
        const std::string source =
            "strategy = { name = 'a', parameters = { p = { " + std::string(fields) + " } } }";
        row(name, source.c_str(), reason);
    };
    row("empty", "", "declares no strategy");
    row("not a table", "strategy = 5", "takes a table, not number");
    row("no name", "strategy = {}", "needs a name");
    row("name with capitals", "strategy = { name = 'Abc' }", "needs a name");
    row("name too long", "strategy = { name = string.rep('a', 65) }", "needs a name");
    row("name as number", "strategy = { name = 5 }", "name must be a string, not a number");
    field("misspelt field", "symbol = {}", "no field \"symbol\"");
    field("positional field", "'x'", "no field \"[1]\"");
    field("symbols as text", "symbols = 'BTC/USD'", "symbols takes a table");
    field("symbols of numbers", "symbols = { 5 }", "list of strings");
    field("symbols named", "symbols = { x = 'BTC/USD' }", "no field \"x\"");
    field("malformed symbol", "symbols = { 'BTCUSD' }", "symbols");
    field("symbol twice", "symbols = { 'BTC/USD', 'BTC/USD' }", "twice");
    field("unknown timeframe", "timeframe = '7m'", "not a timeframe");
    field("negative warmup", "warmup = -1", "warmup");
    field("fractional warmup", "warmup = 1.5", "whole number");
    field("huge warmup", "warmup = 1e18", "warmup");
    field("infinite warmup", "warmup = 1/0", "whole number");
    field("description not UTF-8", "description = '\\xff'", "UTF-8");
    field("parameters as list", "parameters = { { default = 1 } }", "must be named");
    field("parameter not a table", "parameters = { p = 5 }", "takes a table");
    parameter("no default", "min = 1", "needs a default");
    parameter("function as default", "default = on_x", "needs a default");
    parameter("table as default", "default = {}", "default must be");
    parameter("below minimum", "default = 1, min = 2", "outside min and max");
    parameter("above maximum", "default = 3, max = 2", "outside min and max");
    parameter("bounds crossed", "default = 3, min = 5, max = 1", "min is above max");
    parameter("step zero", "default = 3, step = 0", "step must be above 0");
    parameter("integer with fraction", "default = 3, step = 0.5", "is an integer");
    parameter("not finite", "default = 0.0, max = 1/0", "not finite");
    parameter("default not a number", "default = 0/0", "not finite");
    parameter("text without choices", "default = 'a'", "needs choices");
    parameter("default no choice", "default = 'a', choices = { 'b' }", "not one of its choices");
    parameter("unknown type", "default = 1, type = 'int'", "type must be");
    parameter("type that does not fit", "default = 1.5, type = 'integer'", "default is not a integer");
    parameter("bounds of a boolean", "default = true, min = 0", "for numbers");
    parameter("unknown field", "default = 1, minimum = 0", "no field \"minimum\"");
    row("handler misspelt", "strategy={name='a'} function on_baar() end", "on_baar is no handler");
    row("handler not a function", "strategy={name='a'} on_bar = 5", "on_bar must be a function");
    row("handler of a later version", "strategy={name='a'} function on_book() end", "on_book is no handler");
    row("syntax error", "strategy = {", "a.lua:1:");
    row("endless loop", "while true do end", "instructions");
    row("endless allocation", "t = {} while true do t[#t + 1] = {} end", "memory");
    row("metatable tricks", "strategy = setmetatable({}, { __index = function() return 'a' end })",
        "needs a name");
}

void TestLuaMetadata::refusesWrongDeclarations()
{
    QFETCH(QString, source);
    QFETCH(QString, reason);
    const auto metadata = readLuaMetadata("a.lua", source.toStdString());
    QVERIFY(!metadata.ok());
    QVERIFY(metadata.error().code == ErrorCode::StrategyFailed);
    const QString what = QString::fromStdString(metadata.error().message());
    QVERIFY2(what.contains(reason), qPrintable(what));
    QVERIFY2(what.startsWith(QStringLiteral("a.lua:")), qPrintable(what));
}

void TestLuaMetadata::namesFileAndLineOfErrors()
{
    const auto metadata = readLuaMetadata("dir_name.lua", "\n\nerror('no good')");
    QCOMPARE(metadata.error().what, std::string("dir_name.lua:3: no good"));
    const auto table = readLuaMetadata("a.lua", "\nerror({ code = 1 })");
    QCOMPARE(table.error().what, std::string("a.lua:2: the script raised a table in place of a message"));
}

void TestLuaMetadata::acceptsAByteOrderMark()
{
    QVERIFY(readLuaMetadata("a.lua", "\xEF\xBB\xBFstrategy = { name = 'a' }").ok());
}

void TestLuaMetadata::readsEachShippedStrategy_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"sma_cross", "mean_reversion", "breakout", "grid_rsi", "momentum_scalp", "wavetrend",
                             "pair_ratio"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestLuaMetadata::readsEachShippedStrategy()
{
    QFETCH(QString, name);
    QFile file(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/%1.lua").arg(name));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto metadata = readLuaMetadata("x.lua", file.readAll().toStdString());
    QVERIFY2(metadata.ok(), metadata.ok() ? "" : metadata.error().what.c_str());
    QCOMPARE(metadata->name, name.toStdString());
    QVERIFY(!metadata->symbols.empty() && metadata->timeframe && metadata->warmup > 0);
    for (const ParameterSpec& spec : metadata->parameters)
        QVERIFY(!spec.description.empty());
}

QTEST_GUILESS_MAIN(TestLuaMetadata)
#include "tst_luametadata.moc"
