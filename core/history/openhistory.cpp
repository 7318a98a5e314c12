// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/openhistory.h"

#include <sys/stat.h>

namespace core::history {

bool OpenHistory::isCurrent() const
{
    struct stat status
    {};
    return m_store && ::stat(m_file.c_str(), &status) == 0 && status.st_dev == m_device &&
           status.st_ino == m_inode;
}

Result<HistoryStore*> OpenHistory::store()
{
    if (isCurrent())
        return m_store.get();
    m_store.reset();
    auto opened = openSqliteHistory(m_file, m_readOnly);
    if (!opened)
        return opened.error();
    struct stat status
    {};
    if (::stat(m_file.c_str(), &status) != 0)
        return Error{ErrorCode::Io, m_file.string() + " vanished while it was opened",
                     "Try again."};
    m_device = status.st_dev;
    m_inode = status.st_ino;
    m_store = std::move(*opened);
    return m_store.get();
}

} // namespace core::history
