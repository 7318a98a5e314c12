// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luasavedstate.h"
#include "tests/core/strategy/fakecontext.h"

#include <QElapsedTimer>
#include <QTest>
#include <rapidcheck.h>

using namespace core;
using namespace core::strategy;

namespace {

/// A script whose on_start has run.
ScriptRun started(const std::string& body)
{
    ScriptRun run("function on_start(ctx) " + body + " end");
    run.start();
    return run;
}

/// What a script keeps after its on_start.
std::string kept(const std::string& body)
{
    const auto bytes = started(body).strategy->saveState();
    return bytes ? *bytes : "failed: " + bytes.error().what;
}

/// What on_resume logs of the state `bytes`, after an hour.
std::string resumed(const std::string& bytes, const std::string& body)
{
    ScriptRun run("function on_resume(ctx, gap) local s = ctx.state " + body + " end");
    const auto restored = run.strategy->restoreState(bytes);
    if (!restored)
        return restored.error().what;
    run.strategy->onResume(run.context, std::chrono::hours(1));
    return run.context.reason().empty() ? run.context.logs.at(0) : run.context.reason();
}

/// Lua that sets some fields of ctx.state, each to a value of its own.
std::vector<std::string> assignments()
{
    static const std::vector<std::string> VALUES = {"1",  "-7", "2.5", "1e300", "0/0", "'text'", "'\\0\\xff'",
                                                    "{}", "{ 1, 2, { x = true } }", "false"};
    std::vector<std::string> all;
    for (int i = 0; i < *rc::gen::inRange(0, 12); ++i) {
        const std::string& value = *rc::gen::elementOf(VALUES);
        all.push_back(fmt::format("ctx.state[{}] = {} ", i % 2 == 0 ? fmt::format("'k{}'", i) : fmt::format("{}", i * 1.5), value));
    }
    return all;
}

std::string joined(const std::vector<std::string>& parts)
{
    return fmt::format("{}", fmt::join(parts, " "));
}

} // namespace

/// What a script may keep over a stop, and that it finds just that again.
class TestSavedState : public QObject
{
    Q_OBJECT

private slots:
    void findsEverythingAgain();
    void keepsNothingWhenNotAskedTo();
    void givesEqualBytesForEqualStates();
    void readsBackWhatItWrote();
    void refusesWhatCannotBeKept_data();
    void refusesWhatCannotBeKept();
    void walksThroughNoTableTwice();
    void chargesTheNextCallbackForTheWalk();
    void suspendsAtTheEndOfTheBatch();
    void suspendsAgainWhileItCannotBeKept();
    void isNotReadForever();
    void keepsUpToTheCap();
    void keepsTheLongestText();
    void refusesBytesOfSomethingElse_data();
    void refusesBytesOfSomethingElse();
    void refusesEveryTruncation();
    void resumesInPlaceOfStarting();
    void startsWithoutAResumeHandler();
    void cannotBeAssigned();
};

void TestSavedState::findsEverythingAgain()
{
    const std::string bytes = kept(R"(
        local s = ctx.state
        s.count, s.ratio, s.whole, s.name, s.on = 3, 0.1, 2.0, "ab\0\xff", true
        s.levels = { 10, 20.5, { deep = "x" } }
        s[1], s[-2], s[2.5], s[false] = "one", "minus", "half", "no"
        s.big, s.none, s.inf = math.mininteger, 0/0, -math.huge)");
    QCOMPARE(resumed(bytes, R"(
        ctx:log(table.concat({ gap, s.count, s.ratio, s.whole, #s.name, tostring(s.on), s.levels[1], s.levels[2],
                s.levels[3].deep, s[1], s[-2], s[2.5], s[false], s.big, tostring(s.none), s.inf,
                math.type(s.count), math.type(s.whole) }, " ")))"),
             std::string("3600000000 3 0.1 2.0 4 true 10 20.5 x one minus half no -9223372036854775808 nan "
                         "-inf integer float"));
}

void TestSavedState::keepsNothingWhenNotAskedTo()
{
    QCOMPARE(kept(""), std::string());
}

void TestSavedState::givesEqualBytesForEqualStates()
{
    QVERIFY(rc::check("the order of assignments does not matter", [] {
        const auto parts = assignments();
        auto others = parts;
        std::ranges::reverse(others);
        RC_ASSERT(kept(joined(parts)) == kept(joined(others)));
    }));
}

void TestSavedState::readsBackWhatItWrote()
{
    QVERIFY(rc::check("written again it is the same", [] {
        const std::string bytes = kept("ctx.state.x = 1 " + joined(assignments()));
        ScriptRun run("");
        RC_ASSERT(run.strategy->restoreState(bytes).ok());
        RC_ASSERT(*run.strategy->saveState() == bytes);
    }));
}

