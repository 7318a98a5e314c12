// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/judgement.h"

#include "core/strategy/luahost.h"
#include "core/strategy/nativeplugin.h"

namespace core::strategy {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view NATIVE_ENDING = ".so";
constexpr std::string_view LUA_ENDING = ".lua";

Result<Metadata> readMetadata(Kind kind, const std::string& fileName, std::string_view bytes)
{
    return kind == Kind::Native ? readNativeMetadata(fileName, bytes) : readLuaMetadata(fileName, bytes);
}

} // namespace

std::string_view name(Kind kind)
{
    return kind == Kind::Native ? "native" : "lua";
}

bool mayRun(const CatalogEntry& entry, UnsignedScripts unsignedScripts)
{
    const bool unsignedRuns = unsignedScripts == UnsignedScripts::Allowed && entry.kind == Kind::Lua &&
                              entry.state == trust::State::Unknown;
    return trust::mayRun(entry.state) || unsignedRuns;
}

fs::path identity(const fs::path& file)
{
    std::error_code fault;
    const fs::path absolute = fs::absolute(file, fault).lexically_normal();
    const fs::path folder = fs::weakly_canonical(absolute.parent_path(), fault);
    return fault ? absolute : folder / absolute.filename();
}

bool isStrategyFile(const fs::path& file)
{
    return file.extension() == LUA_ENDING || file.extension() == NATIVE_ENDING;
}

Result<Decisions> readDecisions(const fs::path& folder)
{
    auto approvals = trust::Approvals::open(folder);
    if (!approvals)
        return approvals.error();
    auto keys = trust::TrustedKeys::open(folder);
    if (!keys)
        return keys.error();
    return Decisions{std::move(*approvals), std::move(*keys)};
}

Judged judge(const fs::path& file, const Decisions& decisions)
{
    Judged judged;
    CatalogEntry& entry = judged.entry;
    entry.file = file;
    entry.kind = file.extension() == NATIVE_ENDING ? Kind::Native : Kind::Lua;
    entry.name = file.stem().string();
    const auto refuse = [&](const Error& error) {
        entry.state = trust::State::Invalid;
        entry.reason = error.message();
    };
    auto read = entry.kind == Kind::Native ? trust::readPluginFile(file) : trust::readStrategyFile(file);
    if (!read) {
        refuse(read.error());
        return judged;
    }
    entry.sha256 = read->sha256;
    judged.bytes = std::move(read->bytes);
    entry.size = judged.bytes.size();
    if (entry.kind == Kind::Lua)
        entry.source = judged.bytes;
    auto metadata = readMetadata(entry.kind, file.filename().string(), judged.bytes);
    if (!metadata) {
        refuse(metadata.error());
        return judged;
    }
    entry.metadata = std::move(*metadata);
    entry.name = entry.metadata.name;
    entry.signature = trust::checkSignature(file, judged.bytes, decisions.keys);
    trust::Verdict verdict =
        trust::judge(decisions.approvals, entry.name, entry.sha256, entry.signature);
    entry.state = verdict.state;
    entry.reason = std::move(verdict.reason);
    if (const trust::Approval* approval = decisions.approvals.find(entry.name))
        entry.approval = *approval;
    return judged;
}

} // namespace core::strategy
