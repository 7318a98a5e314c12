// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/exactjson.h"

#include <QtTest>

using core::history::parseExactJson;

class TestExactJson : public QObject
{
    Q_OBJECT
private slots:
    void keepsTheDigitsOfNumbers()
    {
        const auto parsed = parseExactJson(R"({"a":[1762820035.9822779,1.50,-2e5],"b":12,"c":-3})");
        QVERIFY(parsed);
        QCOMPARE((*parsed)["a"][0].get<std::string>(), std::string("1762820035.9822779"));
        QCOMPARE((*parsed)["a"][1].get<std::string>(), std::string("1.50"));
        QCOMPARE((*parsed)["a"][2].get<std::string>(), std::string("-2e5"));
        QCOMPARE((*parsed)["b"].get<int>(), 12);
        QCOMPARE((*parsed)["c"].get<int>(), -3);
    }
    void keepsEverythingElse()
    {
        const char* text = R"({"a":{"b":[null,true,false,"x",{}]},"c":[]})";
        QVERIFY(parseExactJson(text) == nlohmann::json::parse(text));
    }
    void refuses_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::newRow("nothing") << std::string();
        QTest::newRow("cut") << std::string("{\"a\":[1,2");
        QTest::newRow("more behind it") << std::string("{} {}");
        QTest::newRow("html") << std::string("<html>");
        QTest::newRow("deep") << std::string(9, '[').append(std::string(9, ']'));
        QTest::newRow("very deep") << std::string(100'000, '[');
        QTest::newRow("too large an integer") << std::string("99999999999999999999");
        QTest::newRow("bad utf-8") << std::string("\"\xff\"");
        QTest::newRow("nan") << std::string("[NaN]");
    }
    void refuses()
    {
        QFETCH(std::string, text);
        QVERIFY(!parseExactJson(text));
    }
};

QTEST_GUILESS_MAIN(TestExactJson)
#include "tst_exactjson.moc"