void TestSavedState::refusesWhatCannotBeKept_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const char* body, const char* reason) {
        QTest::newRow(name) << QString::fromUtf8(body) << QString::fromUtf8(reason);
    };
    row("function", "ctx.state.f = function() end", "ctx.state.f is a function; it can hold");
    row("function inside", "ctx.state.a = { b = { [3] = math.abs } }", "ctx.state.a.b[3] is a function");
    row("the first of several", "ctx.state.z = ctx ctx.state.b = type ctx.state.y = ctx",
        "ctx.state.b is a function");
    row("handle", "ctx.state.position = ctx:position()", "ctx.state.position is a position");
    row("key", "ctx.state[{}] = 1", "ctx.state has a table as a key");
    row("itself", "ctx.state.me = ctx.state", "in two places, or inside of itself");
    row("itself further in", "local a = {} ctx.state.a = a a.b = { a = a }", "in two places, or inside of itself");
    row("shared", "local a = {} ctx.state.x = a ctx.state.y = a", "in two places");
    row("shared at every level",
        "local t = {} for i = 1, 30 do t = { t, t, t, t } end ctx.state.t = t", "in two places");
    row("deep", "local t = ctx.state for i = 1, 40 do t.t = {} t = t.t end", "nested more than 32 deep");
    row("metatable", "ctx.state.m = setmetatable({}, { __index = {} })", "ctx.state.m has a metatable");
    row("long", "local s = string.rep('x', 60000) for i = 1, 20 do ctx.state[i] = s end", "larger than 1 MB");
    row("long text", "ctx.state.s = string.rep('x', 65000) .. string.rep('x', 537)",
        "ctx.state.s is a text longer than 64 KB");
    row("longest text", "ctx.state.s = string.rep('x', 65000) .. string.rep('x', 575)",
        "ctx.state.s is a text longer than 64 KB");
    row("long key", "ctx.state.t = { [string.rep('x', 65000) .. string.rep('x', 537)] = 1 }",
        "ctx.state.t has a text longer than 64 KB as a key");
    row("large names, and a table for one",
        "for i = 1, 60 do ctx.state[string.rep('x' .. i, 20000)] = i end ctx.state[{}] = 0", "larger than 1 MB");
    row("many", "for i = 1, 200000 do ctx.state[i] = i end", "larger than 1 MB");
}

void TestSavedState::refusesWhatCannotBeKept()
{
    QFETCH(QString, body);
    QFETCH(QString, reason);
    ScriptRun run = started(body.toStdString());
    QCOMPARE(run.context.reason(), std::string());
    run.strategy->onBatchEnd(run.context);
    const QString why = QString::fromStdString(run.context.reason());
    QVERIFY2(why.contains(reason), qPrintable(why));
    QVERIFY2(why.startsWith(QStringLiteral("test.lua: ctx.state")), qPrintable(why));
    QVERIFY(!run.strategy->saveState().ok());
}

void TestSavedState::walksThroughNoTableTwice()
{
    // Places of keys that are gone are walked through, too: 15,000 times over it took many seconds.
    ScriptRun run = started("local t = {} for i = 1, 65000 do t[i + 0.5] = 1 end for i = 1, 65000 do t[i + 0.5] = nil end "
                            "for i = 1, 15000 do ctx.state[i] = t end");
    QCOMPARE(run.context.reason(), std::string());
    QElapsedTimer timer;
    timer.start();
    run.strategy->onBatchEnd(run.context);
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(run.context.reason().find("in two places") != std::string::npos);
}

void TestSavedState::chargesTheNextCallbackForTheWalk()
{
    LuaLimits limits;
    limits.instructions = 2'000'000;
    const auto ended = [&limits](const char* keys, int batches) {
        ScriptRun run(fmt::format("function on_start(ctx) local t = {{}} for i = 1, {} do t[i + 0.5] = 1 end "
                                  "for i = 1, 20000 do t[i + 0.5] = nil end ctx.state.t = t end "
                                  "function on_bar() for i = 1, 1997000 do end end",
                                  keys),
                      {"BTC/USD"}, 1, limits);
        run.start();
        for (int i = 0; i < batches; ++i)
            run.strategy->onBatchEnd(run.context);
        return run.bar(1);
    };
    QCOMPARE(ended("20000", 0), std::string());
    QVERIFY2(ended("20000", 1).find("instructions") != std::string::npos, ended("20000", 1).c_str());
    // A batch without a callback leaves no more to pay.
    QCOMPARE(ended("100", 100), std::string());
}

void TestSavedState::suspendsAtTheEndOfTheBatch()
{
    ScriptRun run("function on_bar(ctx, bar) ctx.state.f = bar.close > 2 and type or 1 ctx:log('bar') end");
    run.start();
    for (int close = 1; close <= 4; ++close) {
        run.bar(close);
        run.strategy->onBatchEnd(run.context);
    }
    QCOMPARE(run.context.logs.size(), std::size_t(3));
    QCOMPARE(run.context.suspensions.size(), std::size_t(1));
}

