// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/journalline.h"

#include "ui/format.h"
#include "ui/models/words.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <limits>
#include <type_traits>

namespace ui::models {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(JournalLine)
};

using namespace core::execution;

/// The enumerator whose name the journal wrote, put into words; the name itself when there is none.
template <typename Enum> QString wordFor(const QString& written, QString (*word)(Enum))
{
    // They count from zero without a gap, and nothing behind the last one has a name.
    for (int i = 0; i <= std::numeric_limits<std::underlying_type_t<Enum>>::max(); ++i) {
        const std::string_view known = name(static_cast<Enum>(i));
        if (written == QLatin1StringView(known.data(), static_cast<qsizetype>(known.size())))
            return word(static_cast<Enum>(i));
        if (known.empty() && i > 0)
            break;
    }
    return QString(written).replace(QLatin1Char('_'), QLatin1Char(' '));
}

/// A line's members, by the names of the journal.
class Members
{
public:
    explicit Members(const QJsonObject& object) : m_object(object) {}

    [[nodiscard]] bool has(const char* key) const
    {
        return m_object.contains(QLatin1StringView(key));
    }
    [[nodiscard]] QString text(const char* key) const
    {
        const QJsonValue value = m_object.value(QLatin1StringView(key));
        return value.isDouble() ? QString::number(value.toDouble(), 'g', 17)
               : value.isBool() ? (value.toBool() ? Text::tr("yes") : Text::tr("no"))
                                : value.toString();
    }
    [[nodiscard]] bool flag(const char* key) const
    {
        return m_object.value(QLatin1StringView(key)).toBool();
    }
    [[nodiscard]] QString figure(const char* key) const { return journalFigure(text(key)); }
    /// Without its sign, where words say the direction.
    [[nodiscard]] QString size(const char* key) const
    {
        const QString signedText = text(key);
        return journalFigure(signedText.startsWith(QLatin1Char('-')) ? signedText.mid(1) : signedText);
    }
    [[nodiscard]] bool isZero(const char* key) const
    {
        return figure(key) == QLatin1StringView("0");
    }
    [[nodiscard]] QString time(const char* key) const
    {
        const auto time = core::parseTimestamp(text(key).toStdString());
        return time ? format::dateTime(*time) : text(key);
    }
    [[nodiscard]] const QJsonObject& object() const { return m_object; }

private:
    const QJsonObject& m_object;
};

/// Gathers "label figure" pairs.
class Amounts
{
public:
    explicit Amounts(const Members& members) : m_members(members) {}

    Amounts& add(const QString& label, const char* key)
    {
        if (m_members.has(key))
            m_list.append(Text::tr("%1 %2", "label, figure").arg(label, m_members.figure(key)));
        return *this;
    }
    /// Leaves out what is zero.
    Amounts& addSome(const QString& label, const char* key)
    {
        return m_members.isZero(key) ? *this : add(label, key);
    }
    Amounts& say(const QString& text)
    {
        if (!text.isEmpty())
            m_list.append(text);
        return *this;
    }
    [[nodiscard]] QStringList take() { return std::move(m_list); }

private:
    const Members& m_members;
    QStringList m_list;
};

QString legWords(const Members& members)
{
    if (!members.has("leg"))
        return {};
    return (members.text("leg") == QLatin1StringView("stop_loss")
                ? Text::tr("stop-loss of order %1")
                : Text::tr("take-profit of order %1"))
        .arg(members.text("parent"));
}

QString timeInForce(const Members& members)
{
    const QString tif = members.text("tif");
    if (tif == QLatin1StringView("gtd"))
        return Text::tr("good till %1").arg(members.time("expires"));
    return tif == QLatin1StringView("ioc") ? Text::tr("immediate or cancel") : QString();
}

