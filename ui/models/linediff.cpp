// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/linediff.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace ui::models {

namespace {

using Ids = std::vector<int>;

/// Gives equal lines equal numbers, so that comparing lines is comparing integers.
class LineNumbering
{
public:
    Ids number(const std::vector<std::string_view>& lines)
    {
        Ids ids;
        ids.reserve(lines.size());
        for (const auto line : lines)
            ids.push_back(m_ids.try_emplace(line, static_cast<int>(m_ids.size())).first->second);
        return ids;
    }

private:
    std::unordered_map<std::string_view, int> m_ids;
};

/// Whether each line of the two middles is kept; what is not kept was removed or added.
struct Kept
{
    std::vector<bool> before;
    std::vector<bool> after;
};

/// Walks the saved frontiers from the end to the beginning and marks every diagonal step as kept.
Kept backtrack(const Ids& a, const Ids& b, const std::vector<std::vector<int>>& frontiers)
{
    Kept kept{std::vector<bool>(a.size()), std::vector<bool>(b.size())};
    int x = static_cast<int>(a.size());
    int y = static_cast<int>(b.size());
    for (int d = static_cast<int>(frontiers.size()) - 1; d >= 0 && (x > 0 || y > 0); --d) {
        const auto& v = frontiers[static_cast<std::size_t>(d)];
        const auto at = [&](int k) { return v[static_cast<std::size_t>(k + d)]; };
        const int k = x - y;
        int previousX = 0;
        int previousY = 0;
        if (d > 0) {
            const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
            const int previousK = down ? k + 1 : k - 1;
            previousX = at(previousK);
            previousY = previousX - previousK;
        }
        while (x > previousX && y > previousY) {
            kept.before[static_cast<std::size_t>(--x)] = true;
            kept.after[static_cast<std::size_t>(--y)] = true;
        }
        x = previousX;
        y = previousY;
    }
    return kept;
}

/// The shortest edit script, or nothing when it needs more than MAX_EDITS steps. frontiers[d] is
/// the frontier before step d, for the diagonals −d … d.
std::optional<Kept> shortestEdit(const Ids& a, const Ids& b)
{
    const int n = static_cast<int>(a.size());
    const int m = static_cast<int>(b.size());
    const int most = std::min(n + m, MAX_EDITS);
    std::vector<int> v(static_cast<std::size_t>(2 * most + 3), 0);
    const auto at = [&](int k) -> int& { return v[static_cast<std::size_t>(k + most + 1)]; };
    std::vector<std::vector<int>> frontiers;
    for (int d = 0; d <= most; ++d) {
        const auto first = v.begin() + (most + 1 - d);
        frontiers.emplace_back(first, first + (2 * d + 1));
        for (int k = -d; k <= d; k += 2) {
            const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
            int x = d == 0 ? 0 : (down ? at(k + 1) : at(k - 1) + 1);
            int y = x - k;
            while (x < n && y < m &&
                   a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(y)]) {
                ++x;
                ++y;
            }
            at(k) = x;
            if (x >= n && y >= m)
                return backtrack(a, b, frontiers);
        }
    }
    return std::nullopt;
}

/// Collects the lines of a diff and numbers them on both sides.
class DiffWriter
{
public:
    void same(std::string_view text)
    {
        m_diff.lines.push_back({DiffLine::Kind::Same, ++m_old, ++m_new, std::string(text)});
    }
    void removed(std::string_view text)
    {
        m_diff.lines.push_back({DiffLine::Kind::Removed, ++m_old, 0, std::string(text)});
        ++m_diff.removed;
    }
    void added(std::string_view text)
    {
        m_diff.lines.push_back({DiffLine::Kind::Added, 0, ++m_new, std::string(text)});
        ++m_diff.added;
    }
    LineDiff take() { return std::move(m_diff); }

private:
    LineDiff m_diff;
    int m_old = 0;
    int m_new = 0;
};

} // namespace

std::vector<std::string_view> splitLines(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

LineDiff compareLines(std::string_view before, std::string_view after)
{
    const auto oldLines = splitLines(before);
    const auto newLines = splitLines(after);
    LineNumbering numbering;
    const Ids a = numbering.number(oldLines);
    const Ids b = numbering.number(newLines);

    const auto shorter = std::min(a.size(), b.size());
    std::size_t head = 0;
    while (head < shorter && a[head] == b[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;

    const auto offset = static_cast<std::ptrdiff_t>(head);
    const auto rest = static_cast<std::ptrdiff_t>(tail);
    const Ids middleA(a.begin() + offset, a.end() - rest);
    const Ids middleB(b.begin() + offset, b.end() - rest);
    const Kept kept =
        shortestEdit(middleA, middleB)
            .value_or(Kept{std::vector<bool>(middleA.size()), std::vector<bool>(middleB.size())});

    DiffWriter writer;
    for (std::size_t i = 0; i < head; ++i)
        writer.same(newLines[i]);
    for (std::size_t i = 0, j = 0; i < middleA.size() || j < middleB.size();) {
        if (i < middleA.size() && !kept.before[i])
            writer.removed(oldLines[head + i++]);
        else if (j < middleB.size() && !kept.after[j])
            writer.added(newLines[head + j++]);
        else {
            writer.same(newLines[head + j++]);
            ++i;
        }
    }
    for (std::size_t i = newLines.size() - tail; i < newLines.size(); ++i)
        writer.same(newLines[i]);
    return writer.take();
}

LineDiff foldUnchanged(const LineDiff& diff, int context)
{
    const auto count = diff.lines.size();
    const auto reach = static_cast<std::size_t>(context);
    std::vector<bool> shown(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (diff.lines[i].kind == DiffLine::Kind::Same)
            continue;
        const auto first = i > reach ? i - reach : 0;
        const auto last = std::min(count, i + reach + 1);
        std::fill(shown.begin() + static_cast<std::ptrdiff_t>(first),
                  shown.begin() + static_cast<std::ptrdiff_t>(last), true);
    }
    LineDiff folded;
    folded.added = diff.added;
    folded.removed = diff.removed;
    for (std::size_t i = 0; i < count; ++i) {
        if (shown[i])
            folded.lines.push_back(diff.lines[i]);
        else if (i == 0 || shown[i - 1])
            folded.lines.push_back({});
    }
    return folded;
}

} // namespace ui::models
