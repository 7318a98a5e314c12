// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/verify.h"

#include "core/base/sha256.h"
#include "core/journal/chain.h"
#include "core/journal/reader.h"
#include "core/journal/sessionfolder.h"

#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core::journal {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view TRADES_FILE = "trades.jsonl";
constexpr std::string_view ALL_FILE = "all.jsonl";
/// Lines between two calls of progress.
constexpr int PROGRESS_LINES = 4096;

/// What the rules need of a line.
struct LineHead
{
    std::string stream;
    std::int64_t seq = 0;
};

/// Reads a line's head; the reason why it is none of a journal otherwise.
std::optional<LineHead> readHead(const LineReader& reader, std::string& why)
{
    if (reader.tooLong()) {
        why = "is longer than any line of a journal";
        return std::nullopt;
    }
    const auto json = nlohmann::json::parse(reader.line(), nullptr, false);
    if (!json.is_object()) {
        why = "is not a JSON object: it was changed or damaged";
        return std::nullopt;
    }
    const auto seq = json.find("seq");
    const auto stream = json.find("stream");
    if (seq == json.end() || !seq->is_number_integer() || stream == json.end() ||
        !stream->is_string()) {
        why = "has no seq or stream: it was changed or added";
        return std::nullopt;
    }
    return LineHead{stream->get<std::string>(), seq->get<std::int64_t>()};
}

/// The fault in a line's number, or nothing.
std::string seqFault(std::int64_t found, std::int64_t expected)
{
    if (found == expected)
        return {};
    if (found == expected + 1)
        return fmt::format("comes after a dropped line: seq {} is missing", expected);
    if (found > expected)
        return fmt::format("comes after dropped lines: seq {} to {} are missing", expected,
                           found - 1);
    return fmt::format("was added, or put in another order: seq {} where {} comes next", found,
                       expected);
}

/// Runs over the files of one session and collects faults.
class Verifier
{
public:
    Verifier(fs::path folder, const std::function<bool(double)>& progress)
        : m_folder(std::move(folder)), m_progress(progress), m_files(streamFiles(m_folder))
    {
        std::error_code fault;
        for (const fs::path& file : m_files)
            m_bytesTotal += static_cast<std::int64_t>(fs::file_size(file, fault));
    }

    /// One file alone, chained, as far as its seal.
    Result<VerifyReport> runOn(const fs::path& file, const JournalSeal* seal)
    {
        const auto sealed = seal ? seal->read() : Result<std::optional<JournalEnd>>(std::nullopt);
        if (sealed)
            m_sealed = *sealed;
        if (const auto done = checkStream(file, true); !done)
            return done.error();
        const std::string name = file.filename().string();
        const std::int64_t lines = m_report.files.back().lines;
        if (!sealed)
            addFault(name, lines, "cannot be told to be the last: " + sealed.error().what);
        else if (m_sealed && m_report.good() && lines < m_sealed->seq)
            addFault(name, lines + 1,
                     fmt::format("is missing at the end, and so are those after it: there were {}", m_sealed->seq));
        return std::move(m_report);
    }

    Result<VerifyReport> run()
    {
        for (const fs::path& file : m_files) {
            const bool isAll = file.filename() == ALL_FILE;
            const bool chained = file.filename() == TRADES_FILE;
            if (const auto done = isAll ? checkAll(file) : checkStream(file, chained); !done)
                return done.error();
        }
        checkPresence();
        checkSummary();
        return std::move(m_report);
    }

private:
    void addFault(std::string_view file, std::int64_t line, std::string what, bool torn = false)
    {
        m_report.faults.push_back({std::string(file), line, std::move(what), torn});
    }

    Result<void> tick(const LineReader& reader)
    {
        if (reader.number() % PROGRESS_LINES != 0 || !m_progress || m_bytesTotal <= 0)
            return {};
        const auto done = static_cast<double>(m_bytesDone + reader.bytes());
        if (m_progress(std::min(1.0, done / static_cast<double>(m_bytesTotal))))
            return {};
        return Error{ErrorCode::Cancelled, "the check was stopped", "Nothing was changed."};
    }

    /// Checks one stream by itself. After its first fault it goes on only to hash and count.
    Result<void> checkStream(const fs::path& file, bool chained)
    {
        auto reader = LineReader::open(file);
        if (!reader)
            return reader.error();
        const std::string name = file.filename().string();
        const std::string stream = file.stem().string();
        Sha256 content;
        Sha256Digest chain;
        VerifiedFile verified{name, 0};
        bool good = true;
        while (reader->next()) {
            content.update(reader->line());
            if (reader->ended()) {
                content.update(std::string_view("\n"));
                ++verified.lines;
            }
            if (good)
                good = checkLine(*reader, name, stream, chained ? &chain : nullptr);
            if (const auto going = tick(*reader); !going)
                return going.error();
        }
        if (chained) {
            m_report.fingerprint = content.digest().hex();
            m_report.head = chain.hex();
        }
        m_bytesDone += reader->bytes();
        m_report.files.push_back(verified);
        return {};
    }

    bool checkLine(const LineReader& reader, const std::string& file, const std::string& stream,
                   Sha256Digest* chain)
    {
        std::string why;
        if (!reader.ended()) {
            addFault(file, reader.number(), "is torn: the program ended while it was written",
                     true);
            return false;
        }
        const auto head = readHead(reader, why);
        if (head && head->stream != stream)
            why = fmt::format("belongs to the stream {}: it was added", head->stream);
        else if (head)
            why = seqFault(head->seq, reader.number());
        if (why.empty() && chain != nullptr)
            why = chainFault(reader.line(), *chain);
        if (why.empty() && m_sealed && reader.number() == m_sealed->seq && *chain != m_sealed->chain)
            why = "is another one than was written: it and those after it were made anew";
        if (!why.empty())
            addFault(file, reader.number(), why);
        return why.empty();
    }