void describeOrder(JournalLine& line, const Members& members)
{
    const QString status = members.text("status");
    line.event =
        Text::tr("order %1").arg(wordFor(status, words::orderStatus));
    line.token = status == QLatin1StringView("rejected") ? Token::Bad
                 : status == QLatin1StringView("filled") ? Token::Ok
                                                         : Token::Text;
    line.what =
        Text::tr("%1 %2 of %3 %4, order %5", "side, type, size, symbol, number")
            .arg(wordFor(members.text("side"), words::side),
                 wordFor(members.text("type"), words::orderType),
                 members.figure("quantity"), members.text("symbol"), members.text("order_id"));
    Amounts amounts(members);
    amounts.say(wordFor(members.text("reason"), words::reason))
        .add(Text::tr("stop"), "stop")
        .add(Text::tr("limit"), "limit")
        .add(Text::tr("trails by"), "trail")
        .add(Text::tr("trails by the share"), "trail_fraction")
        .addSome(Text::tr("filled"), "filled")
        .add(Text::tr("stop-loss"), "stop_loss")
        .add(Text::tr("take-profit"), "take_profit")
        .say(timeInForce(members))
        .say(members.flag("reduce_only") ? Text::tr("reduces only") : QString())
        .say(members.flag("triggered") ? Text::tr("stop reached") : QString())
        .say(legWords(members));
    line.amounts = amounts.take();
}

void describeFill(JournalLine& line, const Members& members)
{
    line.event = Text::tr("fill");
    line.token =
        members.text("rule") == QLatin1StringView("liquidation") ? Token::Bad : Token::Accent;
    line.what = Text::tr("%1 %2 %3 at %4, order %5", "side, size, symbol, price, number")
                    .arg(wordFor(members.text("side"), words::side),
                         members.size("quantity"), members.text("symbol"),
                         members.figure("price"), members.text("order_id"));
    const QString rule = wordFor(members.text("rule"), words::fillRule);
    Amounts amounts(members);
    amounts.say(Text::tr("by the rule \"%1\"").arg(rule))
        .say(wordFor(members.text("liquidity"), words::liquidity))
        .add(Text::tr("reference"), "reference_price")
        .add(Text::tr("notional"), "notional")
        .add(Text::tr("fee"), "fee")
        .add(Text::tr("opening fee"), "opening_fee")
        .addSome(Text::tr("liquidation fee"), "liquidation_fee")
        .add(Text::tr("slippage"), "slippage")
        .add(Text::tr("spread"), "spread")
        .addSome(Text::tr("realised"), "realised_profit")
        .add(Text::tr("position"), "position_after")
        .add(Text::tr("cash"), "cash_after")
        .say(members.flag("ambiguous") ? Text::tr("ambiguous") : QString())
        .add(Text::tr("at stake"), "stake")
        .say(legWords(members))
        .say(Text::tr("decided %1").arg(members.time("decision_time")));
    line.amounts = amounts.take();
}

void describeEntry(JournalLine& line, const Members& members)
{
    const QString kind = members.text("kind");
    line.event = Text::tr("ledger");
    line.what = QString(kind).replace(QLatin1Char('_'), QLatin1Char(' '));
    if (members.has("fill_id"))
        line.what = Text::tr("%1 of fill %2").arg(line.what, members.text("fill_id"));
    Amounts amounts(members);
    amounts.add(Text::tr("cash"), "cash")
        .addSome(members.text("symbol"), "quantity")
        .add(Text::tr("mark"), "mark");
    line.amounts = amounts.take();
    line.token = Token::Dim;
}

void describeMargin(JournalLine& line, const Members& members, const QString& event)
{
    Amounts amounts(members);
    if (event == QLatin1StringView("margin_cut")) {
        line.event = Text::tr("cut by the margin");
        line.what = Text::tr("order %1 may fill only in part").arg(members.text("order_id"));
        line.token = Token::Warn;
        amounts.add(Text::tr("asked"), "asked").add(Text::tr("granted"), "granted");
    } else if (event == QLatin1StringView("margin_call")) {
        line.event = Text::tr("margin call");
        line.what = Text::tr("equity is below the maintenance margin");
        line.token = Token::Bad;
        amounts.add(Text::tr("equity"), "equity")
            .add(Text::tr("maintenance"), "maintenance")
            .add(Text::tr("exposure"), "exposure");
    } else {
        line.event = Text::tr("liquidated");
        line.what = Text::tr("every position is closed, the account is halted");
        line.token = Token::Bad;
        amounts.add(Text::tr("bad debt"), "bad_debt").add(Text::tr("cash"), "cash");
    }
    line.amounts = amounts.take();
}

