// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSyntaxHighlighter>

namespace ui::dialogs {

/// Colours Lua lightly: keywords, strings, numbers and comments, in the theme's tokens.
class LuaHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    explicit LuaHighlighter(QTextDocument* document);

protected:
    void highlightBlock(const QString& text) override;

private:
    void highlightCode(const QString& text, int from);
};

} // namespace ui::dialogs
