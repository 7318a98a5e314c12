// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/linediff.h"

#include <QPlainTextEdit>

#include <vector>

namespace ui::dialogs {

/// Read-only Lua in the mono font with line numbers; or two versions of it compared, with both line
/// numbers and the sign of each change in the gutter.
class CodeView final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit CodeView(QWidget* parent = nullptr);

    void setSource(std::string_view source);
    void setDiff(const models::LineDiff& diff);
    /// What the gutter says beside a line, counted from 0: "12", or "12 13 +".
    [[nodiscard]] QString gutterText(int line) const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Gutter;
    friend class Gutter;
    void setLines(const std::vector<models::DiffLine>& lines, bool compared);
    void markChanges();
    [[nodiscard]] int gutterWidth() const;
    void paintGutter(const QRect& area);

    struct Mark
    {
        models::DiffLine::Kind kind = models::DiffLine::Kind::Same;
        QString numbers;
    };
    std::vector<Mark> m_marks;
    bool m_compared = false;
    Gutter* m_gutter;
};

} // namespace ui::dialogs
