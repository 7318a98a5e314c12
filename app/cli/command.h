// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/base/workspace.h"
#include "core/history/historystore.h"
#include "core/strategy/catalog.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace app::cli {

/// One run of one command: its options, its outputs and where everything lies.
class Invocation
{
public:
    /// Fails with InvalidInput on a malformed --database, Unsupported on another kind of database.
    [[nodiscard]] static core::Result<Invocation> make(const Options& options, Console& console);

    [[nodiscard]] const Options& options() const { return *m_options; }
    [[nodiscard]] Console& console() const { return *m_console; }
    [[nodiscard]] bool json() const { return m_options->has("json"); }

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] std::filesystem::path journalFolder() const { return m_folder / "journal"; }
    [[nodiscard]] std::filesystem::path trustFolder() const { return m_folder / "trust"; }
    [[nodiscard]] std::filesystem::path systemJournal() const
    {
        return core::Workspace::systemJournalOf(trustFolder());
    }
    [[nodiscard]] std::vector<std::filesystem::path> strategyFolders() const;
    [[nodiscard]] const core::history::DatabaseUrl& history() const { return m_history; }

    /// Opens the workspace for writing; keep it until the work is done.
    [[nodiscard]] core::Result<core::Workspace> openWorkspace() const;
    /// Opens the history to read, once what waited for it in the spool is written; says where that cannot be. Fails with
    /// NotFound when nothing was ever imported.
    [[nodiscard]] core::Result<std::unique_ptr<core::history::HistoryDatabase>> openHistory() const;
    /// Opens the history to change it. Fails with NotFound when nothing was ever imported, and with why what waits in the
    /// spool cannot be written: it is older than what is done now, and must not come after it.
    [[nodiscard]] core::Result<std::unique_ptr<core::history::HistoryDatabase>> openHistoryToChange() const;
    [[nodiscard]] core::strategy::Catalog catalog() const;

private:
    Invocation() = default;
    [[nodiscard]] core::Result<void> requireHistory() const;
    const Options* m_options = nullptr;
    Console* m_console = nullptr;
    std::filesystem::path m_folder;
    core::history::DatabaseUrl m_history = std::filesystem::path();
};

/// One word of the command line and what stands behind it.
struct Command
{
    std::string_view name;    ///< "import", "journal verify"
    std::string_view summary; ///< One sentence.
    Grammar grammar;
    int (*run)(Invocation&);
};

/// Every command there is, in the order of the help.
[[nodiscard]] std::span<const Command> commands();

/// The user's name as the system knows it, kept with decisions.
[[nodiscard]] std::string userName();

// One function a file; each returns the commands of its group.
[[nodiscard]] Command importCommand();
[[nodiscard]] Command fundingCommand();
[[nodiscard]] Command coverageCommand();
[[nodiscard]] Command databaseCommand();
[[nodiscard]] Command moveCommand();
[[nodiscard]] Command deleteCommand();
[[nodiscard]] std::vector<Command> downloadCommands();
[[nodiscard]] std::vector<Command> strategiesCommands();
[[nodiscard]] std::vector<Command> keyCommands();
[[nodiscard]] Command replayCommand();
[[nodiscard]] Command exportCommand();
[[nodiscard]] std::vector<Command> journalCommands();
[[nodiscard]] Command indicatorsCommand();
[[nodiscard]] Command candlesCommand();

} // namespace app::cli
