// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ui::models {

/// One line of a comparison; numbers count from 1, and 0 means the line is not on that side.
struct DiffLine
{
    enum class Kind { Same, Removed, Added };
    Kind kind = Kind::Same;
    int oldLine = 0;
    int newLine = 0;
    std::string text;
};

/// Two texts compared line by line, in reading order.
struct LineDiff
{
    std::vector<DiffLine> lines;
    int added = 0;
    int removed = 0;
    [[nodiscard]] bool identical() const { return added == 0 && removed == 0; }
};

/// Compares by Myers' greedy algorithm (E. W. Myers, "An O(ND) Difference Algorithm and Its
/// Variations", 1986), after taking off the common head and tail. Texts more than MAX_EDITS apart
/// are shown as removed and added whole: still true, no longer the shortest.
[[nodiscard]] LineDiff compareLines(std::string_view before, std::string_view after);
inline constexpr int MAX_EDITS = 1000;

/// Splits at "\n"; a trailing newline makes no empty last line, and "\r" before it is dropped.
[[nodiscard]] std::vector<std::string_view> splitLines(std::string_view text);

/// Leaves out unchanged lines further than `context` from a change. A line of kind Same with both
/// numbers 0 and no text stands for each stretch left out.
[[nodiscard]] LineDiff foldUnchanged(const LineDiff& diff, int context);

} // namespace ui::models
