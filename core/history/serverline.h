// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <thread>

namespace core::history {

/// The socket of a connection to a server, known to hangUp() as long as this lives. Belongs to the thread that opened the
/// connection.
class ServerLine
{
public:
    explicit ServerLine(int socket);
    ~ServerLine();
    ServerLine(const ServerLine&) = delete;
    ServerLine& operator=(const ServerLine&) = delete;

private:
    int m_number = 0;
};

/// Ends the connections to servers that a thread opened, or that all did, so that who waits for an answer that does not
/// come goes on with Io. May be called from any thread.
void hangUp(std::optional<std::thread::id> opener = {});

} // namespace core::history
