// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/equityfile.h"

#include "journalfixture.h"

#include <QTest>

using namespace core;
using namespace core::journal;
using namespace journaltest;

class TestEquityFile : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    std::filesystem::path file(const std::string& bytes)
    {
        const auto path = std::filesystem::path(m_dir.path().toStdString()) / "equity-x.bin";
        writeFile(path, bytes);
        return path;
    }

private slots:
    void pointsAreLittleEndian()
    {
        std::string out;
        const portfolio::EquityPoint point{Timestamp(Nanoseconds(1)), Money(-2),
                                           Money(0x0102030405060708), Money(4), Money(5)};
        appendPoints(out, std::span(&point, 1));
        QCOMPARE(out.size(), EQUITY_POINT_BYTES);
        QCOMPARE(out.substr(0, 8), std::string("\x01\0\0\0\0\0\0\0", 8));
        QCOMPARE(out.substr(8, 8), std::string("\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8));
        QCOMPARE(out.substr(16, 8), std::string("\x08\x07\x06\x05\x04\x03\x02\x01", 8));
    }

    void pointsReadBackInPieces()
    {
        std::vector<portfolio::EquityPoint> written;
        for (int step = 0; step < 1000; ++step)
            written.push_back(pointAt(step));
        std::string bytes = equityHeader("mean_reversion");
        QCOMPARE(bytes.size() % 8, std::size_t(0));
        appendPoints(bytes, written);
        auto reader = EquityReader::open(file(bytes + "torn point"));
        QVERIFY(reader.ok());
        QCOMPARE(reader->strategy(), std::string("mean_reversion"));
        QCOMPARE(reader->size(), 1000);
        std::vector<portfolio::EquityPoint> all;
        std::vector<portfolio::EquityPoint> piece;
        do {
            QVERIFY(reader->read(piece, 77).ok());
            all.insert(all.end(), piece.begin(), piece.end());
        } while (!piece.empty());
        QVERIFY(all == written);
    }

    void refusesOtherFiles_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QByteArray good = QByteArray::fromStdString(equityHeader("alpha"));
        QByteArray newer = good;
        newer[8] = 2;
        QByteArray longName = good;
        longName[15] = 0x7F;
        QTest::newRow("empty") << QByteArray() << int(ErrorCode::Corrupt);
        QTest::newRow("short") << good.left(12) << int(ErrorCode::Corrupt);
        QTest::newRow("torn name") << good.left(18) << int(ErrorCode::Corrupt);
        QTest::newRow("text") << QByteArray("time,equity\r\n1,2\r\n3,4\r\n")
                              << int(ErrorCode::Corrupt);
        QTest::newRow("long name") << longName << int(ErrorCode::Corrupt);
        QTest::newRow("newer") << newer << int(ErrorCode::Unsupported);
    }

    void refusesOtherFiles()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        const auto reader = EquityReader::open(file(bytes.toStdString()));
        QVERIFY(!reader.ok());
        QCOMPARE(int(reader.error().code), code);
    }

    void saysWhenThereIsNoFile()
    {
        const auto reader =
            EquityReader::open(std::filesystem::path(m_dir.path().toStdString()) / "none");
        QVERIFY(!reader.ok());
        QCOMPARE(reader.error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(TestEquityFile)
#include "tst_equityfile.moc"
