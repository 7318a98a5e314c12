// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"
#include "core/strategy/luajson.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace core;
using namespace core::strategy;

namespace {

Result<Metadata> fromJson(const QByteArray& text)
{
    return readJsonDeclaration("s", QJsonDocument::fromJson(text).object());
}

Result<Metadata> fromLua(const QByteArray& table)
{
    return readLuaMetadata("s", "strategy = " + table.toStdString());
}

} // namespace

/// What plugins declare is read by the rules of what scripts declare.
class TestJsonDeclaration : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryField();
    void takesAWholeDefaultForAnIntegerUnlessToldOtherwise();
    void refusesWhatAScriptIsRefusedFor_data();
    void refusesWhatAScriptIsRefusedFor();
    void refusesWhatIsNestedWithoutEnd();
    void refusesWhatIsLongWithoutEnd();
    void refusesLongTexts();
};

void TestJsonDeclaration::readsEveryField()
{
    const auto metadata = fromJson(R"({"name": "n_1", "version": "2", "author": "Ada", "description": "Zählt",
        "symbols": ["ETH/USD", "BTC/USD"], "timeframe": "5m", "warmup": 7, "trades": true,
        "parameters": {"b": {"default": 0.5, "min": 0.25, "max": 2, "step": 0.25, "description": "B"},
                       "a": {"default": "x", "choices": ["x", "y"]},
                       "c": {"default": true}}})");
    QVERIFY2(metadata.ok(), metadata.ok() ? "" : metadata.error().message().c_str());
    QCOMPARE(metadata->name, std::string("n_1"));
    QCOMPARE(metadata->version, std::string("2"));
    QCOMPARE(metadata->author, std::string("Ada"));
    QCOMPARE(metadata->description, std::string("Zählt"));
    QCOMPARE(metadata->symbols.size(), std::size_t(2));
    QCOMPARE(metadata->timeframe->text(), std::string("5m"));
    QCOMPARE(metadata->warmup, 7);
    QVERIFY(metadata->hearsTrades);
    QCOMPARE(metadata->parameters.size(), std::size_t(3));
    QCOMPARE(metadata->parameters[0].choices, (std::vector<std::string>{"x", "y"}));
    const ParameterSpec& number = metadata->parameters[1];
    QCOMPARE(number.name, std::string("b"));
    QVERIFY(number.type == ParameterSpec::Type::Number && number.defaultValue == ParameterValue(0.5));
    QVERIFY(number.minimum == 0.25 && number.maximum == 2.0 && number.step == 0.25);
    QVERIFY(metadata->parameters[2].defaultValue == ParameterValue(true));
}

void TestJsonDeclaration::takesAWholeDefaultForAnIntegerUnlessToldOtherwise()
{
    const auto metadata = fromJson(
        R"({"name": "n", "parameters": {"i": {"default": 2.0}, "n": {"default": 2, "type": "number"}}})");
    QVERIFY(metadata.ok());
    QVERIFY(metadata->parameters[0].defaultValue == ParameterValue(std::int64_t{2}));
    QVERIFY(metadata->parameters[1].defaultValue == ParameterValue(2.0));
}

void TestJsonDeclaration::refusesWhatAScriptIsRefusedFor_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("lua");
    const auto add = [](const char* title, const QByteArray& json, const QByteArray& lua) {
        QTest::newRow(title) << json << lua;
    };
    add("no name", R"({"version": "1"})", "{version = '1'}");
    add("a name with a space", R"({"name": "a b"})", "{name = 'a b'}");
    add("a long name", R"({"name": ")" + QByteArray(65, 'n') + R"("})", "{name = '" + QByteArray(65, 'n') + "'}");
    add("an unknown field", R"({"name": "n", "leverage": 3})", "{name = 'n', leverage = 3}");
    add("a number for a text", R"({"name": "n", "author": 3})", "{name = 'n', author = 3}");
    add("a timeframe of another kind", R"({"name": "n", "timeframe": "7m"})", "{name = 'n', timeframe = '7m'}");
    add("half a bar of warm-up", R"({"name": "n", "warmup": 1.5})", "{name = 'n', warmup = 1.5}");
    add("too much warm-up", R"({"name": "n", "warmup": 1000001})", "{name = 'n', warmup = 1000001}");
    add("a symbol twice", R"({"name": "n", "symbols": ["A/B", "A/B"]})", "{name = 'n', symbols = {'A/B', 'A/B'}}");
    add("symbols by name", R"({"name": "n", "symbols": {"a": "A/B"}})", "{name = 'n', symbols = {a = 'A/B'}}");
    add("no default", R"({"name": "n", "parameters": {"p": {"min": 1}}})", "{name = 'n', parameters = {p = {min = 1}}}");
    add("a default outside", R"({"name": "n", "parameters": {"p": {"default": 1, "min": 2}}})",
        "{name = 'n', parameters = {p = {default = 1, min = 2}}}");
    add("no such choice", R"({"name": "n", "parameters": {"p": {"default": "a", "choices": ["b"]}}})",
        "{name = 'n', parameters = {p = {default = 'a', choices = {'b'}}}}");
}

void TestJsonDeclaration::refusesWhatAScriptIsRefusedFor()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, lua);
    const auto native = fromJson(json);
    const auto script = fromLua(lua);
    QVERIFY(!native.ok() && !script.ok());
    QCOMPARE(native.error().message(), script.error().message());
}

void TestJsonDeclaration::refusesWhatIsNestedWithoutEnd()
{
    const auto metadata = fromJson(R"({"name": )" + QByteArray(500, '[') + QByteArray(500, ']') + "}");
    QVERIFY(!metadata.ok());
    QCOMPARE(metadata.error().message(), std::string("s: its declaration is too long"));
}

void TestJsonDeclaration::refusesWhatIsLongWithoutEnd()
{
    const auto metadata = fromJson(R"({"name": [)" + QByteArray("1,").repeated(30'000) + "1]}");
    QVERIFY(!metadata.ok());
    QCOMPARE(metadata.error().message(), std::string("s: its declaration is too long"));
}

void TestJsonDeclaration::refusesLongTexts()
{
    const auto metadata = fromJson(R"({"name": "n", "description": ")" + QByteArray(5'000, 'x') + R"("})");
    QVERIFY(!metadata.ok());
    QCOMPARE(metadata.error().message(), std::string("s: strategy description is longer than 4096 bytes"));
}

QTEST_GUILESS_MAIN(TestJsonDeclaration)
#include "tst_jsondeclaration.moc"
