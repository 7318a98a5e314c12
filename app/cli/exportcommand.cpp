// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"

#include "core/journal/exporter.h"
#include "core/journal/sessionfolder.h"

#include <cstring>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace journal = core::journal;
using core::Result;

namespace {

struct Request
{
    journal::ExportKind kind;
    journal::ExportFormat format;
    std::optional<fs::path> out;
};

Result<Request> readRequest(const Invocation& invocation)
{
    const Options& options = invocation.options();
    const auto kind = journal::parseExportKind(options.arguments()[0]);
    if (!kind)
        return kind.error();
    const auto format = journal::parseExportFormat(options.text("format").value_or("csv"));
    if (!format)
        return format.error();
    Request request{*kind, *format, options.text("out")};
    if (request.out && request.out->empty())
        return core::Error{core::ErrorCode::InvalidInput, "--out names no file", ""};
    if (invocation.json() && !request.out)
        return core::Error{
            core::ErrorCode::InvalidInput,
            "--json describes the export, so that the export itself needs --out FILE", ""};
    return request;
}

core::Error cannotWrite(const fs::path& file)
{
    return {core::ErrorCode::Io,
            fmt::format("{} cannot be written: {}", file.string(), std::strerror(errno)),
            "Check the folder and the disk's free space; a file that was there before is kept."};
}

/// Writes beside the file and renames at the end, so that a failed export leaves the old one.
Result<std::int64_t> exportToFile(const fs::path& session, const Request& request,
                                  const std::function<bool(double)>& progress)
{
    std::error_code fault;
    const fs::file_status status = fs::status(*request.out, fault);
    // A device or a pipe is written to, never replaced.
    const bool direct = fs::exists(status) && !fs::is_regular_file(status);
    const fs::path target = fs::exists(status) ? fs::canonical(*request.out, fault) : *request.out;
    fs::path fresh = target;
    fresh += direct ? "" : ".part";
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    if (!file)
        return cannotWrite(*request.out);
    auto rows = journal::exportSession(session, request.kind, request.format, file, progress);
    file.close();
    if (rows && !file)
        rows = cannotWrite(*request.out);
    if (direct)
        return rows;
    if (rows) {
        fs::rename(fresh, target, fault);
        if (!fault)
            return rows;
        rows = core::Error{
            core::ErrorCode::Io,
            fmt::format("{} cannot be written: {}", request.out->string(), fault.message()), ""};
    }
    fs::remove(fresh, fault);
    return rows;
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto request = readRequest(invocation);
    if (!request)
        return console.badUsage("export", request.error());
    const auto session = journal::findSession(
        invocation.journalFolder(), invocation.options().text("session").value_or("last"));
    if (!session)
        return console.fail(session.error());
    const InterruptGuard interrupt;
    const auto progress = [&](double fraction) {
        console.progress("exporting", fraction);
        return !interrupt.requested();
    };
    const auto rows = request->out ? exportToFile(*session, *request, progress)
                                   : journal::exportSession(*session, request->kind,
                                                            request->format, std::cout, progress);
    if (!rows)
        return console.fail(rows.error());
    if (invocation.json())
        console.printJson({{"session", session->filename().string()},
                           {"table", journal::name(request->kind)},
                           {"format", journal::name(request->format)},
                           {"file", request->out->string()},
                           {"rows", *rows}});
    else if (request->out)
        console.printLine(fmt::format("{} {} of {} written to {}", *rows,
                                      journal::name(request->kind), session->filename().string(),
                                      request->out->string()));
    return DONE;
}

} // namespace

Command exportCommand()
{
    return {"export",
            "Writes a table of a session as CSV or JSON Lines.",
            {"trades|orders|equity|journal",
             1,
             1,
             {{"session", "ID|last", "the session's folder name, or its path (default: last)"},
              {"format", "csv|jsonl", "the format (default: csv)"},
              {"out", "FILE", "where to (default: stdout)"}}},
            run};
}

} // namespace app::cli
