// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/exchange/fakekraken.h"

#include <QMutex>
#include <QString>
#include <QThread>

#include <atomic>

class QTcpServer;
class QTcpSocket;

/// Serves a fake Kraken on a port of this machine, from a thread of its own.
class KrakenDouble
{
public:
    explicit KrakenDouble(FakeKraken exchange);
    ~KrakenDouble();

    /// "http://127.0.0.1:port".
    [[nodiscard]] QString endpoint() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_port); }
    [[nodiscard]] std::vector<std::string> asked();
    void misbehave(std::initializer_list<Trick> tricks);
    void misbehaveAlways(Trick trick);
    /// Lets it answer so many more requests, and then none until it is told again.
    void setPatience(int requests) { m_patience = requests; }
    [[nodiscard]] bool isWaitedFor() const { return m_waitedFor; }

private:
    void serve(QTcpSocket* socket);

    FakeKraken m_exchange;
    QMutex m_mutex;
    QThread m_thread;
    QTcpServer* m_server = nullptr; ///< Lives on the thread.
    quint16 m_port = 0;
    std::atomic<int> m_patience = 1'000'000;
    std::atomic<bool> m_waitedFor = false;
};
