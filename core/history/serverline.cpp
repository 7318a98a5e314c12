// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/serverline.h"

#include <map>
#include <mutex>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace core::history {

namespace {

struct Line
{
    std::thread::id opener;
    int socket = -1; ///< A descriptor of its own, so that no other file can come by its number.
};

/// Of the whole program.
struct Lines
{
    std::mutex mutex;
    std::map<int, Line> open;
    int newest = 0;
};

Lines& lines()
{
    static Lines all;
    return all;
}

} // namespace

ServerLine::ServerLine(int socket)
{
    Lines& all = lines();
    const std::lock_guard lock(all.mutex);
    m_number = ++all.newest;
    all.open[m_number] = {std::this_thread::get_id(), ::fcntl(socket, F_DUPFD_CLOEXEC, 0)};
}

ServerLine::~ServerLine()
{
    Lines& all = lines();
    const std::lock_guard lock(all.mutex);
    const auto own = all.open.find(m_number);
    if (own->second.socket >= 0)
        ::close(own->second.socket);
    all.open.erase(own);
}

void hangUp(std::optional<std::thread::id> opener)
{
    Lines& all = lines();
    const std::lock_guard lock(all.mutex);
    for (const auto& [number, line] : all.open) {
        if (line.socket >= 0 && (!opener || *opener == line.opener))
            ::shutdown(line.socket, SHUT_RDWR);
    }
}

} // namespace core::history
