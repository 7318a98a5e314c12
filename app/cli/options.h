// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/symbol.h"
#include "core/history/historystore.h"
#include "core/market/timeframe.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app::cli {

/// Declares one option of a command.
struct OptionSpec
{
    std::string_view name;        ///< Without the dashes.
    std::string_view placeholder; ///< Of its value, for the help; empty for a switch.
    std::string_view help;
    bool repeatable = false;
    bool required = false;
};

/// Declares what follows a command's name.
struct Grammar
{
    std::string_view arguments; ///< For the help: "FILE...".
    std::size_t fewest = 0;     ///< Arguments that are no options.
    std::size_t most = 0;
    std::vector<OptionSpec> options;
};

/// What the user wrote, checked against a grammar. Values are read on demand; every failure is
/// InvalidInput and names the option.
class Options
{
public:
    /// Reads "--name value", "--name=value", switches and arguments in any order; "--" ends the
    /// options.
    [[nodiscard]] static core::Result<Options> parse(const Grammar& grammar,
                                                     std::span<const std::string> words);

    [[nodiscard]] const std::vector<std::string>& arguments() const { return m_arguments; }
    [[nodiscard]] bool has(std::string_view name) const { return m_values.contains(name); }
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

    /// Sets `value` when the option was given.
    [[nodiscard]] core::Result<void> number(std::string_view name, double least, double most,
                                            double& value) const;
    [[nodiscard]] core::Result<void> whole(std::string_view name, std::int64_t least,
                                           std::int64_t most, std::int64_t& value) const;
    [[nodiscard]] core::Result<void> timeframe(std::string_view name,
                                               std::optional<core::market::Timeframe>& value) const;
    /// --from and --to as a half-open range.
    [[nodiscard]] core::Result<core::history::TimeRange> range() const;
    /// --symbol, which must be there.
    [[nodiscard]] core::Result<core::Symbol> symbol() const;

private:
    std::vector<std::string> m_arguments;
    std::map<std::string, std::vector<std::string>, std::less<>> m_values;
};

} // namespace app::cli
