// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include <fmt/format.h>

namespace app::cli {

namespace {

constexpr std::chrono::milliseconds PROGRESS_EVERY{100};
constexpr int INDENT = 2;

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
