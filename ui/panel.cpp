// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panel.h"

#include "ui/elidedlabel.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedLayout>
#include <QStyle>
#include <QToolButton>

namespace ui {
namespace {

/// QDockWidget asks its title bar for a size hint and takes no notice of a fixed height.
class Header final : public QWidget
{
public:
    using QWidget::QWidget;
    [[nodiscard]] QSize sizeHint() const override
    {
        return {QWidget::sizeHint().width(), HEADER_HEIGHT};
    }
};

} // namespace

Panel::Panel(const QString& objectName, const QString& title, QWidget* parent)
    : QDockWidget(title, parent)
{
    setObjectName(objectName);
    makeHeader();
    auto* frame = new QWidget(this);
    auto* inside = new QVBoxLayout(frame);
    // The line around the panel and the rounded corners are painted underneath.
    inside->setContentsMargins(1, 0, 1, SPACE);
    m_stack = new QStackedLayout;
    inside->addLayout(m_stack);
    makeStatePage();
    setWidget(frame);
    setAccessibleName(title);
    connect(&themeManager(), &ThemeManager::themeChanged, this, qOverload<>(&QWidget::update));
}

void Panel::makeHeader()
{
    m_header = new Header(this);
    m_header->setFixedHeight(HEADER_HEIGHT);
    m_headerLayout = new QHBoxLayout(m_header);
    m_headerLayout->setContentsMargins(3 * SPACE, 0, SPACE, 0);
    m_headerLayout->setSpacing(2 * SPACE);
    m_title = new QLabel(windowTitle(), m_header);
    setRole(m_title, "title");
    m_titleWidget = m_title;
    m_context = new ElidedLabel(m_header, Qt::ElideLeft);
    m_context->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_context->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setRole(m_context, "dim");
    m_contextWidget = m_context;
    m_menuButton = new QToolButton(m_header);
    m_menuButton->setIcon(icon(QLatin1StringView("more"), Token::Faint));
    m_menuButton->setFixedSize(HIT_TARGET, HIT_TARGET);
    m_menuButton->setFocusPolicy(Qt::TabFocus);
    m_menuButton->setToolTip(tr("Panel menu"));
    m_menuButton->setAccessibleName(tr("Menu of the panel %1").arg(windowTitle()));
    connect(m_menuButton, &QToolButton::clicked, this, &Panel::showMenu);
    m_headerLayout->addWidget(m_title);
    m_headerLayout->addWidget(m_context, 1);
    m_headerLayout->addWidget(m_menuButton);
    setTitleBarWidget(m_header);
}

void Panel::makeStatePage()
{
    m_statePage = new QWidget(this);
    auto* column = new QVBoxLayout(m_statePage);
    column->setContentsMargins(4 * SPACE, 2 * SPACE, 4 * SPACE, 2 * SPACE);
    column->setSpacing(2 * SPACE);
    m_stateHeadline = new QLabel(m_statePage);
    m_stateText = new QLabel(m_statePage);
    for (QLabel* label : {m_stateHeadline, m_stateText}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    setRole(m_stateHeadline, "bad");
    m_stateProgress = new QProgressBar(m_statePage);
    m_stateProgress->setMaximumWidth(240);
    m_stateProgress->setTextVisible(false);
    m_stateButton = new QPushButton(m_statePage);
    m_stateButton->setProperty("primary", true);
    connect(m_stateButton, &QPushButton::clicked, this, &Panel::actionTriggered);
    column->addStretch(1);
    column->addWidget(m_stateHeadline);
    column->addWidget(m_stateText);
    auto* progressRow = new QHBoxLayout;
    progressRow->addStretch(1);
    progressRow->addWidget(m_stateProgress, 2);
    progressRow->addStretch(1);
    column->addLayout(progressRow);
    column->addWidget(m_stateButton, 0, Qt::AlignHCenter);
    column->addStretch(1);
    m_stack->addWidget(m_statePage);
}

void Panel::setBody(QWidget* body)
{
    delete m_body;
    m_body = body;
    m_stack->addWidget(body);
    showBody();
}

void Panel::setTitleWidget(QWidget* widget)
{
    delete m_headerLayout->replaceWidget(m_titleWidget, widget);
    if (m_titleWidget == m_title)
        m_title->hide();
    else
        delete m_titleWidget;
    m_titleWidget = widget;
}

void Panel::addHeaderWidget(QWidget* widget)
{
    m_headerLayout->insertWidget(m_headerLayout->indexOf(m_contextWidget), widget);
}

void Panel::setContextText(const QString& text)
{
    if (text == m_contextText)
        return;
    m_contextText = text;
    m_context->setText(text);
}

void Panel::setContextWidget(QWidget* widget)
{
    delete m_headerLayout->replaceWidget(m_contextWidget, widget);
    if (m_contextWidget == m_context)
        m_context->hide();
    else
        delete m_contextWidget;
    m_contextWidget = widget;
    m_headerLayout->setStretchFactor(widget, 1);
}

void Panel::setContextIsFigures()
{
    setRole(m_context, "figures");
}

void Panel::showBody()
{
    if (m_body)
        m_stack->setCurrentWidget(m_body);
}

bool Panel::showsBody() const
{
    return m_body && m_stack->currentWidget() == m_body;
}

void Panel::focusContent()
{
    (showsBody() ? m_body : static_cast<QWidget*>(m_stateButton))->setFocus();
}

void Panel::showState(const QString& headline, const QString& text, const QString& action)
{
    m_stateHeadline->setText(headline);
    m_stateHeadline->setVisible(!headline.isEmpty());
    m_stateText->setText(text);
    m_stateButton->setText(action);
    m_stateButton->setVisible(!action.isEmpty());
    m_stateProgress->hide();
    m_stack->setCurrentWidget(m_statePage);
}

void Panel::setEmptyState(const QString& text, const QString& action)
{
    setRole(m_stateText, "secondary");
    showState({}, text, action);
}

void Panel::setLoading(const QString& text, double fraction)
{
    setRole(m_stateText, "secondary");
    showState({}, text, {});
    m_stateProgress->setRange(0, fraction < 0.0 ? 0 : 1000);
    if (fraction >= 0.0)
        m_stateProgress->setValue(static_cast<int>(fraction * 1000.0));
    m_stateProgress->show();
}

void Panel::setError(const QString& what, const QString& remedy, const QString& action)
{
    setRole(m_stateText, "secondary");
    showState(what, remedy, action);
}

void Panel::setError(const core::Error& error, const QString& action)
{
    setError(QString::fromStdString(error.what), QString::fromStdString(error.remedy), action);
}

void Panel::showMenu()
{
    QMenu menu(this);
    menu.addActions(actions());
    menu.addSeparator();
    QAction* floating =
        menu.addAction(icon(QLatin1StringView("float")), isFloating() ? tr("&Dock") : tr("&Float"));
    QAction* close = menu.addAction(icon(QLatin1StringView("close")), tr("&Close"));
    const QAction* chosen = menu.exec(m_menuButton->mapToGlobal(QPoint(0, m_menuButton->height())));
    if (chosen == floating)
        setFloating(!isFloating());
    else if (chosen == close)
        toggleViewAction()->trigger();
}

void Panel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().line, 1.0));
    painter.setBrush(theme().panel);
    const QRectF edge = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(edge, PANEL_RADIUS, PANEL_RADIUS);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int y = m_header->geometry().bottom();
    painter.drawLine(1, y, width() - 2, y);
}

void Panel::changeEvent(QEvent* event)
{
    QDockWidget::changeEvent(event);
    if (event->type() == QEvent::WindowTitleChange && m_title)
        m_title->setText(windowTitle());
}

void fitHeight(QDialog& dialog)
{
    const int wanted = dialog.layout()->totalHeightForWidth(dialog.width());
    if (wanted > dialog.height())
        dialog.resize(dialog.width(), wanted);
}

void setRole(QWidget* widget, const char* role)
{
    const QVariant value = QString::fromLatin1(role);
    if (widget->property("role") == value)
        return;
    widget->setProperty("role", value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

} // namespace ui
