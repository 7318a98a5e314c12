// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/httpclient.h"
#include "tests/exchange/krakendouble.h"

#include <QTimer>
#include <QtTest>

using namespace core;
using namespace core::history;

namespace {

const std::atomic<bool> NEVER = false;
const QString TRADES = QStringLiteral("/0/public/Trades?pair=XBTUSD&since=0");

} // namespace

class TestHttpClient : public QObject
{
    Q_OBJECT
private:
    [[nodiscard]] static Result<HttpReply> get(const KrakenDouble& server, const std::atomic<bool>& cancel = NEVER)
    {
        return openHttpClient()->get((server.endpoint() + TRADES).toStdString(), cancel);
    }

private slots:
    void fetches()
    {
        FakeKraken exchange(5);
        KrakenDouble server(exchange);
        const auto reply = get(server);
        QVERIFY(reply.ok());
        QCOMPARE(reply->status, 200);
        QCOMPARE(reply->body, exchange.answer(TRADES.toStdString()).body);
    }

    void givesEveryStatus_data()
    {
        QTest::addColumn<int>("trick");
        QTest::addColumn<int>("status");
        QTest::newRow("403") << static_cast<int>(Trick::Refused) << 403;
        QTest::newRow("429") << static_cast<int>(Trick::TooMany) << 429;
        QTest::newRow("500") << static_cast<int>(Trick::ServerError) << 500;
    }
    void givesEveryStatus()
    {
        QFETCH(int, trick);
        FakeKraken exchange(5);
        exchange.misbehaveAlways(static_cast<Trick>(trick));
        KrakenDouble server(exchange);
        const auto reply = get(server);
        QVERIFY(reply.ok());
        QTEST(reply->status, "status");
    }

    void tellsHowLongTheServerAsksToWait()
    {
        FakeKraken exchange(5);
        exchange.misbehaveAlways(Trick::TooMany);
        KrakenDouble server(exchange);
        QVERIFY(get(server)->retryAfter == std::chrono::seconds(7));
    }

    void tellsTheServersTime()
    {
        FakeKraken exchange(5);
        exchange.setClock(*parseTimestamp("2025-11-11 00:17:04"));
        KrakenDouble server(exchange);
        QVERIFY(get(server)->date == *parseTimestamp("2025-11-11 00:17:04"));
    }

    void anotherFormOfDateIsNone()
    {
        QVERIFY(!readHttpDate(""));
        QVERIFY(!readHttpDate("Tue, 11 Nov 2025 00:17:04 CET"));
        QVERIFY(!readHttpDate("Tue, 11 ovD 2025 00:17:04 GMT"));
        QVERIFY(!readHttpDate("Tue, 41 Nov 2025 00:17:04 GMT"));
        QVERIFY(!readHttpDate("Tuesday, 11-Nov-25 00:17:04 GMT"));
    }

    void aLostConnectionIsAFailure()
    {
        FakeKraken exchange(5);
        exchange.misbehaveAlways(Trick::NoAnswer);
        KrakenDouble server(exchange);
        const auto reply = get(server);
        QVERIFY(!reply.ok() && reply.error().code == ErrorCode::Io);
    }

    void refusesTooLargeAnAnswer()
    {
        FakeKraken exchange;
        exchange.record("/0/", std::string(17 << 20, 'x'));
        KrakenDouble server(exchange);
        const auto reply = get(server);
        QVERIFY(!reply.ok() && reply.error().code == ErrorCode::Unsupported);
    }

    void cancelEndsTheWait()
    {
        KrakenDouble server(FakeKraken(5));
        server.setPatience(0);
        std::atomic<bool> cancel = false;
        QTimer timer;
        connect(&timer, &QTimer::timeout, this, [&] { cancel = server.isWaitedFor(); });
        timer.start(1);
        const auto reply = get(server, cancel);
        QVERIFY(!reply.ok() && reply.error().code == ErrorCode::Cancelled);
    }

    void checksEndpoints_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("endpoint");
        const auto row = [](const char* text, const char* endpoint) {
            QTest::newRow(text) << std::string(text) << std::string(endpoint);
        };
        row("https://api.kraken.com", "https://api.kraken.com");
        row("https://api.kraken.com/", "https://api.kraken.com");
        row("http://localhost:8080", "http://localhost:8080");
        row("http://127.0.0.1:1", "http://127.0.0.1:1");
        row("http://[::1]:1", "http://[::1]:1");
        row("http://api.kraken.com", "");
        row("http://127.0.0.1.example.com", "");
        row("http://localhost@example.com", "");
        row("ftp://localhost", "");
        row("file:///etc/passwd", "");
        row("https://me:secret@example.com", "");
        row("https://example.com?x=1", "");
        row("https://example.com#x", "");
        row("https://", "");
        row("kraken", "");
        row("", "");
    }
    void checksEndpoints()
    {
        QFETCH(std::string, text);
        const auto endpoint = checkEndpoint(text);
        QTEST(endpoint ? *endpoint : std::string(), "endpoint");
    }
};

QTEST_GUILESS_MAIN(TestHttpClient)
#include "tst_httpclient.moc"
