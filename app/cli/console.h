// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace app::cli {

using Json = nlohmann::ordered_json;

/// The exit statuses of the program.
enum Status : int { DONE = 0, FAILED = 1, BAD_USAGE = 2 };

/// The program's two outputs: results on stdout, one line on stderr when something failed, progress
/// on stderr when that is a terminal.
class Console
{
public:
    void print(std::string_view text);
    void printLine(std::string_view text);
    /// One object, indented, and a line end.
    void printJson(const Json& object);

    /// Shows how far `what` is, a few times a second at most. `fraction` is 0 … 1.
    void progress(std::string_view what, double fraction);
    /// Takes the progress line away.
    void endProgress();

    /// Says something on stderr while the command goes on. Any thread.
    void note(const core::Error& error) const;
    /// Say why on stderr, in one line, and give the exit status.
    int fail(const core::Error& error);
    int badUsage(std::string_view command, const core::Error& error);

    /// Writes everything out. Returns `status`, or FAILED with a line when stdout refused.
    int close(int status);

private:
    std::chrono::steady_clock::time_point m_shown;
    bool m_progressShown = false;
};

/// A cleaned copy of text from files and strategies, for terminals: control characters become
/// spaces.
[[nodiscard]] std::string printable(std::string_view text);

/// Source code for terminals: whatever would move the cursor, hide or reorder text (control
/// characters but tabs and line ends, zero-width and bidirectional marks) is spelled out as
/// <U+202E>.
[[nodiscard]] std::string visibleSource(std::string_view source);

} // namespace app::cli
