// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"

#include "core/journal/reader.h"
#include "core/journal/sessionfolder.h"
#include "core/journal/verify.h"
#include "core/trust/journalseal.h"

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace journal = core::journal;
using core::Result;

namespace {

/// What names the journal of the workspace itself.
constexpr std::string_view SYSTEM = "system";

bool isSystem(const Invocation& invocation)
{
    return invocation.options().arguments()[0] == SYSTEM;
}

/// The session that the argument names: a folder, or a session of the workspace.
Result<fs::path> sessionOf(const Invocation& invocation)
{
    const std::string& named = invocation.options().arguments()[0];
    std::error_code fault;
    if (fs::is_directory(named, fault))
        return fs::path(named);
    return journal::findSession(invocation.journalFolder(), named);
}

std::string textOf(const journal::JournalFault& fault)
{
    return fmt::format("{} line {} {}", fault.file, fault.line, fault.what);
}

Json toJson(const journal::VerifyReport& report)
{
    Json files = Json::array();
    for (const journal::VerifiedFile& file : report.files)
        files.push_back({{"file", file.file}, {"lines", file.lines}});
    Json faults = Json::array();
    for (const journal::JournalFault& fault : report.faults)
        faults.push_back({{"file", fault.file},
                          {"line", fault.line},
                          {"what", fault.what},
                          {"torn", fault.torn},
                          {"cut_off", fault.cutOff}});
    return {{"good", report.good()},
            {"fingerprint", report.fingerprint},
            {"files", files},
            {"faults", faults}};
}

void print(Console& console, const journal::VerifyReport& report)
{
    for (const journal::VerifiedFile& file : report.files)
        console.printLine(fmt::format("{:<32} {} lines", file.file, file.lines));
    for (const journal::JournalFault& fault : report.faults)
        console.printLine(textOf(fault));
    if (report.good())
        console.printLine(fmt::format("good; fingerprint {}", report.fingerprint));
}

/// What a fault amounts to for the exit status.
core::Error failureOf(const fs::path& folder, const journal::VerifyReport& report)
{
    const journal::JournalFault& first = report.faults.front();
    if (first.cutOff)
        return {core::ErrorCode::Corrupt,
                fmt::format("the journal {} was cut off: {}", folder.string(), textOf(first)),
                "The program ended before the session did; what is there is as it was written. Run the "
                "replay again to get a whole one."};
    return {
        core::ErrorCode::Corrupt,
        fmt::format("the journal {} is not as it was written: {}", folder.string(), textOf(first)),
        first.torn ? "Cut the torn line off with journal verify --recover."
                   : "Run the replay again to get a true one; this one was left as it is."};
}

/// Cuts torn lines off and says so.
Result<void> recover(Invocation& invocation, const fs::path& folder)
{
    // A session that is being written now must not be cut.
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return workspace.error();
    const auto pieces = journal::recoverTorn(folder);
    if (!pieces)
        return pieces.error();
    for (const journal::TornPiece& piece : *pieces) {
        if (!invocation.json())
            invocation.console().printLine(
                fmt::format("{}: {} torn bytes moved to {}", piece.file, piece.bytes, piece.kept));
    }
    return {};
}

void tell(Invocation& invocation, const journal::VerifyReport& report)
{
    if (invocation.json())
        invocation.console().printJson(toJson(report));
    else
        print(invocation.console(), report);
}

int verifySystem(Invocation& invocation)
{
    Console& console = invocation.console();
    const fs::path file = invocation.systemJournal();
    const core::trust::WorkspaceSeal seal(invocation.trustFolder());
    const auto report = journal::verifySystemJournal(file, &seal);
    if (!report)
        return console.fail(report.error());
    tell(invocation, *report);
    if (report->good())
        return DONE;
    const journal::JournalFault& first = report->faults.front();
    return console.fail({core::ErrorCode::Corrupt,
                         fmt::format("the journal {} is not as it was written: {}", file.string(), textOf(first)),
                         first.torn ? "The next decision moves the torn line aside."
                                    : "Nothing was changed. Move it away to keep it; a new one is begun."});
}

int verify(Invocation& invocation)
{
    if (isSystem(invocation))
        return verifySystem(invocation);
    Console& console = invocation.console();
    const auto folder = sessionOf(invocation);
    if (!folder)
        return console.fail(folder.error());
    if (invocation.options().has("recover")) {
        if (const auto done = recover(invocation, *folder); !done)
            return console.fail(done.error());
    }
    const InterruptGuard interrupt;
    const auto report = journal::verifyJournal(*folder, [&](double fraction) {
        console.progress("checking", fraction);
        return !interrupt.requested();
    });
    console.endProgress();
    if (!report)
        return console.fail(report.error());
    tell(invocation, *report);
    return report->good() ? DONE : console.fail(failureOf(*folder, *report));
}

/// The file that `show` prints.
Result<fs::path> fileToShow(const Invocation& invocation)
{
    if (isSystem(invocation))
        return invocation.systemJournal();
    const auto folder = sessionOf(invocation);
    if (!folder)
        return folder.error();
    return *folder / "all.jsonl";
}

int show(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto file = fileToShow(invocation);
    if (!file)
        return console.fail(file.error());
    const bool json = invocation.json();
    bool first = true;
    if (json)
        console.print("{\"lines\":[");
    const auto done = journal::readLines(*file,
                                         invocation.options().text("correlation").value_or(""),
                                         [&](std::string_view line) {
                                             console.print(json && !first ? "," : "");
                                             console.print(json ? "\n" : "");
                                             console.print(line);
                                             console.print(json ? "" : "\n");
                                             first = false;
                                             return true;
                                         });
    if (json)
        console.print("]}\n");
    return done ? DONE : console.fail(done.error());
}

} // namespace

std::vector<Command> journalCommands()
{
    return {{"journal verify",
             "Checks that a session's journal, or \"system\", that of all decisions, is as it was written.",
             {"DIR", 1, 1, {{"recover", "", "first move torn last lines to *.torn"}}},
             verify},
            {"journal show",
             "Prints a session's journal, or \"system\", that of all decisions about strategies and keys.",
             {"DIR", 1, 1, {{"correlation", "ID", "only the lines of one chain of events"}}},
             show}};
}

} // namespace app::cli
