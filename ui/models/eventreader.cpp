// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/eventreader.h"

#include "core/journal/reader.h"

#include <exception>

namespace ui::models {

namespace {

constexpr std::int64_t LINES_BETWEEN_LOOKS = 1024;
constexpr std::string_view MEMBER = "\"correlation\":\"";

/// The configuration's digits before the number of every event; a session has one for all.
std::string prefixOf(std::string_view line)
{
    const std::size_t at = line.find(MEMBER);
    if (at == std::string_view::npos)
        return {};
    const std::string_view id = line.substr(at + MEMBER.size());
    const std::size_t dash = id.find('-');
    return dash == std::string_view::npos ? std::string() : std::string(id.substr(0, dash + 1));
}

/// The member as the journal writes it. Quotes inside texts are escaped, so nothing else looks
/// alike.
std::string memberOf(std::string_view prefix, core::CorrelationId event)
{
    const QByteArray number =
        QByteArray::number(qulonglong(event.value), 16).rightJustified(6, '0');
    return std::string(MEMBER) + std::string(prefix) + number.toStdString() + '"';
}

core::Result<EventChainPtr> readGuarded(const std::filesystem::path& session,
                                        core::CorrelationId event,
                                        const std::atomic<bool>& cancelled)
{
    try {
        return readEventChain(session, event, cancelled);
    } catch (const std::exception& exception) {
        return core::Error{core::ErrorCode::Internal,
                           std::string("reading the journal failed: ") + exception.what(),
                           "The journal is untouched. Try again."};
    }
}

} // namespace

core::Result<EventChainPtr> readEventChain(const std::filesystem::path& session,
                                           core::CorrelationId event,
                                           const std::atomic<bool>& cancelled)
{
    auto reader = core::journal::LineReader::open(session / "all.jsonl");
    if (!reader)
        return reader.error();
    auto chain = std::make_shared<EventChain>();
    std::string wanted;
    std::size_t bytes = 0;
    while (reader->next() && reader->ended()) {
        if (reader->number() % LINES_BETWEEN_LOOKS == 0 && cancelled)
            return core::Error{core::ErrorCode::Cancelled, "reading the journal was cancelled", ""};
        const std::string_view line = reader->line();
        if (wanted.empty())
            wanted = memberOf(prefixOf(line), event);
        if (line.find(wanted) == std::string_view::npos)
            continue;
        bytes += line.size();
        if (chain->lines.size() == MOST_EVENT_LINES || bytes > MOST_EVENT_BYTES) {
            chain->more = true;
            break;
        }
        chain->lines.push_back(
            describeJournalLine(QByteArrayView(line.data(), static_cast<qsizetype>(line.size()))));
    }
    return EventChainPtr(std::move(chain));
}

EventReader::EventReader(QObject* parent)
    : QObject(parent), m_cancelled(std::make_shared<std::atomic<bool>>(false))
{
    m_pool.setMaxThreadCount(1);
}

EventReader::~EventReader()
{
    cancel();
    m_pool.waitForDone();
}

void EventReader::cancel()
{
    *m_cancelled = true;
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    ++m_token;
}

quint64 EventReader::request(const std::filesystem::path& session, core::CorrelationId event)
{
    cancel();
    m_pool.start([this, token = m_token, cancelled = m_cancelled, session, event] {
        auto result = readGuarded(session, event, *cancelled);
        QMetaObject::invokeMethod(
            this, [this, token, result = std::move(result)] { handleRead(token, result); },
            Qt::QueuedConnection);
    });
    return m_token;
}

void EventReader::handleRead(quint64 token, const core::Result<EventChainPtr>& result)
{
    if (token != m_token)
        return;
    if (result)
        emit ready(token, *result);
    else
        emit failed(token, QString::fromStdString(result.error().what),
                    QString::fromStdString(result.error().remedy));
}

} // namespace ui::models
