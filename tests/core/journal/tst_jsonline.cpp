// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/decimal.h"
#include "core/journal/jsonline.h"

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace core;
using namespace core::journal;

class TestJsonLine : public QObject
{
    Q_OBJECT

private slots:
    void escapesText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("empty") << QByteArray("") << QByteArray("\"\"");
        QTest::newRow("plain") << QByteArray("a b~") << QByteArray("\"a b~\"");
        QTest::newRow("quotes") << QByteArray("a\"b\\c") << QByteArray("\"a\\\"b\\\\c\"");
        QTest::newRow("controls") << QByteArray("\n\r\t\x01\x1f", 5)
                                  << QByteArray("\"\\n\\r\\t\\u0001\\u001f\"");
        QTest::newRow("nul") << QByteArray("a\0b", 3) << QByteArray("\"a\\u0000b\"");
        QTest::newRow("utf-8") << QByteArray("µ€😀") << QByteArray("\"µ€😀\"");
        QTest::newRow("stray byte") << QByteArray("a\x80z") << QByteArray("\"a\xEF\xBF\xBDz\"");
        QTest::newRow("latin-1") << QByteArray("caf\xE9") << QByteArray("\"caf\xEF\xBF\xBD\"");
        QTest::newRow("overlong") << QByteArray("\xC0\xAF")
                                  << QByteArray("\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
        QTest::newRow("surrogate")
            << QByteArray("\xED\xA0\x80") << QByteArray("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
        QTest::newRow("cut off") << QByteArray("\xE2\x82")
                                 << QByteArray("\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
        QTest::newRow("beyond unicode")
            << QByteArray("\xF5\x80") << QByteArray("\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    }

    void escapesText()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, json);
        std::string out;
        appendJsonText(out, text.toStdString());
        QCOMPARE(QByteArray::fromStdString(out), json);
    }

    void anyBytesGiveJsonThatReadsBack()
    {
        QVERIFY(rc::check("any bytes become a JSON string", [](const std::string& text) {
            std::string out;
            appendJsonText(out, text);
            const auto json = nlohmann::json::parse(out, nullptr, false);
            RC_ASSERT(json.is_string());
            const bool ascii =
                std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
            RC_ASSERT(!ascii || json.get<std::string>() == text);
        }));
    }

    void decimalsAreThoseOfFormatDecimal()
    {
        QVERIFY(rc::check("appendDecimal is formatDecimal", [](std::int64_t count) {
            const int decimals = *rc::gen::inRange(0, MAX_DECIMALS + 1);
            std::string out;
            appendDecimal(out, count, decimals);
            RC_ASSERT(out == formatDecimal(count, decimals));
        }));
        std::string out;
        appendDecimal(out, std::numeric_limits<std::int64_t>::min(), 8);
        QCOMPARE(out, std::string("-92233720368.54775808"));
    }

    void numbersReadBackAsTheSameDouble()
    {
        QVERIFY(rc::check("doubles survive", [](double value) {
            std::string out;
            appendJsonNumber(out, value);
            if (!std::isfinite(value))
                RC_ASSERT(out == "null");
            else
                RC_ASSERT(nlohmann::json::parse(out).get<double>() == value);
        }));
        for (const double odd : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
            std::string out;
            appendJsonNumber(out, odd);
            QCOMPARE(out, std::string("null"));
        }
    }

    void timesAreThoseOfFormatTimestamp()
    {
        LineFormat format("s", "12345678");
        const Timestamp start = fromMicroseconds(1'642'570'920'000'000);
        for (const auto offset :
             {0LL, 1LL, 999'999'999LL, 1'000'000'000LL, -1LL, 86'400'000'000'000LL, 0LL}) {
            std::string out;
            format.appendTime(out, start + Nanoseconds(offset));
            QCOMPARE(out, formatTimestamp(start + Nanoseconds(offset)));
        }
    }

    void lineHasItsMembersInOrder()
    {
        RecordBatch batch;
        batch
            .add(Stream::trades(), Level::Warning, "fill", fromMicroseconds(1'642'570'920'000'001),
                 CorrelationId{0xABC})
            .text("note", "x\"y")
            .integer("order_id", -7)
            .decimal("price", 4631950, 2)
            .number("fast", 0.1)
            .number("slow", std::nan(""))
            .flag("ambiguous", true)
            .time("decision_time", fromMicroseconds(1'642'570'860'000'000));
        std::string out;
        LineFormat("replay-x", "1a2b3c4d5e6f").append(out, batch, batch.records()[0], "trades", 12);
        QCOMPARE(
            out,
            std::string(
                "{\"ts\":\"2022-01-19T05:42:00.000001000Z\",\"seq\":12,\"session\":\"replay-x\","
                "\"stream\":\"trades\",\"level\":\"warning\",\"event\":\"fill\",\"correlation\":"
                "\"1a2b3c4d-000abc\","
                "\"note\":\"x\\\"y\",\"order_id\":-7,\"price\":\"46319.50\",\"fast\":0.1,\"slow\":"
                "null,"
                "\"ambiguous\":true,\"decision_time\":\"2022-01-19T05:41:00.000000000Z\"}"));
    }

    void marksLinesOfSessionsWithUnsignedStrategies()
    {
        RecordBatch batch;
        batch.add(Stream::system(), Level::Info, "x", Timestamp(), {}).flag("b", true);
        std::string out;
        LineFormat("s", "ffffffff", Unsigned::Allowed).append(out, batch, batch.records()[0], "system", 1);
        QVERIFY2(out.ends_with("\"correlation\":\"ffffffff-000000\",\"unsigned\":true,\"b\":true}"), out.c_str());
    }

    void correlationGrowsBeyondSixDigits()
    {
        RecordBatch batch;
        batch.add(Stream::system(), Level::Info, "x", Timestamp(), CorrelationId{0x1234567});
        std::string out;
        LineFormat("s", "ffffffff").append(out, batch, batch.records()[0], "system", 1);
        QVERIFY(out.find("\"ffffffff-1234567\"") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestJsonLine)
#include "tst_jsonline.moc"
