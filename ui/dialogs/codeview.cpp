// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/codeview.h"

#include "ui/dialogs/luahighlighter.h"
#include "ui/theme.h"

#include <QPaintEvent>
#include <QPainter>
#include <QTextBlock>

#include <algorithm>

namespace ui::dialogs {

namespace {

using Kind = models::DiffLine::Kind;

constexpr float WASH_ALPHA = 0.16F;
constexpr int GUTTER_PADDING = 8;
constexpr int NUMBER_WIDTH = 4;

QString numberText(int number)
{
    return (number > 0 ? QString::number(number) : QString()).rightJustified(NUMBER_WIDTH);
}

const QColor& kindColour(Kind kind)
{
    const Theme& t = theme();
    return kind == Kind::Added ? t.ok : kind == Kind::Removed ? t.bad : t.faint;
}

/// Characters that change how the others look, or are not seen at all, could hide what a script
/// does: they are written out.
bool isTreacherous(QChar character)
{
    const auto code = character.unicode();
    return (code < 0x20 && code != '\t') || (code >= 0x7F && code <= 0x9F) || code == 0xAD ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

QString visible(const std::string& line)
{
    QString shown;
    for (const QChar character : QString::fromStdString(line)) {
        if (isTreacherous(character))
            shown += QStringLiteral("\u27e8U+%1\u27e9")
                         .arg(static_cast<int>(character.unicode()), 4, 16, QLatin1Char('0'))
                         .toUpper();
        else
            shown += character;
    }
    return shown;
}

/// Without ligatures: "==" must not look like one character.
QFont codeFont()
{
    QFont font = figureFont();
    font.setStyleStrategy(QFont::PreferNoShaping);
    return font;
}

QString signText(Kind kind)
{
    return kind == Kind::Added     ? QStringLiteral("+")
           : kind == Kind::Removed ? QStringLiteral("\u2212")
                                   : QStringLiteral(" ");
}

} // namespace

/// The strip left of the text; the view paints it.
class CodeView::Gutter final : public QWidget
{
public:
    explicit Gutter(CodeView* view) : QWidget(view), m_view(*view) {}

protected:
    void paintEvent(QPaintEvent* event) override { m_view.paintGutter(event->rect()); }

private:
    CodeView& m_view;
};

CodeView::CodeView(QWidget* parent) : QPlainTextEdit(parent), m_gutter(new Gutter(this))
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setLineWrapMode(NoWrap);
    setFont(codeFont());
    document()->setDocumentMargin(SPACE);
    setTabStopDistance(4 * QFontMetricsF(figureFont()).horizontalAdvance(QLatin1Char(' ')));
    // Tab moves on to the next control instead of being typed.
    setTabChangesFocus(true);
    auto* highlighter = new LuaHighlighter(document());
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& area, int dy) {
        if (dy != 0)
            m_gutter->scroll(0, dy);
        else
            m_gutter->update(0, area.y(), m_gutter->width(), area.height());
    });
    connect(&themeManager(), &ThemeManager::themeChanged, this, [this, highlighter] {
        highlighter->rehighlight();
        markChanges();
    });
}

void CodeView::setSource(std::string_view source)
{
    std::vector<models::DiffLine> lines;
    int number = 0;
    for (const auto line : models::splitLines(source))
        lines.push_back({Kind::Same, 0, ++number, std::string(line)});
    setLines(lines, false);
}

void CodeView::setDiff(const models::LineDiff& diff)
{
    setLines(diff.lines, true);
}

void CodeView::setLines(const std::vector<models::DiffLine>& lines, bool compared)
{
    m_compared = compared;
    m_marks.clear();
    QStringList text;
    for (const auto& line : lines) {
        const bool leftOut = compared && line.oldLine == 0 && line.newLine == 0;
        text.append(leftOut ? QStringLiteral("\u22ef") : visible(line.text));
        const QString numbers =
            compared ? numberText(line.oldLine) + QLatin1Char(' ') + numberText(line.newLine)
                     : numberText(line.newLine);
        m_marks.push_back({line.kind, leftOut ? QString() : numbers});
    }
    setPlainText(text.join(QLatin1Char('\n')));
    setViewportMargins(gutterWidth(), 0, 0, 0);
    markChanges();
}

void CodeView::markChanges()
{
    QList<QTextEdit::ExtraSelection> selections;
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        if (m_marks[i].kind == Kind::Same)
            continue;
        QTextEdit::ExtraSelection selection;
        QColor wash = kindColour(m_marks[i].kind);
        wash.setAlphaF(WASH_ALPHA);
        selection.format.setBackground(wash);
        selection.format.setProperty(QTextFormat::FullWidthSelection, true);
        selection.cursor = QTextCursor(document()->findBlockByNumber(static_cast<int>(i)));
        selections.append(selection);
    }
    setExtraSelections(selections);
    m_gutter->update();
}

QString CodeView::gutterText(int line) const
{
    const auto& mark = m_marks[static_cast<std::size_t>(line)];
    return m_compared ? mark.numbers + QLatin1Char(' ') + signText(mark.kind) : mark.numbers;
}

int CodeView::gutterWidth() const
{
    const int characters = m_compared ? 2 * NUMBER_WIDTH + 3 : NUMBER_WIDTH;
    return QFontMetrics(figureFont()).horizontalAdvance(QString(characters, QLatin1Char('0'))) +
           2 * GUTTER_PADDING;
}

void CodeView::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    const QRect inside = contentsRect();
    m_gutter->setGeometry(inside.left(), inside.top(), gutterWidth(), inside.height());
}

void CodeView::paintGutter(const QRect& area)
{
    QPainter painter(m_gutter);
    painter.setFont(figureFont());
    for (auto block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF box = blockBoundingGeometry(block).translated(contentOffset());
        if (box.top() > area.bottom())
            break;
        const auto index = static_cast<std::size_t>(block.blockNumber());
        if (index >= m_marks.size())
            break;
        painter.setPen(kindColour(m_marks[index].kind));
        painter.drawText(
            QRectF(GUTTER_PADDING, box.top(), m_gutter->width() - 2 * GUTTER_PADDING, box.height()),
            int(Qt::AlignLeft) | int(Qt::AlignVCenter), gutterText(block.blockNumber()));
    }
    painter.setPen(theme().line);
    painter.drawLine(m_gutter->width() - 1, area.top(), m_gutter->width() - 1, area.bottom());
}

} // namespace ui::dialogs
