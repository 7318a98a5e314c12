// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/secretkey.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

/// What the tests of keys and signatures share.
namespace trusttest {

/// The least that scrypt takes: real keys need a gigabyte and seconds.
inline constexpr core::trust::ScryptLimits QUICK = {32'768, 1'048'576};

inline core::trust::Passphrase passphrase(std::string_view text = "correct horse")
{
    return *core::trust::Passphrase::copyOf(text);
}

/// What `key` signs, as the text of a .minisig file.
inline std::string signatureText(const core::trust::SecretKey& key, std::string_view bytes,
                                 std::string comment = "timestamp:1\tfile:s.lua")
{
    return key.sign(bytes, std::move(comment))->fileText();
}

inline std::string contents(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

inline void writeText(const std::filesystem::path& file, std::string_view text)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

/// The text with the first `from` replaced; fails loudly when it is not there.
inline std::string edited(std::string text, std::string_view from, std::string_view to)
{
    const auto at = text.find(from);
    return at == std::string::npos ? throw std::logic_error("nothing to edit")
                                   : text.replace(at, from.size(), to);
}

/// Line `number` of a text, from 0.
inline std::string line(const std::string& text, int number)
{
    std::istringstream stream(text);
    std::string found;
    for (int i = 0; i <= number; ++i)
        std::getline(stream, found);
    return found;
}

} // namespace trusttest
