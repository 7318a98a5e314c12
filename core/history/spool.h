// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databaseurl.h"
#include "core/history/spoolsegment.h"

#include <deque>
#include <optional>

namespace core::history {

/// How much a spool may hold.
struct SpoolLimits
{
    std::int64_t bytes = 256 << 20; ///< Of all segments; about eight million trades.
    std::int64_t segment = 4 << 20; ///< After so many bytes a new file begins.
};

/// How much waits in a spool.
struct SpoolSize
{
    std::int64_t batches = 0;
    std::int64_t rows = 0; ///< Trades and candles.
    std::int64_t bytes = 0;
    std::optional<Timestamp> since; ///< When the oldest came.
    bool operator==(const SpoolSize&) const = default;
};

/// Batches on disk, in order, that wait for their database: append-only files of a folder, which is locked by who opens
/// it. What append() acknowledged survives a kill and a power cut. A file is deleted once everything in it was struck
/// off, so after a kill some of that may come again. Used by one thread at a time.
class Spool
{
public:
    /// The folder of this database's spool in a workspace: one each, so that batches never reach another one.
    [[nodiscard]] static std::filesystem::path folderOf(const std::filesystem::path& workspace, const DatabaseUrl& url);
    /// Opens or makes the spool. A torn end is cut; what is damaged otherwise is kept under a new name and told of in
    /// findings(). Fails with Busy where another program has it, with Unsupported where a newer version wrote it, with Io.
    [[nodiscard]] static Result<Spool> open(const std::filesystem::path& folder, const DatabaseUrl& url,
                                            SpoolLimits limits = {});
    /// What waits there, without opening it: nothing where there is none, or where it cannot be read.
    [[nodiscard]] static SpoolSize lookInto(const std::filesystem::path& folder, const DatabaseUrl& url);

    Spool(Spool&& other) noexcept;
    Spool& operator=(Spool&& other) = delete;
    ~Spool();

    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }
    [[nodiscard]] SpoolSize size() const;
    /// Adds the newest. Fails with Busy where it is full, with Io where the disk refuses and with InvalidInput on what
    /// decode() would not take; nothing is kept then.
    [[nodiscard]] Result<void> append(const SpoolRecord& record);
    /// Reads the oldest. Fails with NotFound where there is none, with Io, and with Corrupt where it was damaged
    /// meanwhile.
    [[nodiscard]] Result<SpoolRecord> front() const;
    /// Strikes the oldest off. Fails with Io; it is there still, then.
    [[nodiscard]] Result<void> pop();
    /// Takes the oldest out of the way, which nobody will write, and keeps it in a file of its own. The finding says so.
    [[nodiscard]] Result<void> setAside(const Error& why);
    /// What was set aside since it was opened, a sentence each.
    [[nodiscard]] const std::vector<std::string>& findings() const { return m_findings; }

private:
    struct Entry
    {
        std::int64_t segment = 0; ///< The number in the file's name.
        SpoolEntry place;
    };

    Spool(std::filesystem::path folder, const DatabaseUrl& url, SpoolLimits limits, int lock)
        : m_folder(std::move(folder)), m_database(url.text()), m_limits(limits), m_lock(lock)
    {}
    [[nodiscard]] std::filesystem::path fileOf(std::int64_t segment) const;
    [[nodiscard]] Result<void> load();
    [[nodiscard]] Result<void> loadSegment(std::int64_t number, bool isLast);
    [[nodiscard]] Result<void> salvage(std::int64_t segment, SpoolScan& scan);
    [[nodiscard]] Result<SpoolScan> rewrite(std::int64_t number, const SpoolScan& scan);
    [[nodiscard]] Result<void> openNext();
    void abandonCurrent();
    [[nodiscard]] Result<void> drop(std::int64_t segment);

    std::filesystem::path m_folder;
    std::string m_database;
    SpoolLimits m_limits;
    int m_lock = -1;
    std::deque<Entry> m_entries;
    std::optional<SpoolSegment> m_current; ///< Where the next record goes.
    std::int64_t m_number = 0;             ///< Of the current segment, or of the last.
    std::int64_t m_bytes = 0;              ///< Of all segments.
    std::int64_t m_rows = 0;
    std::vector<std::string> m_findings;
};

} // namespace core::history
