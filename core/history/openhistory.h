// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

#include <sys/types.h>

namespace core::history {

struct SqlContents;
/// What a server's database holds.
[[nodiscard]] const SqlContents& serverContents();

/// A history that is opened when it is first asked for, and again when the file of that name has
/// become another one (set aside, deleted, restored) or the server went away, so that nobody goes on with
/// what is no longer there. Belongs to the thread that asks.
class OpenHistory
{
public:
    OpenHistory(DatabaseUrl url, bool readOnly) : m_url(std::move(url)), m_readOnly(readOnly) {}

    [[nodiscard]] Result<HistoryDatabase*> store();
    /// Ends the connection; the next use opens anew.
    void close() { m_store.reset(); }

private:
    [[nodiscard]] bool isCurrent() const;

    DatabaseUrl m_url;
    bool m_readOnly = false;
    std::unique_ptr<HistoryDatabase> m_store;
    dev_t m_device = 0;
    ino_t m_inode = 0;
};

} // namespace core::history
