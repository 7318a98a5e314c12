// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"
#include "packedfiles.h"

#include "core/history/linereader.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace fixture;

namespace {

/// Every line, or the message of the error that came first.
QStringList linesOf(const std::filesystem::path& file, const std::string& member = {})
{
    auto reader = LineReader::open(file, member);
    if (!reader)
        return {QString::fromStdString(reader.error().message())};
    QStringList lines;
    std::string_view line;
    while (reader->next(line))
        lines.append(QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size())));
    if (reader->fault())
        lines.append(QString::fromStdString(reader->fault()->message()));
    return lines;
}

QByteArray manyLines(int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i)
        text += QByteArray::number(i * 7919LL) + ",1,2\n";
    return text;
}

const QStringList AB = {QStringLiteral("a"), QStringLiteral("b")};

} // namespace

class TestPackedFiles : public QObject
{
    Q_OBJECT
private slots:
    void readsGzip() { QCOMPARE(linesOf(m_folder.write("a.csv.gz", gzipped("a\nb\n"))), AB); }
    void readsGzipOfSeveralParts()
    {
        QCOMPARE(linesOf(m_folder.write("a.gz", gzipped("a\n") + gzipped("b\n"))), AB);
    }
    void readsTheOnlyMember() { QCOMPARE(linesOf(m_folder.write("a.zip", zipped({{"in/x.csv", "a\nb\n"}}))), AB); }
    void readsAllOfALongMember()
    {
        const QByteArray text = manyLines(200'000);
        const auto lines = linesOf(m_folder.write("a.zip", zipped({{"x.csv", text}})));
        QCOMPARE(lines.size(), 200'000);
        QCOMPARE(lines.last(), QString::number(199'999LL * 7919) + QStringLiteral(",1,2"));
    }
    void passesOverWhatArchiversAdd()
    {
        const auto file = m_folder.write("a.zip", zipped({{"readme.pdf", "%PDF"},
                                                          {"__MACOSX/._x.csv", "no"},
                                                          {".hidden.csv", "no"},
                                                          {"x.csv", "a\nb\n"}}));
        QCOMPARE(linesOf(file), AB);
    }
    void asksForTheMemberByNames()
    {
        const auto file = m_folder.write("a.zip", zipped({{"XBTUSD_1.csv", "a\n"}, {"XBTUSD_5.csv", "b\n"}}));
        const QString message = linesOf(file).value(0);
        QVERIFY2(message.contains(QStringLiteral("XBTUSD_1.csv, XBTUSD_5.csv")), qPrintable(message));
    }
    void takesTheMemberNamed_data()
    {
        QTest::addColumn<std::string>("member");
        QTest::newRow("by its path") << std::string("in/two.csv");
        QTest::newRow("by its last part") << std::string("two.csv");
    }
    void takesTheMemberNamed()
    {
        QFETCH(std::string, member);
        const auto file = m_folder.write("a.zip", zipped({{"in/one.csv", "x\n"}, {"in/two.csv", "a\nb\n"}}));
        QCOMPARE(linesOf(file, member), AB);
    }
    void neverOpensAMemberAsAPath()
    {
        (void)m_folder.write("secret.csv", "secret\n");
        const auto file = m_folder.write("a.zip", zipped({{"../secret.csv", "a\nb\n"}}));
        QCOMPARE(linesOf(file), AB);
    }
    void listsTheMembers()
    {
        const auto names = membersOf(m_folder.write("a.zip", zipped({{"b.csv", "1"}, {"a.csv", "2"}, {"c.pdf", "3"}})));
        VERIFY_OK(names);
        QCOMPARE(*names, (std::vector<std::string>{"b.csv", "a.csv"}));
    }
    void aPlainFileHasNoMembers()
    {
        const auto names = membersOf(m_folder.write("a.csv", "a\n"));
        VERIFY_OK(names);
        QVERIFY(names->empty());
    }
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<std::string>("member");
        QTest::addColumn<QString>("word");
        const std::string none;
        const QByteArray gzip = gzipped(manyLines(100'000));
        const QByteArray zip = zipped({{"x.csv", manyLines(100'000)}});
        QTest::newRow("gzip cut off") << gzip.left(gzip.size() / 2) << none << QStringLiteral("damaged or incomplete");
        QTest::newRow("gzip of nothing more") << gzip.left(10) << none << QStringLiteral("damaged or incomplete");
        QTest::newRow("zip cut off") << zip.left(zip.size() / 2) << none << QStringLiteral("damaged or incomplete");
        QTest::newRow("packed twice") << gzipped(zipped({{"x.csv", "a\n"}})) << none << QStringLiteral("packed twice");
        QTest::newRow("empty inside") << gzipped("") << none << QStringLiteral("empty");
        QTest::newRow("no such member") << zip << std::string("y.csv") << QStringLiteral("no one member \"y.csv\"");
        QTest::newRow("member of a plain file") << QByteArray("a\n") << std::string("y") << QStringLiteral("no archive");
        QTest::newRow("no table") << zipped({{".x", "1"}}) << none << QStringLiteral("without a CSV file");
    }
    void refuses()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(std::string, member);
        QFETCH(QString, word);
        const QString message = linesOf(m_folder.write("a.bin", bytes), member).last();
        QVERIFY2(message.contains(word), qPrintable(message));
    }
    void stopsABomb()
    {
        const QByteArray lines = QByteArray("1,1,1,1,1\n").repeated(5'000'000);
        const auto file = m_folder.write("bomb.gz", gzipped(lines));
        QVERIFY(std::filesystem::file_size(file) < 200'000);
        auto reader = LineReader::open(file);
        VERIFY_OK(reader);
        std::string_view line;
        while (reader->next(line)) {
        }
        QVERIFY(reader->fault() && reader->fault()->code == ErrorCode::Unsupported);
    }
    void tellsHowFarItIs()
    {
        const auto file = m_folder.write("a.gz", gzipped(manyLines(300'000)));
        auto reader = LineReader::open(file);
        VERIFY_OK(reader);
        std::string_view line;
        for (int i = 0; i < 150'000; ++i)
            QVERIFY(reader->next(line));
        const auto half = static_cast<double>(reader->bytesDone()) / static_cast<double>(reader->bytesTotal());
        QVERIFY2(half > 0.4 && half < 0.6, qPrintable(QString::number(half)));
        while (reader->next(line)) {
        }
        QCOMPARE(reader->bytesDone(), reader->bytesTotal());
    }

private:
    Folder m_folder;
};

QTEST_GUILESS_MAIN(TestPackedFiles)
#include "tst_packedfiles.moc"
