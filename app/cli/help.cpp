// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/help.h"

#include <fmt/format.h>

namespace app::cli {

std::string overallHelp()
{
    std::string text = "Usage: quarterdeck-cli COMMAND ...\n\n"
                       "Imports market history, approves or signs strategies, replays them and exports the "
                       "results.\n\nCommands:\n";
    for (const Command& command : commands())
        text += fmt::format("  {:<20} {}\n", command.name, command.summary);
    text += "\nquarterdeck-cli COMMAND --help says more; --version prints the version.\n"
            "Exit status: 0 done, 1 failed, 2 bad usage.\n";
    return text;
}

std::string helpOf(const Command& command)
{
    std::string text = fmt::format("Usage: quarterdeck-cli {}", command.name);
    if (!command.grammar.arguments.empty())
        text += fmt::format(" {}", command.grammar.arguments);
    for (const OptionSpec& option : command.grammar.options) {
        if (option.required)
            text += fmt::format(" --{} {}", option.name, option.placeholder);
    }
    text += fmt::format(" [options]\n\n{}\n\nOptions:\n", command.summary);
    for (const OptionSpec& option : command.grammar.options) {
        const std::string name = fmt::format("--{} {}", option.name, option.placeholder);
        text += fmt::format("  {:<26} {}{}\n", name, option.help,
                            option.repeatable ? " (may be repeated)" : "");
    }
    return text;
}

} // namespace app::cli
