// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvfields.h"
#include "core/history/linereader.h"

#include "historyfixture.h"

#include <QtTest>

using namespace core;
using namespace core::history;

class TestCsvFields : public QObject
{
    Q_OBJECT
private slots:
    void splitsFields_data();
    void splitsFields();
    void readsDecimalsExactly_data();
    void readsDecimalsExactly();
    void refusesMalformedDecimals_data();
    void refusesMalformedDecimals();
    void readsTimes_data();
    void readsTimes();
    void escapesUnprintableBytes();
    void linesSpanBuffers();
    void overlongLinesAreCutAndSkipped();
};

void TestCsvFields::splitsFields_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QList<QByteArray>>("fields");
    QTest::addColumn<bool>("broken");
    using L = QList<QByteArray>;
    QTest::newRow("plain") << QByteArray("a,b,c") << L{"a", "b", "c"} << false;
    QTest::newRow("blanks") << QByteArray(" a , b,\tc ") << L{"a", "b", "c"} << false;
    QTest::newRow("empty at the end") << QByteArray("a,,") << L{"a", "", ""} << false;
    QTest::newRow("nothing") << QByteArray("") << L{""} << false;
    QTest::newRow("delimiter in quotes")
        << QByteArray("\"a,b\", \"c\" ,d") << L{"a,b", "c", "d"} << false;
    QTest::newRow("doubled quotes") << QByteArray("\"a\"\"b\",c") << L{"a\"\"b", "c"} << false;
    QTest::newRow("not closed") << QByteArray("a,\"b,c") << L{"a", "\"b,c"} << true;
    QTest::newRow("text behind a quote") << QByteArray("\"a\"x,b") << L{"a", "b"} << true;
}

void TestCsvFields::splitsFields()
{
    QFETCH(QByteArray, line);
    QFETCH(QList<QByteArray>, fields);
    QFETCH(bool, broken);
    Fields result;
    splitFields({line.constData(), static_cast<std::size_t>(line.size())}, ',', result);
    QCOMPARE(result.quotesBroken, broken);
    QCOMPARE(result.count, static_cast<std::size_t>(fields.size()));
    for (std::size_t i = 0; i < result.count; ++i)
        QCOMPARE(QByteArray::fromStdString(std::string(result.text[i])),
                 fields[static_cast<int>(i)]);
}

void TestCsvFields::readsDecimalsExactly_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("digits");
    QTest::addColumn<int>("decimals");
    QTest::newRow("whole") << QByteArray("46319") << qint64(46319) << 0;
    QTest::newRow("zeros at the end") << QByteArray("46319.500") << qint64(463195) << 1;
    QTest::newRow("zeros inside") << QByteArray("0.10010") << qint64(1001) << 4;
    QTest::newRow("only zeros") << QByteArray("0.000") << qint64(0) << 0;
    QTest::newRow("no whole part") << QByteArray(".5") << qint64(5) << 1;
    QTest::newRow("no decimals") << QByteArray("5.") << qint64(5) << 0;
    QTest::newRow("negative") << QByteArray("-1.25") << qint64(-125) << 2;
    QTest::newRow("leading zeros") << QByteArray("0000000000000000000000012.5") << qint64(125) << 1;
    QTest::newRow("scientific") << QByteArray("1e-8") << qint64(1) << 8;
    QTest::newRow("scientific up") << QByteArray("1.5E+3") << qint64(1500) << 0;
    QTest::newRow("largest") << QByteArray("9223372036854775807") << qint64(INT64_MAX) << 0;
    QTest::newRow("eighteen decimals") << QByteArray("0.000000000000000001") << qint64(1) << 18;
    QTest::newRow("plus") << QByteArray("+2.5") << qint64(25) << 1;
}

void TestCsvFields::readsDecimalsExactly()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, digits);
    QFETCH(int, decimals);
    Decimal value;
    QVERIFY(!readDecimal(text.toStdString(), value));
    QCOMPARE(value.digits, digits);
    QCOMPARE(value.decimals, decimals);
}

