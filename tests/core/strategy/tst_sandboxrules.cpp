// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luasource.h"
#include "tests/core/strategy/fakecontext.h"

#include <QTest>

using namespace core;
using namespace core::strategy;

namespace {

LuaLimits capped(std::int64_t instructions)
{
    LuaLimits limits;
    limits.instructions = instructions;
    return limits;
}

/// Why the script's on_start was ended; empty when it was not.
std::string ended(const std::string& body, const LuaLimits& limits = {})
{
    return ScriptRun("function on_start(ctx) " + body + " end", {"BTC/USD"}, 1, limits).start();
}

bool has(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

/// Why a source is not taken; empty when it is.
std::string refused(const std::string& source)
{
    const auto metadata = readLuaMetadata("a.lua", "strategy = { name = 'a' } " + source);
    return metadata ? std::string() : metadata.error().what;
}

/// `functions` functions inside of each other with many locals each, and `names` names in the innermost.
std::string nest(int functions, int names)
{
    std::string source;
    for (int i = 0; i < functions; ++i) {
        source += "local function f() local v0";
        for (int k = 1; k < 150; ++k)
            source += fmt::format(", v{}", k);
        source += " ";
    }
    for (int i = 0; i < names; ++i)
        source += "a = a ";
    for (int i = 0; i < functions; ++i)
        source += "end ";
    return source;
}

std::string repeated(std::string_view part, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += part;
    return all;
}

} // namespace

/// The sandbox rule by rule; what scripts do against them is in tst_luasandbox and tst_hostilescripts.
class TestSandboxRules : public QObject
{
    Q_OBJECT

private slots:
    void keepsTheWholeOfMathButRandomseed();
    void givesACallbackTenMillionInstructions();
    void chargesWhatAFunctionTouches_data();
    void chargesWhatAFunctionTouches();
    void chargesWalksByTheLargestTable_data();
    void chargesWalksByTheLargestTable();
    void chargesWhatIsWrittenByItsBytes();
    void chargesInstructionsByTheLongestString();
    void capsTheTimeThatNoCountSees_data();
    void capsTheTimeThatNoCountSees();
    void capsTheKeysOfATable();
    void capsMemory();
    void collectsGarbageBeforeItRefuses();
    void capsStrings();
    void keepsWholeParametersIntegers();
    void handsOutOneBar();
    void takesWhatAMetatableHoldsNow();
    void letsClassesInherit();
    void takesHandlesAndFunctionsAsIndex();
    void givesATableThatOthersLeadToOtherEvents();
    void refusesSourcesThatCompileSlowly_data();
    void refusesSourcesThatCompileSlowly();
    void compilesLargeOrdinarySources();
    void looksForNoWordsInTextsAndComments();
    void endsLinesWhereLuaDoes_data();
    void endsLinesWhereLuaDoes();
    void refusesSourcesBeyondTheLanguagesOwnLimits_data();
    void refusesSourcesBeyondTheLanguagesOwnLimits();
};

void TestSandboxRules::keepsTheWholeOfMathButRandomseed()
{
    QCOMPARE(logged(R"(
        local names = {}
        for name in pairs(math) do names[#names + 1] = name end
        ctx:log(table.concat(names, " ")))"),
             std::string("abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger "
                         "modf pi rad random sin sqrt tan tointeger type ult"));
}

void TestSandboxRules::givesACallbackTenMillionInstructions()
{
    // The loop's own instruction, ten million times less what the rest takes.
    QCOMPARE(ended("for i = 1, 9990000 do end"), std::string());
    QVERIFY(has(ended("for i = 1, 10010000 do end"), "used up its 10000000 instructions"));
}

void TestSandboxRules::chargesWhatAFunctionTouches_data()
{
    QTest::addColumn<QString>("setUp");
    QTest::addColumn<QString>("call");
    const auto row = [](const char* name, const char* setUp, const char* call) {
        QTest::newRow(name) << QString::fromLatin1(setUp) << QString::fromLatin1(call);
    };
    const char* list = "local t = {} for i = 1, 1000 do t[i] = i end";
    row("rep", "", "string.rep('ab', 5000)");
    row("format", "local s = string.rep('x', 100)", "string.format('%s%s%s%s%s%s%s%s', s, s, s, s, s, s, s, s)");
    row("concat", "local t = {} for i = 1, 1000 do t[i] = '' end", "table.concat(t)");
    row("insert", list, "table.insert(t, 1, 0)");
    row("remove", list, "table.remove(t, 1) t[1000] = 1");
    row("move", list, "table.move(t, 1, 1000, 2)");
    row("sort", list, "table.sort(t)");
    row("unpack", "local t = {} for i = 1, 250 do t[i] = i end local type = type", "type(table.unpack(t))");
    row("pairs", list, "for k in pairs(t) do break end");
    row("tonumber", "local s = string.rep('1', 120)", "for k = 1, 9 do tonumber(s) end");
    row("log", "", "ctx:log('x')");
    row("orders", "", "ctx:buy{ size = 1 }");
}

void TestSandboxRules::chargesWhatAFunctionTouches()
{
    QFETCH(QString, setUp);
    QFETCH(QString, call);
    // Five hundred calls in forty instructions each, if they cost no more than their own.
    const std::string body = setUp.toStdString() + " for i = 1, 500 do " + call.toStdString() + " end";
    QVERIFY2(has(ended(body, capped(30'000)), "instructions"), ended(body, capped(30'000)).c_str());
    const std::string empty = setUp.toStdString() + " for i = 1, 500 do type('', '', '', '', '', '', '') end";
    QCOMPARE(ended(empty, capped(30'000)), std::string());
}

void TestSandboxRules::chargesWalksByTheLargestTable_data()
{
    QTest::addColumn<QString>("call");
    for (const char* call : {"for k in pairs(t) do end", "local u = { k = 1 }", "pcall(error)", "ctx:candles{ n = 1 }",
                             "ctx:log{ x = 1 }"})
        QTest::newRow(call) << QString::fromLatin1(call);
}

void TestSandboxRules::chargesWalksByTheLargestTable()
{
    QFETCH(QString, call);
    const auto with = [&call](const char* keys) {
        return ended(fmt::format("local t = {{}} for i = 1, {} do t[i + 0.5] = 1 end "
                                 "for i = 1, 20000 do t[i + 0.5] = nil end for i = 1, 200 do {} end",
                                 keys, call.toStdString()),
                     capped(600'000));
    };
    QVERIFY2(has(with("20000"), "instructions"), with("20000").c_str());
    QCOMPARE(with("100"), std::string());
}

void TestSandboxRules::chargesWhatIsWrittenByItsBytes()
{
    const auto written = [](const char* count) {
        return ended(fmt::format("local s = string.rep('x', 4000) for i = 1, {} do ctx:log(s) ctx:log{{ t = s }} end", count),
                     capped(400'000));
    };
    QCOMPARE(written("50"), std::string());
    QVERIFY(has(written("250"), "instructions"));
}

void TestSandboxRules::chargesInstructionsByTheLongestString()
{
    const std::string loop = " for i = 1, 50000 do end";
    QCOMPARE(ended("local s = string.rep('x', 100)" + loop, capped(100'000)), std::string());
    QVERIFY(has(ended("local s = string.rep('x', 1000)" + loop, capped(100'000)), "instructions"));
}

void TestSandboxRules::capsTheTimeThatNoCountSees_data()
{
    QTest::addColumn<QString>("loop");
    QTest::newRow("lookups") << QStringLiteral("for i = 1, 16384 do sum = sum + t[i * 16383] end");
    // They fall apart while the table is small, and together when it grows: in one go, which nothing interrupts.
    QTest::newRow("growth") << QStringLiteral(
        "local m = (1 << 16) - 1 for k = 1, 9 do local u = {} for i = 1, (1 << 15) + 1 do u[i * m] = i end end");
    QTest::newRow("visits") << QStringLiteral("for key in pairs(t) do sum = sum + key end");
}

/// Every key falls into one place of the table, so that each lookup looks at thousands.
void TestSandboxRules::capsTheTimeThatNoCountSees()
{
    QFETCH(QString, loop);
    LuaLimits limits = capped(1'000'000'000);
    limits.processorTime = std::chrono::milliseconds(200);
    const std::string reason = ended("local t, sum = {}, 0 for i = 1, 16384 do t[i * 16383] = i end while true do " +
                                         loop.toStdString() + " end",
                                     limits);
    QVERIFY2(has(reason, "used more time than it may"), reason.c_str());
}

void TestSandboxRules::capsTheKeysOfATable()
{
    const std::string fill = "local t = {} for i = 1, {} do t[i + 0.5] = i end";
    QCOMPARE(ended(std::string(fill).replace(fill.find("{}", 12), 2, "65536")), std::string());
    const std::string reason = ended(std::string(fill).replace(fill.find("{}", 12), 2, "65537"));
    QVERIFY2(has(reason, "made a table with more keys than it may (65536)"), reason.c_str());
    // Not of those that are counted through.
    QCOMPARE(ended("local t = {} for i = 1, 200000 do t[i] = i end"), std::string());
}

void TestSandboxRules::capsMemory()
{
    const auto filled = [](const char* count) {
        return ended(fmt::format("local t = {{}} for i = 1, {} do t[i] = {{}} end", count));
    };
    QCOMPARE(filled("500000"), std::string());
    QVERIFY(has(filled("1000000"), "used more memory than it may (64 MB)"));
}

void TestSandboxRules::collectsGarbageBeforeItRefuses()
{
    // With so much alive the collector would not run by itself before the cap.
    QCOMPARE(ended("local kept = {} for i = 1, 2000000 do kept[i] = i end "
                   "for i = 1, 30 do local t = {} for k = 1, 100000 do t[k] = k end end",
                   capped(100'000'000)),
             std::string());
}

void TestSandboxRules::capsStrings()
{
    QCOMPARE(ended("local s = string.rep('x', 65536) assert(#s == 65536)"), std::string());
    QVERIFY(has(ended("local s = string.rep('x', 65537)"), "longer than 65536 bytes"));
    QVERIFY(has(ended("local s = string.rep('x', 65000) s = s .. s"), "made a string longer than it may (64 KB)"));
}

void TestSandboxRules::keepsWholeParametersIntegers()
{
    ScriptRun run("function on_start(ctx) local p = ctx.parameters ctx:log(math.type(p.n) .. math.type(p.x)) end",
                  {"BTC/USD"}, 1, {}, {{"n", std::int64_t{3}}, {"x", 3.0}});
    QCOMPARE(run.start(), std::string());
    QCOMPARE(run.context.logs.at(0), std::string("integerfloat"));
}

void TestSandboxRules::handsOutOneBar()
{
    ScriptRun run("local kept function on_bar(ctx, bar) kept = kept or bar "
                  "ctx:log(tostring(rawequal(kept, bar)) .. kept.close) end");
    run.start();
    run.bar(1);
    QCOMPARE(run.bar(2), std::string());
    QCOMPARE(run.context.logs.back(), std::string("true2.0"));
}

void TestSandboxRules::takesWhatAMetatableHoldsNow()
{
    QCOMPARE(logged(R"(
        local events = { __index = function() return "before" end }
        local t = setmetatable({}, events)
        events.__index = function() return "after" end
        ctx:log(t.x .. setmetatable({}, events).x))"),
             std::string("beforeafter"));
}

void TestSandboxRules::letsClassesInherit()
{
    QCOMPARE(logged(R"(
        local Base = {} Base.__index = Base
        function Base.new(n) return setmetatable({ n = n }, Base) end
        function Base:twice() return self.n * 2 end
        local Derived = setmetatable({}, Base) Derived.__index = Derived
        Derived.__add = function(a, b) return a.n + b.n end
        Derived.__tostring = function(a) return "n" .. a.n end
        local a, b = setmetatable({ n = 3 }, Derived), setmetatable({ n = 4 }, Derived)
        ctx:log(Base.new(1):twice() .. " " .. a:twice() .. " " .. a + b .. " " .. tostring(a)))"),
             std::string("2 6 7 n3"));
}

void TestSandboxRules::takesHandlesAndFunctionsAsIndex()
{
    QCOMPARE(logged("local a, b = setmetatable({}, { __index = ctx }), setmetatable({}, { __index = math.max }) "
                    "ctx:log(a.cash .. a.timeframe)"),
             std::string("9000.01m"));
}

void TestSandboxRules::givesATableThatOthersLeadToOtherEvents()
{
    QCOMPARE(logged(R"(
        local base, deeper = { x = 1 }, { y = 2 }
        local t = setmetatable({}, { __index = base })
        setmetatable(base, { __tostring = function() return "base" end })
        ctx:log(tostring(base) .. t.x .. tostring(pcall(setmetatable, base, { __index = deeper }))
                .. tostring(t.y)))"),
             std::string("base1falsenil"));
}

void TestSandboxRules::refusesSourcesThatCompileSlowly_data()
{
    QTest::addColumn<QByteArray>("source");
    const auto row = [](const char* name, const std::string& source) {
        QTest::newRow(name) << QByteArray::fromStdString(source);
    };
    row("and", "x = a" + repeated(" and a", 120'000));
    row("or", "x = a" + repeated(" or a", 120'000));
    row("or after a carriage return", "--\rlocal a\rlocal x = a" + repeated(" or a", 120'000));
    row("or after a text of two lines", "local a = 'x\\\r\n' local x = a" + repeated(" or a", 120'000));
    row("elseif", "if x then " + repeated("elseif x then ", 60'000) + "end");
    row("goto", repeated("do goto z end ", 60'000) + "::z::");
    row("break", "while x do " + repeated("if x then break end ", 40'000) + "end");
    row("names", nest(100, 60'000));
    std::string numbers;
    for (std::int64_t i = 1; i <= 75'000; ++i)
        numbers += fmt::format("a={}\n", i * 131'071);
    row("numbers of one hash", numbers);
}

void TestSandboxRules::refusesSourcesThatCompileSlowly()
{
    QFETCH(QByteArray, source);
    QVERIFY(source.size() < 1'000'000);
    const std::string why = refused(source.toStdString());
    QVERIFY2(has(why, "a.lua: its source has "), why.c_str());
}

void TestSandboxRules::compilesLargeOrdinarySources()
{
    std::string source;
    for (int i = 0; i < 6000; ++i)
        source += fmt::format("function f{}(a, b)\n  if a > b and a ~= {} then return a - b end\n"
                              "  for k = 1, #a do b = b + a[k] end -- and so on, or not\n  return b\nend\n", i, i);
    QVERIFY(source.size() > 700'000);
    QCOMPARE(refused(source), std::string());
}

void TestSandboxRules::looksForNoWordsInTextsAndComments()
{
    const std::string words = repeated("and or function ", 10'000);
    QVERIFY(!refuseSlowSource("-- " + words + "\n--[[ " + words + "]] --[==[ " + words + "]] ]==]"));
    QVERIFY(!refuseSlowSource("a = '" + words + "' b = \"\\\"" + words + "\" c = [[" + words + "]] d = a[b[1]]"));
    QVERIFY(refuseSlowSource("a = '\\\\' " + words + "'").has_value());
    QVERIFY(refuseSlowSource("--[x[ \n" + words).has_value());
    QVERIFY(refuseSlowSource("a = 'open \n" + words).has_value());
}

void TestSandboxRules::endsLinesWhereLuaDoes_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<bool>("isCode"); // What comes after, up to a quote.
    const auto row = [](const char* name, const char* before, bool isCode) {
        QTest::newRow(name) << QByteArray(before) << isCode;
    };
    row("carriage return after a comment", "--\r", true);
    row("both after a comment", "-- '\r\n", true);
    row("carriage return after a comment that is not long", "--[=\r", true);
    row("carriage return in an open text", "a = 'open \r", true);
    row("both after a backslash", "a = 'x\\\r\n' ", true);
    row("both the other way round after a backslash", "a = 'x\\\n\r' ", true);
    row("line after a line after a backslash", "a = 'x\\\n\n", true);
    row("carriage return twice after a backslash", "a = 'x\\\r\r", true);
    row("white space that a text leaves out", "a = 'x\\z \t\v\f\r\n\n\r ' ", true);
    row("text of two lines", "a = 'x\\\r\n", false);
    row("text of two lines the other way round", "a = 'x\\\n\r", false);
    row("text of two lines with one carriage return", "a = 'x\\\r", false);
    row("text after white space that it leaves out", "a = 'x\\z \r\n\n ", false);
    row("text after a backslash", "a = 'x\\\\z ", false);
}

void TestSandboxRules::endsLinesWhereLuaDoes()
{
    QFETCH(QByteArray, before);
    QFETCH(bool, isCode);
    const std::string source = before.toStdString() + repeated("and or ", 20'000) + "'";
    QCOMPARE(refuseSlowSource(source).has_value(), isCode);
}

void TestSandboxRules::refusesSourcesBeyondTheLanguagesOwnLimits_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const std::string& source, const char* reason) {
        QTest::newRow(name) << QByteArray::fromStdString(source) << QString::fromLatin1(reason);
    };
    row("parentheses", "x = " + repeated("(", 100'000) + "1" + repeated(")", 100'000), "overflow");
    row("tables", "x = " + repeated("{", 100'000) + repeated("}", 100'000), "overflow");
    row("operators", "x = " + repeated("- - not ", 100'000) + "1", "overflow");
    row("powers", "x = a" + repeated("^a", 100'000), "overflow");
    row("blocks", repeated("do ", 100'000) + repeated("end ", 100'000), "overflow");
    row("functions", repeated("return function() ", 50'000) + repeated("end ", 50'000), "");
    row("locals", repeated("local a ", 201), "too many local variables");
    std::string upvalues;
    for (int i = 0; i < 300; ++i)
        upvalues += fmt::format("{} local v{}", i % 150 == 0 ? " function f()" : "", i);
    upvalues += " return function() return v0";
    for (int i = 1; i < 300; ++i)
        upvalues += fmt::format(" + v{}", i);
    row("upvalues", upvalues + " end end end", "too many upvalues");
    row("identifier", "local " + repeated("a", 100'000) + " = 1", "longer than it may");
    row("text", "x = '" + repeated("a", 100'000) + "'", "longer than it may");
    row("arguments", "f(" + repeated("1,", 300) + "1)", "too many registers");
    row("no end", "function f()", "'end' expected");
}

void TestSandboxRules::refusesSourcesBeyondTheLanguagesOwnLimits()
{
    QFETCH(QByteArray, source);
    QFETCH(QString, reason);
    const std::string why = refused(source.toStdString());
    QVERIFY2(has(why, reason.toStdString()) && why.starts_with("a.lua:"), why.c_str());
}

QTEST_GUILESS_MAIN(TestSandboxRules)
#include "tst_sandboxrules.moc"
