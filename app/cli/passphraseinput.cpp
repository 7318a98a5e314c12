// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/passphraseinput.h"

#include "core/trust/securefile.h"

#include <array>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <fmt/format.h>

namespace app::cli {

using core::Error;
using core::ErrorCode;
using core::Result;
using core::trust::Descriptor;
using core::trust::Passphrase;

namespace {

constexpr std::array<int, 4> ENDING_SIGNALS = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// For the signal handler, which has nothing else to reach them by.
termios savedTerminal;
int hushedTerminal = -1;

void restoreAndEnd(int signal)
{
    ::tcsetattr(hushedTerminal, TCSANOW, &savedTerminal);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// Turns a terminal's echo off until destroyed, also by a signal that ends the program.
class HushedTerminal
{
public:
    explicit HushedTerminal(int terminal)
    {
        if (::tcgetattr(terminal, &savedTerminal) != 0)
            return;
        hushedTerminal = terminal;
        for (std::size_t i = 0; i < ENDING_SIGNALS.size(); ++i)
            m_before[i] = std::signal(ENDING_SIGNALS[i], restoreAndEnd);
        termios hushed = savedTerminal;
        hushed.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        m_hushed = ::tcsetattr(terminal, TCSAFLUSH, &hushed) == 0;
    }
    HushedTerminal(const HushedTerminal&) = delete;
    HushedTerminal& operator=(const HushedTerminal&) = delete;
    ~HushedTerminal()
    {
        if (hushedTerminal < 0)
            return;
        ::tcsetattr(hushedTerminal, TCSAFLUSH, &savedTerminal);
        for (std::size_t i = 0; i < ENDING_SIGNALS.size(); ++i)
            std::signal(ENDING_SIGNALS[i], m_before[i]);
        hushedTerminal = -1;
    }
    [[nodiscard]] bool hushed() const { return m_hushed; }

private:
    std::array<void (*)(int), ENDING_SIGNALS.size()> m_before{};
    bool m_hushed = false;
};

Result<Passphrase> ask(const Descriptor& terminal, std::string_view prompt)
{
    const HushedTerminal hushed(terminal.number());
    if (!hushed.hushed())
        return Error{ErrorCode::Io,
                     "the terminal's echo cannot be turned off, so nothing was asked",
                     "Use --passphrase-file."};
    ::dprintf(terminal.number(), "%.*s: ", static_cast<int>(prompt.size()), prompt.data());
    auto passphrase = Passphrase::readFrom(terminal.number());
    ::dprintf(terminal.number(), "\n");
    return passphrase;
}

Result<Passphrase> askOnTerminal(std::string_view prompt, Asking asking)
{
    const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal.valid())
        return Error{ErrorCode::InvalidInput, "there is no terminal to ask for the passphrase on",
                     "Use --passphrase-file or --passphrase-fd."};
    auto first = ask(terminal, prompt);
    if (!first || asking == Asking::Once)
        return first;
    const auto second = ask(terminal, "The same again");
    if (!second)
        return second.error();
    if (first->view() != second->view())
        return Error{ErrorCode::InvalidInput, "the two passphrases differ",
                     "Nothing was made; try again."};
    return first;
}

} // namespace

std::vector<OptionSpec> passphraseOptions()
{
    return {{"passphrase-file", "FILE", "take the passphrase from a file that only you can read"},
            {"passphrase-fd", "N", "take it from an open descriptor; 0 is standard input"}};
}

Result<Passphrase> passphraseOf(const Options& options, std::string_view prompt, Asking asking)
{
    if (options.has("passphrase-file") && options.has("passphrase-fd"))
        return Error{ErrorCode::InvalidInput,
                     "--passphrase-file and --passphrase-fd exclude each other", ""};
    if (const auto file = options.text("passphrase-file"))
        return Passphrase::readFile(*file);
    if (!options.has("passphrase-fd"))
        return askOnTerminal(prompt, asking);
    constexpr std::int64_t MOST_DESCRIPTORS = 1 << 20;
    std::int64_t number = 0;
    if (auto read = options.whole("passphrase-fd", 0, MOST_DESCRIPTORS, number); !read)
        return read.error();
    return Passphrase::readFrom(static_cast<int>(number));
}

} // namespace app::cli