void TestCsvFields::refusesMalformedDecimals_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "-", ".", "1.2.3", "1,5", "nan", "inf", "0x10", "1e", "1e999",
                             "--1", "1 2", "9223372036854775808", "0.0000000000000000001", "1_000"})
        QTest::newRow(*text ? text : "nothing") << QByteArray(text);
}

void TestCsvFields::refusesMalformedDecimals()
{
    QFETCH(QByteArray, text);
    Decimal value;
    QVERIFY(readDecimal(text.toStdString(), value));
}

void TestCsvFields::readsTimes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QByteArray>("time");
    QTest::newRow("date") << QByteArray("2022-01-03") << QStringLiteral("ISO 8601")
                          << QByteArray("2022-01-03T00:00:00Z");
    QTest::newRow("s") << QByteArray("1641168000") << QStringLiteral("epoch s")
                       << QByteArray("2022-01-03T00:00:00Z");
    QTest::newRow("s with decimals") << QByteArray("1641168000.50") << QStringLiteral("epoch s")
                                     << QByteArray("2022-01-03T00:00:00.5Z");
    QTest::newRow("ms") << QByteArray("1641168000001") << QStringLiteral("epoch ms")
                        << QByteArray("2022-01-03T00:00:00.001Z");
    QTest::newRow("µs") << QByteArray("1641168000000001") << QStringLiteral("epoch µs")
                        << QByteArray("2022-01-03T00:00:00.000001Z");
    QTest::newRow("ns") << QByteArray("1641168000000000001") << QStringLiteral("epoch ns")
                        << QByteArray("2022-01-03T00:00:00.000000001Z");
    for (const char* text :
         {"", "-5", "soon", "2022-13-01", "1641168000x", "1641168000.5x", "99999999999"})
        QTest::newRow(*text ? text : "nothing") << QByteArray(text) << QString() << QByteArray();
}

void TestCsvFields::readsTimes()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, format);
    QFETCH(QByteArray, time);
    const auto guessed = guessTimeFormat(text.toStdString());
    QCOMPARE(guessed.has_value(), !format.isEmpty());
    if (!guessed)
        return;
    QCOMPARE(QString::fromStdString(timeFormatText(*guessed)), format);
    QVERIFY(timeFormatOf(timeFormatText(*guessed)) == guessed);
    QCOMPARE(
        QByteArray::fromStdString(formatTimestampShort(*readTime(text.toStdString(), *guessed))),
        time);
}

void TestCsvFields::escapesUnprintableBytes()
{
    QCOMPARE(printable(std::string_view("a\x01\xFF"
                                        "b\0",
                                        5)),
             std::string("a\\x01\\xFFb\\x00"));
    QCOMPARE(printable(std::string(500, 'x')).size(), 120U);
}

void TestCsvFields::linesSpanBuffers()
{
    const fixture::Folder folder;
    QByteArray text;
    for (int i = 0; i < 100'000; ++i)
        text += QByteArray::number(i) + (i % 2 ? "\r\n" : "\n");
    text += "last";
    auto reader = LineReader::open(folder.write("a.txt", text));
    VERIFY_OK(reader);
    std::string_view line;
    for (int i = 0; i < 100'000; ++i) {
        QVERIFY(reader->next(line));
        QVERIFY(line == std::to_string(i));
    }
    QVERIFY(reader->next(line));
    QVERIFY(line == "last");
    QCOMPARE(reader->lineNumber(), 100'001);
    QVERIFY(!reader->next(line));
    QCOMPARE(reader->bytesDone(), text.size());
}

void TestCsvFields::overlongLinesAreCutAndSkipped()
{
    const fixture::Folder folder;
    auto reader =
        LineReader::open(folder.write("a.txt", "one\n" + QByteArray(1'000'000, 'x') + "\nthree\n"));
    VERIFY_OK(reader);
    std::string_view line;
    QVERIFY(reader->next(line) && line == "one");
    QVERIFY(reader->next(line));
    QVERIFY(line.size() < 300'000);
    QCOMPARE(reader->lineNumber(), 2);
    QVERIFY(reader->next(line));
    QVERIFY(line == "three");
    QCOMPARE(reader->lineNumber(), 3);
}

QTEST_GUILESS_MAIN(TestCsvFields)
#include "tst_csvfields.moc"
