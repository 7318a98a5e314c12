// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/luahighlighter.h"

#include "ui/theme.h"

#include <QRegularExpression>

namespace ui::dialogs {

namespace {

/// Block states: outside of long brackets, or inside of one. Levels ("[==[") are not told apart.
enum State { Code = 0, LongComment = 1, LongString = 2 };

/// One token a match: long bracket, comment, quoted string, number, word.
const QRegularExpression& tokens()
{
    static const QRegularExpression expression(QStringLiteral(
        R"((?<longcomment>--\[=*\[)|(?<comment>--.*)|(?<longstring>\[=*\[))"
        R"(|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))"
        R"(|(?<number>\b(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?)\b))"
        R"(|(?<keyword>\b(?:and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|)"
        R"(not|or|repeat|return|then|true|until|while)\b)|\w+)"));
    return expression;
}

const QRegularExpression& longEnd()
{
    static const QRegularExpression expression(QStringLiteral(R"(\]=*\])"));
    return expression;
}

} // namespace

LuaHighlighter::LuaHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {}

void LuaHighlighter::highlightBlock(const QString& text)
{
    const int state = previousBlockState();
    if (state != LongComment && state != LongString) {
        setCurrentBlockState(Code);
        highlightCode(text, 0);
        return;
    }
    const QColor colour = state == LongComment ? theme().dim : theme().ok;
    const auto end = longEnd().match(text);
    if (!end.hasMatch()) {
        setCurrentBlockState(state);
        setFormat(0, static_cast<int>(text.size()), colour);
        return;
    }
    setCurrentBlockState(Code);
    setFormat(0, static_cast<int>(end.capturedEnd()), colour);
    highlightCode(text, static_cast<int>(end.capturedEnd()));
}

void LuaHighlighter::highlightCode(const QString& text, int from)
{
    const Theme& t = theme();
    auto matches = tokens().globalMatch(text, from);
    while (matches.hasNext()) {
        const auto match = matches.next();
        const auto colour = [&](const QColor& wanted) {
            setFormat(static_cast<int>(match.capturedStart()),
                      static_cast<int>(match.capturedLength()), wanted);
        };
        const bool longComment = match.hasCaptured(QStringLiteral("longcomment"));
        if (longComment || match.hasCaptured(QStringLiteral("longstring"))) {
            const QColor& inside = longComment ? t.dim : t.ok;
            const auto end = longEnd().match(text, match.capturedEnd());
            const int last = static_cast<int>(end.hasMatch() ? end.capturedEnd() : text.size());
            setFormat(static_cast<int>(match.capturedStart()),
                      last - static_cast<int>(match.capturedStart()), inside);
            if (end.hasMatch())
                highlightCode(text, last);
            else
                setCurrentBlockState(longComment ? LongComment : LongString);
            return;
        }
        if (match.hasCaptured(QStringLiteral("comment")))
            colour(t.dim);
        else if (match.hasCaptured(QStringLiteral("string")))
            colour(t.ok);
        else if (match.hasCaptured(QStringLiteral("number")))
            colour(t.warn);
        else if (match.hasCaptured(QStringLiteral("keyword")))
            colour(t.accent);
    }
}

} // namespace ui::dialogs
