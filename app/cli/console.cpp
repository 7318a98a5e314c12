// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include <fmt/format.h>

namespace app::cli {

namespace {

constexpr std::chrono::milliseconds PROGRESS_EVERY{100};
constexpr int INDENT = 2;

/// Bytes of the character at `index`; what is no UTF-8 counts byte by byte.
std::size_t characterLength(std::string_view text, std::size_t index)
{
    const auto first = static_cast<unsigned char>(text[index]);
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    return std::min(length, text.size() - index);
}

char32_t decode(std::string_view bytes)
{
    constexpr std::array<unsigned, 5> MASKS = {0, 0xFF, 0x1F, 0x0F, 0x07};
    char32_t value = static_cast<unsigned char>(bytes[0]) & MASKS[bytes.size()];
    for (const char byte : bytes.substr(1))
        value = value << 6 | (static_cast<unsigned char>(byte) & 0x3FU);
    return value;
}

/// True for what shows a reader something else than what runs.
bool isDeceiving(char32_t c)
{
    const bool control = (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0);
    const bool mark = (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
                      (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0xAD;
    return control || mark;
}

void printError(std::string_view text)
{
    // Errors may quote what the user gave; they stay one line all the same.
    const std::string line = printable(text);
    fmt::print(stderr, "quarterdeck-cli: {}\n", line);
}

} // namespace

std::string printable(std::string_view text)
{
    std::string clean(text);
    std::replace_if(
        clean.begin(), clean.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return clean;
}

std::string visibleSource(std::string_view source)
{
    std::string clean;
    for (std::size_t i = 0; i < source.size();) {
        const std::size_t length = characterLength(source, i);
        const char32_t character = decode(source.substr(i, length));
        if (isDeceiving(character))
            clean += fmt::format("<U+{:04X}>", static_cast<std::uint32_t>(character));
        else
            clean += source.substr(i, length);
        i += length;
    }
    return clean;
}

void Console::print(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void Console::printLine(std::string_view text)
{
    print(text);
    print("\n");
}

void Console::printJson(const Json& object)
{
    printLine(object.dump(INDENT, ' ', false, Json::error_handler_t::replace));
}

void Console::progress(std::string_view what, double fraction)
{
    static const bool terminal = ::isatty(STDERR_FILENO) == 1;
    const auto now = std::chrono::steady_clock::now();
    if (!terminal || now - m_shown < PROGRESS_EVERY)
        return;
    m_shown = now;
    m_progressShown = true;
    fmt::print(stderr, "\r\x1b[K{} {:.0f} %", what, fraction * 100.0);
    std::fflush(stderr);
}

void Console::endProgress()
{
    if (!m_progressShown)
        return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    m_progressShown = false;
}

void Console::note(const core::Error& error) const
{
    printError(error.message());
}

int Console::fail(const core::Error& error)
{
    endProgress();
    printError(error.message());
    return FAILED;
}

int Console::badUsage(std::string_view command, const core::Error& error)
{
    endProgress();
    printError(fmt::format("{}. See quarterdeck-cli {}{}--help", error.message(), command,
                           command.empty() ? "" : " "));
    return BAD_USAGE;
}

int Console::close(int status)
{
    endProgress();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
        return status;
    printError(fmt::format("the output could not be written: {}. Check where it goes to",
                           std::strerror(errno)));
    return status == DONE ? FAILED : status;
}

} // namespace app::cli
