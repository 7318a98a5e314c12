// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QStringList>

namespace ui {

/// One line of text that gives way: where it does not fit it ends in an ellipsis, and its tool tip
/// has the whole.
class ElidedLabel final : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr, Qt::TextElideMode mode = Qt::ElideRight);
    /// Offers shorter wordings for when the text does not fit, longest first.
    void setShorterTexts(const QStringList& texts);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] bool fits(const QString& text) const;
    [[nodiscard]] QString shown() const;
    QStringList m_shorter;
    Qt::TextElideMode m_mode;
};

} // namespace ui
