// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/bytesource.h"

#include "core/history/csvfields.h"
#include "core/history/unpacking.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr std::size_t NAMED_MEMBERS = 8;

/// A file as it lies there.
class PlainSource final : public ByteSource
{
public:
    explicit PlainSource(FileHandle file) : m_file(std::move(file)) {}

    Result<std::size_t> read(std::span<char> buffer) override { return m_file.read(buffer); }
    std::int64_t bytesDone() const override { return m_file.position(); }
    std::int64_t bytesTotal() const override { return m_file.size(); }
    std::string name() const override { return m_file.name(); }

private:
    FileHandle m_file;
};

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return result;
}

std::string_view lastPart(std::string_view path)
{
    const auto slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool isTable(std::string_view name)
{
    const std::string text = lower(name);
    return text.ends_with(".csv") || text.ends_with(".txt") || text.ends_with(".tsv");
}

/// What archivers add of their own: folders' notes and hidden files.
bool isForeign(std::string_view name)
{
    return name.starts_with("__MACOSX/") || lastPart(name).starts_with('.') || lastPart(name).empty();
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), NAMED_MEMBERS); ++i)
        text += (i > 0 ? ", " : "") + printable(names[i]);
    if (names.size() > NAMED_MEMBERS)
        text += fmt::format(" and {} more", names.size() - NAMED_MEMBERS);
    return text;
}

Error notCertain(const std::filesystem::path& file, const std::vector<std::string>& names,
                 const std::string& member)
{
    if (names.empty())
        return {ErrorCode::InvalidInput, file.string() + " is an archive without a CSV file",
                "Choose an archive or a CSV file with candles."};
    return {ErrorCode::InvalidInput,
            member.empty() ? fmt::format("{} holds {} files", file.string(), names.size())
                           : fmt::format("{} has no one member \"{}\"", file.string(), printable(member)),
            fmt::format("Nothing was changed. Say which member to import: {}.", listed(names))};
}

Result<std::string> chooseMember(const std::filesystem::path& file, const std::vector<std::string>& names,
                                 const std::string& member)
{
    if (member.empty())
        return names.size() == 1 ? Result<std::string>(names.front())
                                 : Result<std::string>(notCertain(file, names, member));
    if (std::find(names.begin(), names.end(), member) != names.end())
        return member;
    const auto isNamed = [&](const std::string& name) { return lastPart(name) == member; };
    if (std::count_if(names.begin(), names.end(), isNamed) != 1)
        return notCertain(file, names, member);
    return *std::find_if(names.begin(), names.end(), isNamed);
}

/// Those that are worth choosing from: tables where there are any, else whatever there is.
Result<std::vector<std::string>> candidates(const std::filesystem::path& file)
{
    auto all = zipMembers(file);
    if (!all)
        return all.error();
    std::erase_if(*all, [](const std::string& name) { return isForeign(name); });
    if (std::any_of(all->begin(), all->end(), isTable))
        std::erase_if(*all, [](const std::string& name) { return !isTable(name); });
    return all;
}

} // namespace

Result<std::vector<std::string>> membersOf(const std::filesystem::path& file)
{
    auto opened = FileHandle::open(file);
    if (!opened)
        return opened.error();
    auto packing = packingOf(*opened);
    if (!packing)
        return packing.error();
    return *packing == Packing::Zip ? candidates(file) : std::vector<std::string>();
}

Result<std::unique_ptr<ByteSource>> openSource(const std::filesystem::path& file, const std::string& member)
{
    auto opened = FileHandle::open(file);
    if (!opened)
        return opened.error();
    auto packing = packingOf(*opened);
    if (!packing)
        return packing.error();
    if (*packing == Packing::Gzip)
        return openGzip(std::move(*opened));
    if (*packing == Packing::Zip) {
        auto names = candidates(file);
        if (!names)
            return names.error();
        auto name = chooseMember(file, *names, member);
        return name ? openMember(std::move(*opened), *name) : name.error();
    }
    if (!member.empty())
        return Error{ErrorCode::InvalidInput,
                     fmt::format("{} is no archive, so it has no member \"{}\"", file.string(),
                                 printable(member)),
                     "Nothing was changed. Leave the member away."};
    return std::unique_ptr<ByteSource>(std::make_unique<PlainSource>(std::move(*opened)));
}

} // namespace core::history
