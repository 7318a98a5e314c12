// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/chain.h"

#include <algorithm>

namespace core::journal {

namespace {

constexpr std::string_view MEMBER = ",\"chain\":\"";
constexpr std::string_view END = "\"}";
constexpr std::size_t HEX_LENGTH = 64;

} // namespace

Sha256Digest nextChain(const Sha256Digest& previous, std::string_view body)
{
    Sha256 hash;
    hash.update(std::as_bytes(std::span(previous.bytes)));
    hash.update(body);
    return hash.digest();
}

void appendChain(std::string& out, const Sha256Digest& chain)
{
    out.pop_back();
    out += MEMBER;
    out += chain.hex();
    out += END;
}

std::optional<ChainedLine> splitChained(std::string_view line)
{
    const std::size_t tail = MEMBER.size() + HEX_LENGTH + END.size();
    if (line.size() < tail || !line.ends_with(END) ||
        line.substr(line.size() - tail, MEMBER.size()) != MEMBER)
        return std::nullopt;
    const std::string_view chain = line.substr(line.size() - HEX_LENGTH - END.size(), HEX_LENGTH);
    if (!std::all_of(chain.begin(), chain.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }))
        return std::nullopt;
    return ChainedLine{std::string(line.substr(0, line.size() - tail)) + '}', chain};
}

} // namespace core::journal