    static std::string chainFault(std::string_view line, Sha256Digest& chain)
    {
        const auto parts = splitChained(line);
        if (!parts)
            return "has no chain: it was changed or added";
        chain = nextChain(chain, parts->body);
        if (chain.hex() != parts->chain)
            return "does not follow from the lines before it by its chain: it was changed";
        return {};
    }

    /// Checks that all.jsonl is the streams' lines, each whole and in its order.
    Result<void> checkAll(const fs::path& file)
    {
        auto reader = LineReader::open(file);
        if (!reader)
            return reader.error();
        const std::string name(ALL_FILE);
        std::map<std::string, std::unique_ptr<LineReader>> streams;
        for (const fs::path& other : m_files) {
            auto stream = LineReader::open(other);
            if (stream && other.filename() != ALL_FILE)
                streams.emplace(other.stem().string(),
                                std::make_unique<LineReader>(std::move(*stream)));
        }
        VerifiedFile verified{name, 0};
        bool good = true;
        while (reader->next()) {
            verified.lines += reader->ended() ? 1 : 0;
            if (good && !reader->ended()) {
                addFault(name, reader->number(), "is torn: the program ended while it was written",
                         true);
                good = false;
            } else if (good) {
                const std::string why = allFault(*reader, streams);
                good = why.empty();
                if (!good)
                    addFault(name, reader->number(), why);
            }
            if (const auto going = tick(*reader); !going)
                return going.error();
        }
        m_report.files.push_back(verified);
        if (good)
            checkEnds(verified.lines, streams);
        return {};
    }

    static std::string allFault(const LineReader& reader,
                                std::map<std::string, std::unique_ptr<LineReader>>& streams)
    {
        std::string why;
        const auto head = readHead(reader, why);
        if (!head)
            return why;
        const auto stream = streams.find(head->stream);
        if (stream == streams.end())
            return fmt::format("belongs to the stream {}, which has no file", head->stream);
        if (!stream->second->next() || !stream->second->ended())
            return fmt::format("is missing at the end of {}.jsonl", head->stream);
        if (stream->second->line() != reader.line())
            return fmt::format("differs from line {} of {}.jsonl", stream->second->number(),
                               head->stream);
        return {};
    }

    /// all.jsonl must not end before the streams do.
    void checkEnds(std::int64_t lines, std::map<std::string, std::unique_ptr<LineReader>>& streams)
    {
        for (auto& [stream, reader] : streams) {
            if (reader->next() && reader->ended()) {
                addFault(ALL_FILE, lines + 1,
                         fmt::format("is missing: {}.jsonl goes on with its line {}", stream,
                                     reader->number()));
                m_report.faults.back().cutOff = !fs::exists(m_folder / "session.json");
                return;
            }
        }
    }

    void checkPresence()
    {
        std::error_code fault;
        for (const std::string_view name :
             {std::string_view("system.jsonl"), TRADES_FILE, ALL_FILE}) {
            if (!fs::exists(m_folder / name, fault))
                addFault(name, 0, "is missing");
        }
    }

    /// The summary of a closed session holds what its trades ended with.
    void checkSummary()
    {
        std::ifstream file(m_folder / "session.json");
        if (!file)
            return;
        const auto json = nlohmann::json::parse(file, nullptr, false);
        if (!json.is_object()) {
            addFault("session.json", 1, "is not a JSON object: it was changed or damaged");
            return;
        }
        checkNamed(json, "fingerprint", m_report.fingerprint);
        checkNamed(json, "head", m_report.head);
    }

    /// A session that was left before its end has a head and no fingerprint.
    void checkNamed(const nlohmann::json& summary, const char* key, const std::string& real)
    {
        const auto found = summary.find(key);
        if (found == summary.end() || !found->is_string() || found->get<std::string>() == real)
            return;
        addFault("session.json", 1,
                 std::string("names another ") + key +
                     " than trades.jsonl has: lines were changed, dropped or added after the session was closed");
    }

    const fs::path m_folder;
    const std::function<bool(double)>& m_progress;
    const std::vector<fs::path> m_files;
    std::int64_t m_bytesTotal = 0;
    std::int64_t m_bytesDone = 0;
    std::optional<JournalEnd> m_sealed; ///< Of a file that is checked alone.
    VerifyReport m_report;
};

} // namespace

Result<VerifyReport> verifySystemJournal(const fs::path& file, const JournalSeal* seal)
{
    std::error_code fault;
    if (!fs::is_regular_file(file, fault))
        return Error{ErrorCode::NotFound, fmt::format("there is no {} yet", file.string()),
                     "It begins with the first strategy that is approved, loaded or refused."};
    const std::function<bool(double)> silent;
    return Verifier(file.parent_path(), silent).runOn(file, seal);
}

Result<VerifyReport> verifyJournal(const fs::path& folder,
                                   const std::function<bool(double)>& progress)
{
    if (streamFiles(folder).empty())
        return Error{ErrorCode::NotFound, fmt::format("{} holds no journal", folder.string()),
                     "Name the folder of a session."};
    return Verifier(folder, progress).run();
}

} // namespace core::journal