void TestSavedState::suspendsAgainWhileItCannotBeKept()
{
    ScriptRun run = started("ctx.state.f = type");
    run.strategy->onBatchEnd(run.context);
    run.strategy->resume();
    run.strategy->onBatchEnd(run.context);
    QCOMPARE(run.context.suspensions.size(), std::size_t(2));
}

/// All keys of a table fall into one place, so that each one's successor is looked for among all.
void TestSavedState::isNotReadForever()
{
    LuaLimits limits;
    limits.processorTime = std::chrono::seconds(10);
    ScriptRun run(R"(function on_start(ctx)
        for _, name in ipairs({ "a", "b" }) do
          local t = {}
          for i = 1, (1 << 15) + 1 do t[i * ((1 << 16) - 1)] = 1 end
          ctx.state[name] = t
        end
      end)",
                  {"BTC/USD"}, 1, limits);
    QCOMPARE(run.start(), std::string());
    run.strategy->onBatchEnd(run.context);
    QVERIFY2(run.context.reason().find("takes more time than it may") != std::string::npos,
             run.context.reason().c_str());
}

void TestSavedState::keepsUpToTheCap()
{
    ScriptRun run = started("local s = string.rep('x', 65000) for i = 1, 16 do ctx.state[i] = s end");
    run.strategy->onBatchEnd(run.context);
    QCOMPARE(run.context.reason(), std::string());
    const auto bytes = run.strategy->saveState();
    QVERIFY(bytes.ok());
    QVERIFY(bytes->size() > 1'000'000 && bytes->size() <= MAX_STATE_BYTES);
    QCOMPARE(resumed(*bytes, "ctx:log(#s .. ' ' .. #s[16])"), std::string("16 65000"));
}

void TestSavedState::keepsTheLongestText()
{
    const std::string bytes = kept("local s = string.rep('x', 65536) ctx.state.s = s ctx.state.t = { [s] = 1 }");
    QCOMPARE(resumed(bytes, "ctx:log(#s.s .. ' ' .. s.t[s.s])"), std::string("65536 1"));
}

void TestSavedState::refusesBytesOfSomethingElse_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const QByteArray& bytes) { QTest::newRow(name) << bytes; };
    row("no header", "{}");
    row("later version", "state2\n{}");
    row("no table", "state1\ni1;");
    row("more behind", "state1\n{}x");
    row("keys out of order", "state1\n{s1:bTs1:aT}");
    row("key twice", "state1\n{s1:aTs1:aT}");
    row("key without value", "state1\n{s1:a}");
    row("table as key", "state1\n{{}T}");
    row("NaN as key", "state1\n{d7ff8000000000000;T}");
    row("whole double as key", "state1\n{d3ff0000000000000;T}");
    row("other spelling", "state1\n{i01;T}");
    row("negative length", "state1\n{s-1:T}");
    row("length beyond the end", "state1\n{s9999999999999999999:T}");
    row("number out of range", "state1\n{i9223372036854775808;T}");
    row("too deep", "state1\n" + QByteArray("{i1;").repeated(40) + "T" + QByteArray("}").repeated(40));
    row("too long", "state1\n{s1:a" + QByteArray(1 << 20, 'x'));
}

void TestSavedState::refusesBytesOfSomethingElse()
{
    QFETCH(QByteArray, bytes);
    ScriptRun run = started("ctx.state.mine = 1");
    const std::string before = *run.strategy->saveState();
    const auto restored = run.strategy->restoreState(bytes.toStdString());
    QVERIFY(!restored.ok());
    QVERIFY(restored.error().code == ErrorCode::Corrupt);
    QCOMPARE(*run.strategy->saveState(), before);
}

void TestSavedState::refusesEveryTruncation()
{
    const std::string bytes = kept("ctx.state.a = { 1, 2.5, 'x', true } ctx.state.b = 'yz'");
    for (std::size_t length = 1; length < bytes.size(); ++length)
        QVERIFY(!ScriptRun("").strategy->restoreState(bytes.substr(0, length)).ok());
}

void TestSavedState::resumesInPlaceOfStarting()
{
    ScriptRun run("function on_start(ctx) ctx:log('start') end "
                  "function on_resume(ctx, gap) ctx:log('resume ' .. gap) end");
    run.strategy->onResume(run.context, std::chrono::seconds(90));
    QCOMPARE(run.context.logs, std::vector<std::string>{"resume 90000000"});
}

void TestSavedState::startsWithoutAResumeHandler()
{
    ScriptRun run("function on_start(ctx) ctx:log('start') end");
    run.strategy->onResume(run.context, std::chrono::seconds(90));
    QCOMPARE(run.context.logs, std::vector<std::string>{"start"});
}

void TestSavedState::cannotBeAssigned()
{
    QVERIFY(started("ctx.state = {}").context.reason().find("ctx.state cannot be assigned") !=
            std::string::npos);
}

QTEST_GUILESS_MAIN(TestSavedState)
#include "tst_savedstate.moc"
