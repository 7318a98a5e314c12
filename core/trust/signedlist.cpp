// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/signedlist.h"

#include "core/trust/securefile.h"
#include "core/trust/workspacekey.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace core::trust {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// Room for thousands of approved scripts; more is not a whitelist.
constexpr std::size_t MAX_LIST_FILE = 256U << 20;
constexpr std::size_t MAX_SEQUENCE_FILE = 1024;
constexpr int MAX_REFUSED_FILES = 1000;
constexpr int UNNUMBERED_FORMAT = 1;
constexpr int FORMAT = 2;

struct NumberedList
{
    Json entries = Json::array();
    std::uint64_t sequence =
        0; ///< Of the change that wrote it; 0 in files from before they were numbered.
};

fs::path fileOf(const fs::path& folder, const SignedListKind& kind, std::string_view ending = "")
{
    return folder / fmt::format("{}{}", kind.file, ending);
}

Error corrupt(const fs::path& folder, const SignedListKind& kind, std::string_view why)
{
    return {
        ErrorCode::Corrupt,
        fmt::format("{} was refused whole, {}: {}", fileOf(folder, kind).string(), kind.consequence,
                    why),
        fmt::format(
            "If you did not change it, somebody else did. The window's Strategies panel or \"quarterdeck-cli "
            "strategies restore\" brings back the last good copy; or move {} away and decide anew.",
            folder.string())};
}

std::string messageOf(const SignedListKind& kind, const NumberedList& list, int format)
{
    std::string message = fmt::format("{} {}\n", kind.domain, format);
    if (format != UNNUMBERED_FORMAT)
        message += fmt::format("{}\n", list.sequence);
    return message + list.entries.dump();
}

std::string textOf(const SignedListKind& kind, const NumberedList& list, int format,
                   const WorkspaceKey& key)
{
    Json document = {{"format", format}, {"signature", key.sign(messageOf(kind, list, format))}};
    document[std::string(kind.field)] = list.entries;
    if (format != UNNUMBERED_FORMAT)
        document["sequence"] = list.sequence;
    return document.dump(1) + "\n";
}

/// Ed25519 signs the same message the same way: the text must be, byte for byte, what this key
/// would write.
std::optional<NumberedList> parseList(std::string_view text, const SignedListKind& kind,
                                      const WorkspaceKey& key)
{
    try {
        Json document = Json::parse(text);
        const int format = document.at("format").get<int>();
        if (format != UNNUMBERED_FORMAT && format != FORMAT)
            return {};
        NumberedList list;
        if (format != UNNUMBERED_FORMAT)
            list.sequence = document.at("sequence").get<std::uint64_t>();
        list.entries = std::move(document.at(std::string(kind.field)));
        if (!key.verifies(messageOf(kind, list, format),
                          document.at("signature").get<std::string>()) ||
            textOf(kind, list, format, key) != text)
            return {};
        return list;
    } catch (const Json::exception&) {
        return {};
    }
}

std::string sequenceText(const SignedListKind& kind, std::uint64_t sequence,
                         const WorkspaceKey& key)
{
    const std::string message = fmt::format("quarterdeck sequence 1\n{}\n{}", kind.file, sequence);
    return fmt::format("{} {}\n", sequence, key.sign(message));
}

/// The newest number that was written; 0 when there is none.
Result<std::uint64_t> readSequence(const fs::path& folder, const SignedListKind& kind)
{
    const auto text = readRegularFile(fileOf(folder, kind, ".sequence"), MAX_SEQUENCE_FILE);
    if (!text && text.error().code == ErrorCode::NotFound)
        return std::uint64_t(0);
    if (!text)
        return text.error();
    const auto key = WorkspaceKey::open(folder);
    std::uint64_t sequence = 0;
    std::from_chars(text->data(), text->data() + text->size(), sequence);
    if (!key || sequenceText(kind, sequence, *key) != *text)
        return corrupt(folder, kind, "the count of its changes was not written by this workspace");
    return sequence;
}

/// True where a list was numbered and copied, whatever became of its count.
bool hasCopy(const fs::path& folder, const SignedListKind& kind)
{
    std::error_code fault;
    return fs::exists(fs::symlink_status(fileOf(folder, kind, ".bak"), fault));
}

/// Reads and checks the list itself or its copy. The count comes first: a writer may be at work.
Result<NumberedList> readList(const fs::path& folder, const SignedListKind& kind,
                              std::string_view ending)
{
    const auto newest = readSequence(folder, kind);
    if (!newest)
        return newest.error();
    const auto text = readRegularFile(fileOf(folder, kind, ending), MAX_LIST_FILE);
    if (!text && text.error().code == ErrorCode::NotFound && (*newest > 0 || hasCopy(folder, kind)))
        return corrupt(folder, kind, "it is gone");
    if (!text)
        return text.error();
    const auto key = WorkspaceKey::open(folder);
    if (!key && key.error().code == ErrorCode::NotFound)
        return corrupt(folder, kind, "the key it was signed with, workspace.key, is gone");
    if (!key)
        return key.error();
    auto list = parseList(*text, kind, *key);
    if (!list)
        return corrupt(folder, kind, "it is not as this workspace wrote it");
    if (list->sequence < *newest)
        return corrupt(
            folder, kind,
            fmt::format("it is an older copy, number {} of {}", list->sequence, *newest));
    return std::move(*list);
}

