// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"
#include "enginefixture.h"

#include <QFile>
#include <QTest>

using namespace core;
using namespace fixture;

namespace {

/// Caps at which the worst that a script can do ends soon. Without the rule that a row is about, its script
/// holds the engine for minutes, and the program's time limit fails the test.
strategy::LuaLimits smallCaps()
{
    strategy::LuaLimits limits;
    limits.instructions = 1'000'000;
    limits.memory = 16U << 20;
    return limits;
}

std::shared_ptr<const std::string> shipped(const QString& name)
{
    QFile file(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/%1.lua").arg(name));
    return file.open(QIODevice::ReadOnly) ? std::make_shared<const std::string>(file.readAll().toStdString())
                                          : nullptr;
}

/// An account that runs a script.
engine::AccountSetup& scriptAccount(Session& session, const std::string& name,
                                    std::shared_ptr<const std::string> source)
{
    const auto metadata = strategy::readLuaMetadata(name + ".lua", *source);
    engine::AccountSetup& account = session.account(name, {});
    account.parameters = *strategy::resolveParameters(*metadata, {});
    account.warmup = metadata->warmup;
    account.factory = strategy::luaFactory(name + ".lua", std::move(source), smallCaps());
    return account;
}

void prepare(Session& session)
{
    session.setup.rules.costs = {100'000, 100'000, 50'000, 0, {}};
    session.symbol("BTC/USD", wanderingMinutes(7, 400, 40, 20, 50));
}

/// The fills of one strategy, without the numbers that all accounts share.
std::string fillsOf(const Output& output, const std::string& strategy)
{
    std::string all;
    for (Line line : output.of("fill", strategy)) {
        all += formatTimestamp(line.time);
        line.fields.erase("order_id");
        line.fields.erase("fill_id");
        for (const auto& [key, value] : line.fields)
            all += " " + key + "=" + value;
        all += "\n";
    }
    return all;
}

} // namespace

/// Scripts that want to harm end in a refusal or in their own suspension, and the others trade as if they
/// were not there.
class TestHostileScripts : public QObject
{
    Q_OBJECT

private slots:
    void harmsNobodyElse_data();
    void harmsNobodyElse();
    void keepsThatAStrategyRemembersPlain();
};

void TestHostileScripts::harmsNobodyElse_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("reason"); // Of the suspension; empty when the script goes on.
    const auto row = [](const char* name, const char* body, const char* reason) {
        QTest::newRow(name) << QString::fromUtf8(body) << QString::fromUtf8(reason);
    };
    const char* budget = "instructions";
    // What is not there, and what cannot be changed
    row("load with bytecode", "load('\\27Lua')()", "attempt to call a nil value (global 'load')");
    row("metatable of strings", "setmetatable('', { __index = function() return 1 end })", "table expected");
    row("string table", "string.rep = nil local s = ('x'):rep(2)", "attempt to call a nil value (method 'rep')");
    row("metatable of ctx", "setmetatable(ctx, {})", "table expected");
    row("field of ctx", "ctx.equity = 1e9", "ctx.equity cannot be assigned");
    row("rawset on parameters", "rawset(ctx.parameters, 'x', 1)", "global 'rawset'");
    row("parameters", "ctx.parameters.x = 1", "cannot be assigned");
    row("metatable of parameters", "setmetatable(ctx.parameters, nil)", "protected");
    row("method of another handle", "ctx.buy(ctx:position(), {})", "expected ctx, not position");
    row("method of a table", "ctx.log({}, 'x')", "expected ctx, not table");
    // Errors
    row("pcall loops at the cap", "while true do pcall(function() while true do pcall(error) end end) end", budget);
    row("finalizer in an error", "error(setmetatable({}, { __gc = function() while true do end end }))",
        "__gc is not available");
    row("tostring in an error", "error(setmetatable({}, { __tostring = function() while true do end end }))",
        "raised a table");
    row("name in an error", "local x = setmetatable({}, { __name = string.rep('n', 60000) }) return x + 1", "nnn");
    row("close handler at the cap",
        "local a <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
        budget);
    row("errors in a large function",
        "local s = 'x = x ' while true do pcall(function() local t = {} for i = 1, 2000 do t[i] = i end "
        "t.a.b.c = 1 end) end",
        budget);
    // Depth
    row("recursion", "local function f() return 1 + f() end f()", "recursed too deeply");
    row("recursion through pcall", "local function f() return pcall(f) end while true do f() end", "");
    row("recursion through sort",
        "local function f(a, b) table.sort({ 1, 2, 3 }, f) return true end table.sort({ 1, 2 }, f)", "overflow");
    row("recursion through __index",
        "local t = {} setmetatable(t, { __index = function(t, k) return t[k + 1] end }) return t[1]", "overflow");
    row("recursion through __lt",
        "local m = {} m.__lt = function(a, b) return a < b end local a = setmetatable({}, m) return a < a",
        "overflow");
    row("chain of __index",
        "local t = {} for i = 1, 1900 do t = setmetatable({}, { __index = t }) end while true do return t.x end",
        "longer than 16 tables");
    row("chain of __newindex",
        "local t = {} for i = 1, 1900 do t = setmetatable({}, { __newindex = t }) end t.x = 1",
        "longer than 16 tables");
    row("chain made from its end",
        "local a, b, c = {}, {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = c })",
        "other tables lead to this one already");
    row("chain into itself", "local t = {} setmetatable(t, { __index = t })", "leads back to the table itself");
    row("chain of __call",
        "local t = type for i = 1, 6000 do t = setmetatable({}, { __call = t }) end while true do t() end",
        "__call must be a function");
    row("metatable changed later",
        "local m = {} local t = setmetatable({}, m) m.__call = t m.__index = t ctx.state.x = t.x t()",
        "attempt to call a table value");
    // Work that one instruction or one function does
    row("huge string.rep", "string.rep('x', math.maxinteger)", "longer than");
    row("huge string.rep again and again", "while true do pcall(string.rep, 'x', math.huge) end", budget);
    row("format widths", "string.format('%999999d', 1)", "malformed");
    row("format precision", "while true do string.format('%99.99f', 1e308) end", budget);
    row("format past a zero", "for i = 1, 9 do pcall(string.format, '\\0%5s', {}) end", "");
    row("one large table in many places of ctx.state",
        "local t = {} for i = 1, 50000 do t[i + 0.5] = 1 end for i = 1, 50000 do t[i + 0.5] = nil end "
        "for i = 1, 20000 do ctx.state[i] = t end", "in two places");
    row("comparing long strings",
        "local s = string.rep('\\0', 60000) local a, b = s .. 'a', s .. 'b' while true do local c = a < b end",
        budget);
    row("equality of long strings",
        "local s = string.rep('x', 60000) local a, b = s .. 'a', s .. 'b' while true do local c = a == b end",
        budget);
    row("numbers in long strings", "local s = string.rep('1', 60000) while true do math.abs(s) end", budget);
    row("long pack formats", "local s = string.rep('b', 60000) while true do string.packsize(s) end", budget);
    row("long unpack formats", "local s = string.rep(' ', 60000) while true do string.unpack(s, '') end", budget);
    row("bytes", "local s = string.rep('x', 60000) while true do s:byte(1, 7000) end", budget);
    row("all bytes", "string.rep('x', 60000):byte(1, -1)", "recursed too deeply");
    row("concat without end", "table.concat({}, 'x', 1, math.maxinteger)", "element 1 is a nil");
    row("concat of one value for ever", "local t = {} t[1] = 'x' while true do table.concat(t, '', 1, 1) end", budget);
    row("sort by chance", "local t = {} for i = 1, 1000 do t[i] = i end "
        "while true do table.sort(t, function() return math.random() < 0.5 end) end", budget);
    row("sort while growing",
        "local t = { 3, 2, 1 } table.sort(t, function(a, b) t[#t + 1] = 1 return a < b end) "
        "while true do table.sort(t, function(a, b) t[#t + 1] = 1 return false end) end", "");
    row("sort while emptied",
        "local t = {} for i = 1, 100 do t[i] = i end "
        "table.sort(t, function(a, b) for i = 1, 100 do t[i] = nil end return a < b end)", "attempt to compare");
    row("one key at a time",
        "local t, k = { z = 1 }, {} for i = 1, 200000 do t[i] = i end for i = 1, 100 do k[i] = 'k' .. i end "
        "while true do for i = 1, 100 do t[k[i]] = 1 t[k[i]] = nil end end", budget);
    row("pairs over what is gone",
        "local t = {} for i = 1, 65000 do t[i + 0.5] = 1 end for i = 1, 65000 do t[i + 0.5] = nil end "
        "while true do for k in pairs(t) do end end", budget);
    row("orders out of a table of what is gone",
        "local t = {} for i = 1, 65000 do t[i + 0.5] = 1 end for i = 1, 65000 do t[i + 0.5] = nil end "
        "t.n = 1 while true do ctx:candles(t) end", budget);
    row("a log of very many fields",
        "local t = {} for i = 1, 65000 do t['k' .. i] = 1 end while true do pcall(ctx.log, ctx, t) end", "");
    row("logs of many bytes",
        "local t = { string.rep('x', 4000) } for i = 1, 60 do t['k' .. i] = t[1] end while true do ctx:log(t) end",
        budget);
    // Loops and numbers
    row("goto", "::a:: goto a", budget);
    row("for over all integers", "for i = math.mininteger, math.maxinteger do end", budget);
    row("for beyond the largest integer", "local n = 0 for i = math.maxinteger - 1, math.maxinteger do n = n + 1 end "
        "assert(n == 2)", "");
    row("for without a step", "for i = 1, 2, 0 do end", "'for' step is zero");
    row("sizes that are no numbers",
        "for _, x in ipairs{ 0/0, math.huge, -math.huge, -1.0, 0.0, 1e300, -0.0 } do "
        "assert(not ctx:buy{ size = x }) assert(not ctx:buy{ quote = x }) assert(not ctx:buy{ equity_fraction = x }) end",
        "in a row were rejected");
    row("targets that are no numbers", "ctx:target(0/0) ctx:target(math.huge)", "in a row were rejected");
    row("prices that are no numbers",
        "assert(not ctx:buy{ size = 1, type = 'limit', limit = 0/0 }) assert(not ctx:buy{ size = 1, stop_loss = -1e308 })",
        "in a row were rejected");
    row("size as text", "ctx:buy{ size = '1' }", "size must be a number, not a string");
    row("target as text", "ctx:target('1')", "not among the strategy's symbols");
    row("arithmetic with text", "return 1 + '1'", "attempt to perform arithmetic");
    row("candles beyond all", "assert(#ctx:candles{ n = math.maxinteger } < 1000)", "");
    row("candles in parts", "ctx:candles{ n = 1.5 }", "whole number");
    // Memory
    row("many small tables", "local t = {} while true do t[#t + 1] = { {} } end", "");
    row("many small tables that live on", "kept = kept or {} for i = 1, 2000 do kept[#kept + 1] = {} end", "memory");
    row("timers", "for i = 1, 100 do ctx:every('1m', function() end) end", "timers");
    row("a trade a bar that goes on", "ctx:target(bar.close > bar.open and 1 or -1)", "");
    row("too many orders", "for i = 1, 5000 do ctx:buy{ size = 0.01, type = 'limit', limit = 1 } end",
        "too_many_orders");
}

void TestHostileScripts::harmsNobodyElse()
{
    QFETCH(QString, body);
    QFETCH(QString, reason);
    Session alone;
    prepare(alone);
    scriptAccount(alone, "sma_cross", shipped(QStringLiteral("sma_cross")));
    const std::string expected = fillsOf(alone.play(), "sma_cross");
    QVERIFY(std::ranges::count(expected, '\n') > 10);

    const std::string source =
        "strategy = { name = 'hostile', symbols = { 'BTC/USD' } }\nfunction on_bar(ctx, bar)\n" +
        body.toStdString() + "\nend";
    Session beside;
    prepare(beside);
    scriptAccount(beside, "hostile", std::make_shared<const std::string>(source));
    scriptAccount(beside, "sma_cross", shipped(QStringLiteral("sma_cross")));
    const Output output = beside.play();

    QCOMPARE(QString::fromStdString(fillsOf(output, "sma_cross")), QString::fromStdString(expected));
    const QString why = QString::fromStdString(beside.desk().stateReason());
    QVERIFY2(reason.isEmpty() || why.contains(reason), qPrintable(why));
    QVERIFY(output.text.size() < 64U << 20);
}

void TestHostileScripts::keepsThatAStrategyRemembersPlain()
{
    Session session;
    prepare(session);
    scriptAccount(session, "keeper", std::make_shared<const std::string>(
        "strategy = { name = 'keeper' } function on_bar(ctx, bar) ctx.state.n = (ctx.state.n or 0) + 1 "
        "ctx.state.f = ctx.state.n == 5 and type or nil end"));
    const Output output = session.play();
    QVERIFY(session.desk().state() == engine::AccountState::Suspended);
    const Line line = output.of("strategy_suspended").at(0);
    QVERIFY(line["reason"].starts_with("keeper.lua: ctx.state.f is a function"));
    // At the end of the fifth batch.
    QCOMPARE(line.time, session.setup.symbols[0].candles->openTime[4] + MINUTE);
}

QTEST_GUILESS_MAIN(TestHostileScripts)
#include "tst_hostilescripts.moc"
