// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/eventreader.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace ui::models;

namespace {

QByteArray line(const QByteArray& event, const QByteArray& correlation)
{
    return R"({"ts":"2022-01-19T05:42:00.000000000Z","seq":1,"session":"s","stream":"trades",)"
           R"("level":"info","event":")" +
           event + R"(","correlation":"65e832c1-)" + correlation + "\"}\n";
}

} // namespace

class TestEventReader : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] std::filesystem::path session() const { return m_folder->path().toStdString(); }
    void write(const QByteArray& content) const
    {
        QFile all(m_folder->filePath(QStringLiteral("all.jsonl")));
        QVERIFY(all.open(QIODevice::WriteOnly));
        all.write(content);
    }
    [[nodiscard]] core::Result<EventChainPtr> read(std::uint64_t event,
                                                   bool cancelled = false) const
    {
        return readEventChain(session(), core::CorrelationId{event}, std::atomic<bool>(cancelled));
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void readsTheLinesOfOneEventInOrder()
    {
        write(line("session_started", "000000") + line("order", "00693b") + line("fill", "00693c") +
              line("fill", "00693b"));
        const auto chain = read(0x693b);
        QVERIFY(chain);
        QCOMPARE((*chain)->lines.size(), std::size_t(2));
        QCOMPARE((*chain)->lines[0].raw.toUtf8() + '\n', line("order", "00693b"));
        QCOMPARE((*chain)->lines[1].event, QStringLiteral("fill"));
        QVERIFY(!(*chain)->more);
    }

    void findsNumbersOfAnyLength()
    {
        write(line("order", "00000a") + line("fill", "123456789") + line("fill", "00000a"));
        QCOMPARE((*read(0x0a))->lines.size(), std::size_t(2));
        QCOMPARE((*read(0x123456789))->lines.size(), std::size_t(1));
        QVERIFY((*read(0x0b))->lines.empty());
    }

    void isNotTakenInByWhatAStrategyLogs()
    {
        write(line("order", "00000a") +
              line("log", "00000b\",\"message\":\"\\\"correlation\\\":\\\"65e832c1-00000a\\\""));
        QCOMPARE((*read(0x0a))->lines.size(), std::size_t(1));
    }

    void leavesATornLastLineOut()
    {
        write(line("order", "00000a") + line("fill", "00000a").chopped(1));
        QCOMPARE((*read(0x0a))->lines.size(), std::size_t(1));
    }

    void capsTheAnswerAndSaysSo()
    {
        QByteArray content;
        for (std::size_t i = 0; i <= MOST_EVENT_LINES; ++i)
            content += line("plot", "00000a");
        write(content);
        const auto chain = read(0x0a);
        QCOMPARE((*chain)->lines.size(), MOST_EVENT_LINES);
        QVERIFY((*chain)->more);
    }

    void failsInWordsWithoutAJournal()
    {
        QCOMPARE(read(1).error().code, core::ErrorCode::NotFound);
        EventReader reader;
        QSignalSpy failed(&reader, &EventReader::failed);
        const quint64 token = reader.request(session(), core::CorrelationId{1});
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.front().front().toULongLong(), token);
        QVERIFY(!failed.front().at(1).toString().isEmpty());
    }

    void stopsWhenCancelled()
    {
        QByteArray content;
        for (int i = 0; i < 3000; ++i)
            content += line("plot", "000001");
        write(content);
        QCOMPARE(read(0x0a, true).error().code, core::ErrorCode::Cancelled);
    }

    void answersTheNewestRequestOnly()
    {
        write(line("order", "00000a") + line("order", "00000b"));
        EventReader reader;
        QSignalSpy ready(&reader, &EventReader::ready);
        QSignalSpy failed(&reader, &EventReader::failed);
        reader.request(session(), core::CorrelationId{0x0a});
        const quint64 token = reader.request(session(), core::CorrelationId{0x0b});
        QTRY_COMPARE(ready.count(), 1);
        QTest::qWait(50);
        QCOMPARE(ready.count() + failed.count(), 1);
        QCOMPARE(ready.front().front().toULongLong(), token);
    }
};

QTEST_GUILESS_MAIN(TestEventReader)
#include "tst_eventreader.moc"
