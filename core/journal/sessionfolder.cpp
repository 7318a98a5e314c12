// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/sessionfolder.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <sys/stat.h>

#include <fmt/format.h>

namespace core::journal {

namespace fs = std::filesystem;

namespace {

constexpr mode_t PRIVATE_FOLDER = 0700;
/// Sessions that start in one millisecond with one configuration, before something else is wrong.
constexpr int MAX_SAME_START = 1000;

/// "20260111T034606.123Z"
std::string compactTime(Timestamp time)
{
    const std::string text = formatTimestamp(time);
    std::string compact;
    for (const char c : text.substr(0, std::string_view("2022-01-19T05:42:00.123").size())) {
        if (c != '-' && c != ':')
            compact += c;
    }
    return compact + "Z";
}

Error notFound(const fs::path& journal, std::string_view id)
{
    return {ErrorCode::NotFound,
            id == "last" ? fmt::format("there is no session in {} yet", journal.string())
                         : fmt::format("there is no session \"{}\" in {}", id, journal.string()),
            id == "last" ? "Run a replay first."
                         : "Name a session's folder, its path, or \"last\"."};
}

bool isSession(const fs::path& folder)
{
    std::error_code fault;
    return fs::is_regular_file(folder / "all.jsonl", fault) ||
           fs::is_regular_file(folder / "trades.jsonl", fault);
}

} // namespace

Result<fs::path> createSessionFolder(const fs::path& journal, Timestamp start,
                                     std::string_view digest)
{
    std::error_code fault;
    fs::create_directories(journal, fault);
    const std::string base = fmt::format("{}-{}", compactTime(start), digest.substr(0, 8));
    for (int n = 1; n <= MAX_SAME_START; ++n) {
        const fs::path folder = journal / (n == 1 ? base : fmt::format("{}-{}", base, n));
        if (::mkdir(folder.c_str(), PRIVATE_FOLDER) == 0)
            return folder;
        if (errno != EEXIST)
            break;
    }
    return Error{
        ErrorCode::Io,
        fmt::format("no session folder can be made in {}: {}", journal.string(),
                    std::generic_category().message(errno)),
        "Check the disk's free space and the folder's permissions, or choose another folder."};
}

std::string replaySessionName(std::string_view digest)
{
    return fmt::format("replay-{}", digest.substr(0, 12));
}

std::vector<std::string> sessionsIn(const fs::path& journal)
{
    std::vector<std::string> names;
    std::error_code fault;
    for (const auto& entry : fs::directory_iterator(journal, fault)) {
        if (entry.is_directory(fault) && isSession(entry.path()))
            names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<fs::path> findSession(const fs::path& journal, std::string_view id)
{
    std::error_code fault;
    if (id.find('/') != std::string_view::npos || id == "." || id == "..") {
        fs::path folder = fs::absolute(fs::path(id), fault).lexically_normal();
        if (!folder.has_filename()) // written with a slash at its end
            folder = folder.parent_path();
        return isSession(folder) ? Result<fs::path>(folder) : notFound(folder.parent_path(), id);
    }
    const std::vector<std::string> names = sessionsIn(journal);
    if (id == "last" && !names.empty())
        return journal / names.back();
    std::vector<std::string> matches;
    for (const std::string& name : names) {
        if (name == id)
            return journal / name;
        if (!id.empty() && (name.starts_with(id) || name.ends_with(id)))
            matches.push_back(name);
    }
    if (matches.size() > 1)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("\"{}\" fits {} sessions, such as {} and {}", id, matches.size(),
                                 matches[0], matches[1]),
                     "Write more of the name."};
    if (matches.empty())
        return notFound(journal, id);
    return journal / matches.front();
}

std::vector<fs::path> streamFiles(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code fault;
    for (const auto& entry : fs::directory_iterator(folder, fault)) {
        if (entry.path().extension() == ".jsonl" && entry.path().filename() != "all.jsonl")
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    if (fs::exists(folder / "all.jsonl", fault))
        files.push_back(folder / "all.jsonl");
    return files;
}

} // namespace core::journal
