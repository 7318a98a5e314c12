// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/help.h"

#include <QCoreApplication>

#include <csignal>
#include <exception>

#include <fmt/format.h>

namespace app::cli {

namespace {

/// The command that the words begin with, and how many words its name has.
std::pair<const Command*, std::size_t> findCommand(const std::vector<std::string>& words)
{
    for (const std::size_t length : {std::size_t{2}, std::size_t{1}}) {
        if (words.size() < length)
            continue;
        const std::string name = length == 2 ? words[0] + " " + words[1] : words[0];
        for (const Command& command : commands()) {
            if (command.name == name)
                return {&command, length};
        }
    }
    return {nullptr, 0};
}

/// What may follow a group's name: "list, show, …"; empty when `name` is no group.
std::string membersOf(std::string_view name)
{
    std::string members;
    for (const Command& command : commands()) {
        if (command.name.starts_with(fmt::format("{} ", name)))
            members += fmt::format("{}{}", members.empty() ? "" : ", ",
                                   command.name.substr(name.size() + 1));
    }
    return members;
}

core::Error unknownCommand(const std::vector<std::string>& words)
{
    const std::string members = words.empty() ? "" : membersOf(words[0]);
    if (words.empty())
        return {core::ErrorCode::InvalidInput, "no command was given", ""};
    if (!members.empty())
        return {core::ErrorCode::InvalidInput,
                fmt::format("{} needs to know what to do: {}", words[0], members), ""};
    return {core::ErrorCode::InvalidInput, fmt::format("there is no command \"{}\"", words[0]), ""};
}

int helpForGroup(Console& console, const std::string& group)
{
    for (const Command& command : commands()) {
        if (command.name.starts_with(group + " "))
            console.print(helpOf(command) + "\n");
    }
    return DONE;
}

int run(const std::vector<std::string>& words, Console& console)
{
    if (!words.empty() && (words[0] == "--help" || words[0] == "-h" || words[0] == "help")) {
        console.print(overallHelp());
        return DONE;
    }
    if (!words.empty() && words[0] == "--version") {
        console.printLine("quarterdeck-cli " QUARTERDECK_VERSION);
        return DONE;
    }
    const auto [command, length] = findCommand(words);
    if (command == nullptr && words.size() == 2 && words[1] == "--help" &&
        !membersOf(words[0]).empty())
        return helpForGroup(console, words[0]);
    if (command == nullptr)
        return console.badUsage("", unknownCommand(words));
    const auto options = Options::parse(command->grammar, std::span(words).subspan(length));
    if (!options)
        return console.badUsage(command->name, options.error());
    if (options->has("help")) {
        console.print(helpOf(*command));
        return DONE;
    }
    auto invocation = Invocation::make(*options, console);
    if (!invocation)
        return invocation.error().code == core::ErrorCode::InvalidInput
                   ? console.badUsage(command->name, invocation.error())
                   : console.fail(invocation.error());
    return command->run(*invocation);
}

} // namespace

} // namespace app::cli

int main(int argc, char** argv)
{
    // A reader that has enough (`| head`) ends us quietly; a file at its size limit is an error to
    // report, not a reason to die.
    std::signal(SIGPIPE, SIG_DFL);
    std::signal(SIGXFSZ, SIG_IGN);
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    QCoreApplication application(argc, argv);
    app::cli::Console console;
    try {
        return console.close(app::cli::run(words, console));
    } catch (const std::exception& fault) {
        return console.close(console.fail(
            {core::ErrorCode::Internal, fmt::format("an unexpected failure: {}", fault.what()),
             "Nothing that was committed is lost; please report it."}));
    }
}
