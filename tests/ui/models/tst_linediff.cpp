// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/linediff.h"

#include <QtTest>
#include <rapidcheck.h>

using namespace ui::models;

namespace {

std::string join(const LineDiff& diff, DiffLine::Kind leftOut)
{
    std::string text;
    for (const auto& line : diff.lines)
        if (line.kind != leftOut)
            text += line.text + "\n";
    return text;
}

std::string textOf(const std::vector<int>& words)
{
    std::string text;
    for (const int word : words)
        text += "line " + std::to_string(word) + "\n";
    return text;
}

/// The length of the longest common subsequence, by the textbook's table.
int commonLines(const std::vector<int>& a, const std::vector<int>& b)
{
    std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1, 0));
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j)
            table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1
                                               : std::max(table[i - 1][j], table[i][j - 1]);
    return table[a.size()][b.size()];
}

} // namespace

class TestLineDiff : public QObject
{
    Q_OBJECT

private slots:
    void countsAndNumbersChanges()
    {
        const auto diff = compareLines("a\nb\nc\n", "a\nx\nc\nd\n");
        QCOMPARE(diff.added, 2);
        QCOMPARE(diff.removed, 1);
        QCOMPARE(diff.lines.size(), std::size_t(5));
        QVERIFY(diff.lines[1].kind == DiffLine::Kind::Removed);
        QCOMPARE(diff.lines[1].oldLine, 2);
        QCOMPARE(diff.lines[1].newLine, 0);
        QVERIFY(diff.lines[2].kind == DiffLine::Kind::Added);
        QCOMPARE(diff.lines[2].newLine, 2);
        QCOMPARE(diff.lines[3].oldLine, 3);
        QCOMPARE(diff.lines[3].newLine, 3);
    }

    void findsNothingInEqualTexts()
    {
        const auto diff = compareLines("a\r\nb", "a\nb\n");
        QVERIFY(diff.identical());
        QCOMPARE(diff.lines.size(), std::size_t(2));
        QVERIFY(compareLines("", "").lines.empty());
    }

    void isShortestAndRebuildsBothSides()
    {
        const bool holds = rc::check("a diff is shortest and true", [] {
            const auto word = rc::gen::inRange(0, 5);
            const auto a = *rc::gen::container<std::vector<int>>(word);
            const auto b = *rc::gen::container<std::vector<int>>(word);
            const auto diff = compareLines(textOf(a), textOf(b));
            RC_ASSERT(join(diff, DiffLine::Kind::Added) == textOf(a));
            RC_ASSERT(join(diff, DiffLine::Kind::Removed) == textOf(b));
            const int common = commonLines(a, b);
            RC_ASSERT(diff.removed == static_cast<int>(a.size()) - common);
            RC_ASSERT(diff.added == static_cast<int>(b.size()) - common);
        });
        QVERIFY(holds);
    }

    void staysTrueForTextsFarApart()
    {
        std::vector<int> a(3000);
        std::vector<int> b(3000);
        for (int i = 0; i < 3000; ++i) {
            a[static_cast<std::size_t>(i)] = i;
            b[static_cast<std::size_t>(i)] = i + 100'000;
        }
        const auto diff = compareLines(textOf(a), textOf(b));
        QCOMPARE(diff.removed, 3000);
        QCOMPARE(diff.added, 3000);
        QVERIFY(join(diff, DiffLine::Kind::Removed) == textOf(b));
    }

    void foldsWhatDidNotChange()
    {
        const auto diff =
            compareLines("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n");
        const auto folded = foldUnchanged(diff, 1);
        QCOMPARE(folded.lines.size(), std::size_t(6));
        QCOMPARE(folded.lines.front().newLine, 0);
        QCOMPARE(QString::fromStdString(folded.lines[1].text), QStringLiteral("4"));
        QCOMPARE(folded.added, 1);
    }
};

QTEST_MAIN(TestLineDiff)
#include "tst_linediff.moc"