/// A list is at most one ahead of its count, where a writer is at work or was killed, and never older than
/// its copy, which a list without a number is: else the count was taken away to hide that it is old.
Result<bool> isCounted(const fs::path& folder, const SignedListKind& kind, const NumberedList& list)
{
    const auto count = readSequence(folder, kind);
    if (!count)
        return count.error();
    return list.sequence == 0 ? !hasCopy(folder, kind) : list.sequence <= *count + 1;
}

Result<NumberedList> readCurrent(const fs::path& folder, const SignedListKind& kind)
{
    auto list = readList(folder, kind, "");
    if (!list && list.error().code == ErrorCode::NotFound)
        return NumberedList{};
    if (!list)
        return list;
    const auto counted = isCounted(folder, kind, *list);
    if (!counted)
        return counted.error();
    if (!*counted)
        return corrupt(folder, kind, "the count of its changes is gone");
    return list;
}

/// The list itself first: if the rest fails, its number is above the counted one, which is no harm.
Result<void> writeList(const fs::path& folder, const SignedListKind& kind, const NumberedList& list)
{
    const auto key = WorkspaceKey::openOrCreate(folder);
    if (!key)
        return key.error();
    const std::string text = textOf(kind, list, FORMAT, *key);
    if (auto written = replaceFile(fileOf(folder, kind), text); !written)
        return written;
    auto kept = replaceFile(fileOf(folder, kind, ".bak"), text);
    if (kept)
        kept =
            replaceFile(fileOf(folder, kind, ".sequence"), sequenceText(kind, list.sequence, *key));
    if (!kept)
        return Error{kept.error().code, kept.error().what,
                     "The decision itself was kept, its copy for emergencies was not."};
    return kept;
}

/// Reads and checks the last good copy; the way back, or why it is none.
Result<NumberedList> readCopy(const fs::path& folder, const SignedListKind& kind)
{
    std::error_code fault;
    const std::string remedy = fmt::format("Move {} away and decide anew.", folder.string());
    if (!fs::exists(fileOf(folder, kind, ".bak"), fault))
        return Error{ErrorCode::NotFound,
                     fmt::format("there is no copy of {}", fileOf(folder, kind).string()), remedy};
    auto copy = readList(folder, kind, ".bak");
    if (!copy)
        return Error{copy.error().code, fmt::format("the copy is no better: {}", copy.error().what), remedy};
    return copy;
}

/// Moves a refused file out of the way without losing it.
Result<void> setAside(const fs::path& folder, const SignedListKind& kind)
{
    const fs::path file = fileOf(folder, kind);
    std::error_code fault;
    if (!fs::exists(fs::symlink_status(file, fault)))
        return {};
    for (int number = 1; number < MAX_REFUSED_FILES; ++number) {
        const fs::path aside = fileOf(folder, kind, fmt::format(".refused-{}", number));
        if (fs::exists(fs::symlink_status(aside, fault)))
            continue;
        fs::rename(file, aside, fault);
        if (!fault)
            return {};
        break;
    }
    return Error{ErrorCode::Io, fmt::format("{} cannot be moved aside", file.string()),
                 "Move it away yourself and try again."};
}

} // namespace

Result<Json> readSignedList(const fs::path& folder, const SignedListKind& kind)
{
    auto list = readCurrent(folder, kind);
    if (!list)
        return list.error();
    return std::move(list->entries);
}

Result<Json> readSignedCopy(const fs::path& folder, const SignedListKind& kind)
{
    auto copy = readCopy(folder, kind);
    if (!copy)
        return copy.error();
    return std::move(copy->entries);
}

Result<void> changeSignedList(const fs::path& folder, const SignedListKind& kind,
                              const std::function<Result<Json>(const Json&)>& change)
{
    if (auto made = makePrivateFolder(folder); !made)
        return made;
    const auto lock = lockFolder(folder);
    if (!lock)
        return lock.error();
    const auto current = readCurrent(folder, kind);
    if (!current)
        return current.error();
    auto changed = change(current->entries);
    if (!changed)
        return changed.error();
    return writeList(folder, kind, {std::move(*changed), current->sequence + 1});
}

Result<void> restoreSignedList(const fs::path& folder, const SignedListKind& kind)
{
    const Error whole{
        ErrorCode::AlreadyExists,
        fmt::format("{} is whole, nothing was restored", fileOf(folder, kind).string()), ""};
    // Asking first leaves no folder and no lock file behind where nothing was ever decided.
    if (readCurrent(folder, kind))
        return whole;
    const auto lock = lockFolder(folder);
    if (!lock)
        return lock.error();
    const auto current = readCurrent(folder, kind);
    if (current)
        return whole;
    if (current.error().code != ErrorCode::Corrupt)
        return current.error();
    const auto copy = readCopy(folder, kind);
    if (!copy)
        return copy.error();
    if (auto aside = setAside(folder, kind); !aside)
        return aside;
    return writeList(folder, kind, *copy);
}

} // namespace core::trust
