// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/exchange/krakendouble.h"

#include <QDateTime>
#include <QLocale>
#include <QMutexLocker>
#include <QTcpServer>
#include <QTcpSocket>

namespace {

QByteArray httpDate(core::Timestamp time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    const QDateTime date = QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC);
    return QLocale::c().toString(date, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss")).toLatin1() + " GMT";
}

} // namespace

KrakenDouble::KrakenDouble(FakeKraken exchange) : m_exchange(std::move(exchange))
{
    m_server = new QTcpServer;
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("the double cannot listen");
    m_port = m_server->serverPort();
    m_server->moveToThread(&m_thread);
    QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] {
        while (QTcpSocket* socket = m_server->nextPendingConnection()) {
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { serve(socket); });
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
    m_thread.start();
}

KrakenDouble::~KrakenDouble()
{
    m_thread.quit();
    m_thread.wait();
}

std::vector<std::string> KrakenDouble::asked()
{
    const QMutexLocker lock(&m_mutex);
    return m_exchange.asked();
}

void KrakenDouble::misbehave(std::initializer_list<Trick> tricks)
{
    const QMutexLocker lock(&m_mutex);
    m_exchange.misbehave(tricks);
}

void KrakenDouble::misbehaveAlways(Trick trick)
{
    const QMutexLocker lock(&m_mutex);
    m_exchange.misbehaveAlways(trick);
}

/// One request a connection; what comes in pieces waits for its empty line.
void KrakenDouble::serve(QTcpSocket* socket)
{
    if (!socket->peek(64 << 10).contains("\r\n\r\n"))
        return;
    const QList<QByteArray> words = socket->readAll().split(' ');
    if (m_patience-- <= 0) {
        m_waitedFor = true;
        return;
    }
    const QMutexLocker lock(&m_mutex);
    const auto reply = m_exchange.answer(words.value(1).toStdString());
    if (m_exchange.lastTrick() == Trick::NoAnswer) {
        socket->abort();
        return;
    }
    QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + " Answer\r\nConnection: close\r\n";
    if (reply.retryAfter)
        head += "Retry-After: " + QByteArray::number(static_cast<qint64>(reply.retryAfter->count())) + "\r\n";
    if (reply.date)
        head += "Date: " + httpDate(*reply.date) + "\r\n";
    head += "Content-Length: " + QByteArray::number(static_cast<qint64>(reply.body.size())) + "\r\n\r\n";
    socket->write(head + QByteArray::fromStdString(reply.body));
    socket->disconnectFromHost();
}
