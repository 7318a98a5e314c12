// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historysurvey.h"

#include <QWidget>

#include <optional>

namespace ui::panels {

/// The coverage of one instrument over a range that the wheel, a drag, the arrow keys, + and − change; Home and a
/// double click show all of it again. Shows what it has, stretched, until a finer strip comes.
class CoverageView final : public QWidget
{
    Q_OBJECT

public:
    explicit CoverageView(QWidget* parent = nullptr);

    /// Shows all of another instrument; nothing empties the view.
    void setInstrument(const std::optional<core::history::Coverage>& coverage);
    /// What is stored of the same instrument is other than before; the range stays where it can.
    void updateInstrument(const core::history::Coverage& coverage);
    /// Takes a strip of the instrument, of whatever range.
    void setStrip(const core::history::StripPtr& strip);
    void showRange(core::history::TimeRange range);
    /// What is shown.
    [[nodiscard]] const core::history::TimeRange& range() const { return m_range; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    /// The view needs a strip of that range, in so many stretches; of several requests the last one counts.
    void stripWanted(const core::Symbol& symbol, const core::history::TimeRange& range, int bins);
    void rangeChanged(const core::history::TimeRange& range);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QRectF stripBox() const;
    [[nodiscard]] core::history::TimeRange whole() const;
    [[nodiscard]] core::Timestamp timeAt(double x) const;
    void zoom(double factor, core::Timestamp about);
    void move(core::Nanoseconds by);
    void want();
    void paintAxis(QPainter& painter) const;

    std::optional<core::history::Coverage> m_coverage;
    core::history::StripPtr m_strip;
    core::history::TimeRange m_range{core::Timestamp(), core::Timestamp()};
    double m_dragX = 0.0;
};

} // namespace ui::panels
