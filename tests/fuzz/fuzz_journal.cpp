// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Journals, equity files and summaries of any bytes: read, verified, exported and mended without
// harm.
#include "core/journal/equityfile.h"
#include "core/journal/exporter.h"
#include "core/journal/jsonline.h"
#include "core/journal/reader.h"
#include "core/journal/verify.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

namespace {

const std::filesystem::path& scratchFolder()
{
    static const std::filesystem::path folder = [] {
        std::string name =
            (std::filesystem::temp_directory_path() / "fuzz_journal_XXXXXX").string();
        return std::filesystem::path(::mkdtemp(name.data()));
    }();
    return folder;
}

void write(const char* name, std::string_view bytes)
{
    std::ofstream(scratchFolder() / name, std::ios::binary | std::ios::trunc) << bytes;
}

void clearScratch()
{
    for (const auto& entry : std::filesystem::directory_iterator(scratchFolder()))
        std::filesystem::remove(entry.path());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace core::journal;
    if (size < 2)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    // The first two bytes divide the rest between the files.
    const std::string_view trades = bytes.substr(0, bytes.size() * data[0] / 255);
    const std::string_view rest = bytes.substr(trades.size());
    const std::string_view all = rest.substr(0, rest.size() * data[1] / 255);
    write("trades.jsonl", trades);
    write("all.jsonl", all.empty() ? trades : all);
    write("system.jsonl", rest);
    write("session.json", rest.substr(all.size()));
    write("equity-x.bin", equityHeader("x") + std::string(rest));
    write("equity-y.bin", bytes);

    const auto report = verifyJournal(scratchFolder());
    if (!report.ok())
        std::abort();
    std::ostringstream out;
    for (const ExportKind kind :
         {ExportKind::Trades, ExportKind::Orders, ExportKind::Equity, ExportKind::Journal}) {
        for (const ExportFormat format : {ExportFormat::Csv, ExportFormat::Jsonl})
            static_cast<void>(exportSession(scratchFolder(), kind, format, out).ok());
    }
    std::string text;
    appendJsonText(text, bytes);
    if (!nlohmann::json::accept(text))
        std::abort();
    if (!recoverTorn(scratchFolder()).ok() || !recoverTorn(scratchFolder())->empty())
        std::abort();
    clearScratch();
    return 0;
}
