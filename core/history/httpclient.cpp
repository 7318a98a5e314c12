// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/httpclient.h"

#include <QEventLoop>
#include <QHostAddress>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTimer>
#include <QUrl>

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr qint64 MAX_BODY = 16 << 20;
constexpr auto DEADLINE = std::chrono::seconds(60);
constexpr auto STALLED = std::chrono::seconds(20);
constexpr auto LOOK_EVERY = std::chrono::milliseconds(100);
constexpr int MAX_RETRY_AFTER = 600;

class QtHttpClient final : public HttpClient
{
public:
    QtHttpClient()
    {
        m_manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        m_manager.setTransferTimeout(static_cast<int>(std::chrono::milliseconds(STALLED).count()));
    }
    Result<HttpReply> get(const std::string& url, const std::atomic<bool>& cancel) override;

private:
    QNetworkAccessManager m_manager;
};

/// What a request came to while its loop ran.
struct Watch
{
    QByteArray body;
    bool tooLarge = false;
    bool late = false;
    bool cancelled = false;
};

void waitFor(QNetworkReply& reply, Watch& watch, const std::atomic<bool>& cancel)
{
    QEventLoop loop;
    QTimer deadline;
    deadline.setSingleShot(true);
    QTimer look;
    const auto stop = [&](bool& why) {
        why = true;
        reply.abort();
    };
    QObject::connect(&reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    QObject::connect(&reply, &QNetworkReply::readyRead, &loop, [&] {
        watch.body += reply.readAll();
        if (watch.body.size() > MAX_BODY && !watch.tooLarge)
            stop(watch.tooLarge);
    });
    QObject::connect(&deadline, &QTimer::timeout, &loop, [&] { stop(watch.late); });
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (cancel.load() && !watch.cancelled)
            stop(watch.cancelled);
    });
    deadline.start(DEADLINE);
    look.start(LOOK_EVERY);
    if (!reply.isFinished())
        loop.exec();
}

std::optional<std::chrono::seconds> retryAfter(const QNetworkReply& reply)
{
    bool good = false;
    const int seconds = reply.rawHeader("Retry-After").trimmed().toInt(&good);
    if (!good || seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, MAX_RETRY_AFTER));
}

Result<HttpReply> QtHttpClient::get(const std::string& url, const std::atomic<bool>& cancel)
{
    QNetworkRequest request(QUrl(QString::fromStdString(url), QUrl::StrictMode));
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Quarterdeck"));
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    const std::unique_ptr<QNetworkReply> reply(m_manager.get(request));
    Watch watch;
    waitFor(*reply, watch, cancel);
    const std::string host = QUrl(QString::fromStdString(url)).host().toStdString();
    if (watch.cancelled)
        return Error{ErrorCode::Cancelled, "The download was stopped", "What was committed is kept."};
    if (watch.tooLarge)
        return Error{ErrorCode::Unsupported, host + " sent an answer larger than 16 MiB",
                     "Check the endpoint; what was committed is kept."};
    if (watch.late)
        return Error{ErrorCode::Io, host + " did not answer within a minute", "Check the network."};
    const QVariant status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
    const auto fault = reply->error();
    // Above the network's own errors lie those of the protocol, with a status and a body.
    if (!status.isValid() || (fault != QNetworkReply::NoError && fault < QNetworkReply::ContentAccessDenied))
        return Error{ErrorCode::Io, host + " cannot be reached: " + reply->errorString().toStdString(),
                     "Check the network and the endpoint."};
    watch.body += reply->readAll();
    return HttpReply{status.toInt(), retryAfter(*reply), watch.body.toStdString(),
                     readHttpDate(reply->rawHeader("Date").toStdString())};
}

bool isThisMachine(const QString& host)
{
    const QHostAddress address(host);
    return host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0 ||
           (!address.isNull() && address.isLoopback());
}

} // namespace

std::unique_ptr<HttpClient> openHttpClient()
{
    return std::make_unique<QtHttpClient>();
}

std::optional<Timestamp> readHttpDate(std::string_view text)
{
    // Always of this length, and always of Greenwich (RFC 9110, 5.6.7).
    constexpr std::string_view MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT"))
        return std::nullopt;
    const std::size_t month = MONTHS.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0)
        return std::nullopt;
    const auto time = parseTimestamp(fmt::format("{}-{:02}-{} {}", text.substr(12, 4), month / 3 + 1, text.substr(5, 2),
                                                 text.substr(17, 8)));
    return time ? std::optional(*time) : std::nullopt;
}

Result<std::string> checkEndpoint(const std::string& text)
{
    const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
    const bool plain = url.scheme() == QLatin1String("http");
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != QLatin1String("https") && !plain) ||
        url.hasQuery() || url.hasFragment())
        return Error{ErrorCode::InvalidInput, "The endpoint is not an address of a server",
                     "Write it as https://api.kraken.com"};
    if (!url.userInfo().isEmpty())
        return Error{ErrorCode::InvalidInput, "The endpoint holds a name or a password",
                     "Market data needs neither; leave them away."};
    if (plain && !isThisMachine(url.host()))
        return Error{ErrorCode::InvalidInput,
                     "The endpoint " + url.host().toStdString() + " would be asked without encryption",
                     "Use https; plain http is for this machine only."};
    std::string endpoint = url.toString(QUrl::StripTrailingSlash).toStdString();
    if (endpoint.ends_with('/'))
        endpoint.pop_back();
    return endpoint;
}

} // namespace core::history