/// What the user did to an account; false for other events.
bool describeAct(JournalLine& line, const Members& members, const QString& event)
{
    Amounts amounts(members);
    if (event == QLatin1StringView("account_halted")) {
        line.what = Text::tr("by the user: entries are cancelled, nothing opens");
        amounts.add(Text::tr("cancelled"), "orders_cancelled").add(Text::tr("kept"), "orders_kept");
    } else if (event == QLatin1StringView("account_resumed")) {
        line.what = Text::tr("by the user: the strategy trades again");
        amounts.say(Text::tr("was %1").arg(members.text("from")));
    } else if (event == QLatin1StringView("account_reset")) {
        line.what = Text::tr("by the user: epoch %1 begins").arg(members.text("epoch"));
        amounts.addSome(Text::tr("orders cancelled"), "orders_cancelled")
            .addSome(Text::tr("positions closed"), "positions_closed")
            .add(Text::tr("withdrawn"), "withdrawn")
            .add(Text::tr("deposited"), "deposited");
    } else if (event == QLatin1StringView("leverage_changed")) {
        line.what = Text::tr("by the user: long %1 ×, short %2 ×")
                        .arg(members.figure("long_leverage"), members.figure("short_leverage"));
        amounts.add(Text::tr("long before"), "long_leverage_before")
            .add(Text::tr("short before"), "short_leverage_before");
    } else {
        return false;
    }
    line.event = QString(event).replace(QLatin1Char('_'), QLatin1Char(' '));
    line.amounts = amounts.add(Text::tr("equity"), "equity").take();
    line.token = Token::Warn;
    return true;
}

/// Whatever the journal says, in its own names.
void describeOther(JournalLine& line, const Members& members, const QString& event)
{
    static const QSet<QString> ENVELOPE = {
        QStringLiteral("ts"),      QStringLiteral("seq"),         QStringLiteral("session"),
        QStringLiteral("stream"),  QStringLiteral("level"),       QStringLiteral("event"),
        QStringLiteral("chain"),   QStringLiteral("correlation"), QStringLiteral("strategy"),
        QStringLiteral("message"), QStringLiteral("text"),        QStringLiteral("name")};
    line.event = QString(event).replace(QLatin1Char('_'), QLatin1Char(' '));
    for (const char* key : {"message", "text", "name"})
        if (line.what.isEmpty())
            line.what = members.text(key);
    for (const QString& key : members.object().keys())
        if (const QByteArray written = key.toUtf8(); !ENVELOPE.contains(key))
            line.amounts.append(Text::tr("%1 %2", "label, figure")
                                    .arg(QString(key).replace(QLatin1Char('_'), QLatin1Char(' ')),
                                         members.figure(written.constData())));
    line.token = event == QLatin1StringView("plot") ? Token::Faint : Token::Text;
}

QString strategyOf(const Members& members)
{
    static const QLatin1StringView STREAM("strategy-");
    const QString stream = members.text("stream");
    return stream.startsWith(STREAM) ? stream.mid(STREAM.size()) : members.text("strategy");
}

} // namespace

QString journalFigure(const QString& decimal)
{
    const qsizetype point = decimal.indexOf(QLatin1Char('.'));
    const int decimals = point < 0 ? 0 : static_cast<int>(decimal.size() - point - 1);
    bool whole = false;
    const qlonglong count = QString(decimal).remove(QLatin1Char('.')).toLongLong(&whole);
    if (!whole || decimals > core::MAX_DECIMALS)
        return decimal;
    QString figure = format::decimal(count, decimals);
    if (decimals == 0)
        return figure;
    while (figure.endsWith(QLatin1Char('0')))
        figure.chop(1);
    if (figure.endsWith(QLatin1Char('.')))
        figure.chop(1);
    return figure;
}

JournalLine describeJournalLine(QByteArrayView text)
{
    JournalLine line;
    line.raw = QString::fromUtf8(text);
    const QJsonObject object = QJsonDocument::fromJson(text.toByteArray()).object();
    if (object.isEmpty()) {
        line.event = Text::tr("unreadable");
        line.what = line.raw;
        line.token = Token::Bad;
        return line;
    }
    const Members members(object);
    if (const auto time = core::parseTimestamp(members.text("ts").toStdString()))
        line.time = *time;
    line.strategy = strategyOf(members);
    const QString event = members.text("event");
    if (event == QLatin1StringView("order"))
        describeOrder(line, members);
    else if (event == QLatin1StringView("fill"))
        describeFill(line, members);
    else if (event == QLatin1StringView("ledger"))
        describeEntry(line, members);
    else if (event == QLatin1StringView("margin_cut") ||
             event == QLatin1StringView("margin_call") || event == QLatin1StringView("liquidated"))
        describeMargin(line, members, event);
    else if (!describeAct(line, members, event))
        describeOther(line, members, event);
    return line;
}

} // namespace ui::models
