// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

// Resources of a static library are only linked in when somebody asks for them; the macro must
// stand outside of any namespace.
static void initialiseResources()
{
    Q_INIT_RESOURCE(icons);
}

namespace ui {
namespace {

class TokenIconEngine final : public QIconEngine
{
public:
    TokenIconEngine(QString name, Token token) : m_name(std::move(name)), m_token(token) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const Token token = mode == QIcon::Disabled ? Token::Faint : m_token;
        QSvgRenderer renderer(
            iconSource(QLatin1StringView(m_name.toLatin1()), theme().colour(token)));
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const int side = std::min(rect.width(), rect.height());
        QRect square(0, 0, side, side);
        square.moveCenter(rect.center());
        renderer.render(painter, square);
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    [[nodiscard]] QIconEngine* clone() const override
    {
        return new TokenIconEngine(m_name, m_token);
    }

private:
    QString m_name;
    Token m_token;
};

QByteArray iconFile(QLatin1StringView name)
{
    static const bool initialised = (initialiseResources(), true);
    Q_UNUSED(initialised)
    QFile file(QStringLiteral(":/icons/") + name + QLatin1StringView(".svg"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

QByteArray iconSource(QLatin1StringView name, const QColor& colour)
{
    return iconFile(name).replace("currentColor", colour.name().toLatin1());
}

QIcon icon(QLatin1StringView name, Token token)
{
    if (iconFile(name).isEmpty())
        return {};
    return QIcon(new TokenIconEngine(QString(name), token));
}

} // namespace ui
