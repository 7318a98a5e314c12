// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/equityfile.h"
#include "core/journal/outfile.h"
#include "core/journal/reader.h"
#include "core/journal/sessionfolder.h"
#include "core/journal/verify.h"

#include <cerrno>

#include <fmt/format.h>

namespace core::journal {

namespace fs = std::filesystem;

namespace {

Error cannotMend(const fs::path& file, const std::string& reason)
{
    return {ErrorCode::Io, fmt::format("{} cannot be mended: {}", file.string(), reason),
            "It was left as it is."};
}

/// The bytes of a stream up to the end of its last whole line.
Result<std::int64_t> wholeLines(const fs::path& file)
{
    auto reader = LineReader::open(file);
    if (!reader)
        return reader.error();
    std::int64_t whole = 0;
    while (reader->next()) {
        if (reader->ended())
            whole = reader->bytes();
    }
    return whole;
}

/// The bytes of an equity file up to the end of its last whole point. What is no equity file is not
/// ours to cut.
std::int64_t wholePoints(const fs::path& file)
{
    const auto reader = EquityReader::open(file);
    std::error_code fault;
    if (!reader)
        return static_cast<std::int64_t>(fs::file_size(file, fault));
    return static_cast<std::int64_t>(equityHeader(reader->strategy()).size()) +
           reader->size() * static_cast<std::int64_t>(EQUITY_POINT_BYTES);
}

/// A name beside `file` that nothing has yet.
fs::path tornName(const fs::path& file)
{
    std::error_code fault;
    fs::path name = file;
    name += ".torn";
    for (int n = 2; fs::exists(name, fault); ++n)
        name = fmt::format("{}.torn-{}", file.string(), n);
    return name;
}

/// Copies the bytes behind `whole` to a file of their own, syncs it, and only then cuts.
Result<TornPiece> cut(const fs::path& file, std::int64_t whole)
{
    std::ifstream in(file, std::ios::binary);
    in.seekg(whole);
    const std::string tail{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad())
        return cannotMend(file, "it cannot be read");
    const fs::path torn = tornName(file);
    if (const auto kept = replaceFile(torn, tail); !kept)
        return kept.error();
    std::error_code fault;
    fs::resize_file(file, static_cast<std::uintmax_t>(whole), fault);
    if (fault)
        return cannotMend(file, fault.message());
    return TornPiece{file.filename().string(), torn.filename().string(),
                     static_cast<std::int64_t>(tail.size())};
}

Result<void> mend(const fs::path& file, std::int64_t whole, std::vector<TornPiece>& pieces)
{
    std::error_code fault;
    const std::uintmax_t size = fs::file_size(file, fault);
    if (fault || size == static_cast<std::uintmax_t>(whole))
        return {};
    auto piece = cut(file, whole);
    if (!piece)
        return piece.error();
    pieces.push_back(std::move(*piece));
    return {};
}

} // namespace

Result<std::vector<TornPiece>> recoverTorn(const fs::path& folder)
{
    std::vector<TornPiece> pieces;
    for (const fs::path& file : streamFiles(folder)) {
        const auto whole = wholeLines(file);
        if (!whole)
            return whole.error();
        if (const auto done = mend(file, *whole, pieces); !done)
            return done.error();
    }
    for (const fs::path& file : equityFiles(folder)) {
        if (const auto done = mend(file, wholePoints(file), pieces); !done)
            return done.error();
    }
    return pieces;
}

} // namespace core::journal
