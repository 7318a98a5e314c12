// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "app/cli/spooling.h"
#include "app/places.h"
#include "core/history/databasechoice.h"

#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorCode;
using core::Result;

namespace {


/// The options of every command.
const std::vector<OptionSpec> COMMON = {
    {"workspace", "DIR", "the folder of your work (default: quarterdeck in your data folder)"},
    {"database", "URL",
     "the history, sqlite:///PATH or postgresql://USER@HOST/DATABASE (default: as chosen for the workspace, else its history.sqlite)"},
    {"json", "", "print one JSON object"},
    {"help", "", "say what the command does and takes"},
};

std::vector<Command> makeCommands()
{
    std::vector<Command> all;
    all.push_back(importCommand());
    for (Command& command : downloadCommands())
        all.push_back(std::move(command));
    all.push_back(fundingCommand());
    all.push_back(coverageCommand());
    all.push_back(databaseCommand());
    all.push_back(moveCommand());
    all.push_back(deleteCommand());
    for (Command& command : strategiesCommands())
        all.push_back(std::move(command));
    for (Command& command : keyCommands())
        all.push_back(std::move(command));
    all.push_back(replayCommand());
    all.push_back(exportCommand());
    for (Command& command : journalCommands())
        all.push_back(std::move(command));
    all.push_back(indicatorsCommand());
    all.push_back(candlesCommand());
    for (Command& command : all)
        command.grammar.options.insert(command.grammar.options.end(), COMMON.begin(), COMMON.end());
    return all;
}

} // namespace

std::string userName()
{
    const passwd* entry = ::getpwuid(::getuid());
    return entry != nullptr ? entry->pw_name : std::to_string(::getuid());
}

std::span<const Command> commands()
{
    static const std::vector<Command> all = makeCommands();
    return all;
}

Result<Invocation> Invocation::make(const Options& options, Console& console)
{
    Invocation invocation;
    invocation.m_options = &options;
    invocation.m_console = &console;
    const auto named = options.text("workspace");
    if (named && named->empty())
        return Error{ErrorCode::InvalidInput, "--workspace names no folder", ""};
    invocation.m_folder = named ? fs::path(*named) : app::defaultWorkspace();
    auto history = core::history::historyOf(invocation.m_folder, options.text("database"));
    if (!history)
        return history.error();
    invocation.m_history = std::move(*history);
    return invocation;
}

std::vector<fs::path> Invocation::strategyFolders() const
{
    return {app::shippedStrategies(), m_folder / "strategies"};
}

Result<core::Workspace> Invocation::openWorkspace() const
{
    return core::Workspace::open(m_folder, core::Workspace::Access::Write);
}

Result<void> Invocation::requireHistory() const
{
    std::error_code fault;
    if (!m_history.isServer() && !fs::exists(m_history.file(), fault))
        return Error{ErrorCode::NotFound,
                     fmt::format("there is no market history at {}", m_history.text()),
                     "Import candles first, or name another --workspace."};
    return {};
}

Result<std::unique_ptr<core::history::HistoryDatabase>> Invocation::openHistory() const
{
    if (const auto there = requireHistory(); !there)
        return there.error();
    const auto settled = settleSpool(*this);
    auto store = core::history::openHistory(m_history, true);
    if (!store && !settled)
        return Error{store.error().code, store.error().what + "; " + spoolWords(waiting(*this)), store.error().remedy};
    if (!settled)
        m_console->note(settled.error());
    return store;
}

Result<std::unique_ptr<core::history::HistoryDatabase>> Invocation::openHistoryToChange() const
{
    if (const auto there = requireHistory(); !there)
        return there.error();
    if (const auto settled = settleSpool(*this); !settled)
        return settled.error();
    // A reader says that nothing was imported, where a writer would make the history anew.
    if (const auto known = core::history::openHistory(m_history, true); !known)
        return known.error();
    return core::history::openHistory(m_history);
}

core::strategy::Catalog Invocation::catalog() const
{
    return core::strategy::Catalog(strategyFolders(), trustFolder());
}

} // namespace app::cli
