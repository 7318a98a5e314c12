// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/journal/journalseal.h"
#include "core/journal/record.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace core::journal {

/// The journal of what was decided about a workspace: one hash-chained file to which every program that works on the
/// workspace appends. Lines come whole or not at all, and are on the disk when `append` returns. Any thread; each call
/// opens the file for itself.
class SystemJournal
{
public:
    /// Neither the file nor its folder need be there yet. The seal, if there is one, is renewed with every act.
    explicit SystemJournal(std::filesystem::path file, std::shared_ptr<const JournalSeal> seal = nullptr)
        : m_file(std::move(file)), m_seal(std::move(seal))
    {}

    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }

    /// Says by the last lines that are there whether there is nothing to add.
    using Known = std::function<bool(std::string_view tail)>;
    /// Appends the batch's records, which belong to the system stream, all with one correlation, unless they are
    /// `known`. A line that a killed program left torn is moved to *.torn first, and a line says so; another line says
    /// when the file does not reach as far as its seal, or the seal was changed. A seal that cannot be renewed stays
    /// behind until the next act. Fails with Io
    /// when the disk does not take them, Busy when another program holds the file for five seconds, Corrupt when
    /// the file does not end as a journal does, InvalidInput when a line is longer than MAX_LINE_BYTES; the file is as
    /// it was then.
    [[nodiscard]] Result<void> append(const RecordBatch& batch, const Known& known = {}) const;

private:
    std::filesystem::path m_file;
    std::shared_ptr<const JournalSeal> m_seal;
};

} // namespace core::journal
