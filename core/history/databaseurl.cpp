// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/databaseurl.h"

#include <QString>
#include <QUrl>
#include <QUrlQuery>

namespace core::history {

namespace {

constexpr std::string_view SQLITE_SCHEME = "sqlite://";
constexpr std::string_view SERVER_SCHEMES[] = {"postgresql://", "postgres://"};
constexpr int STANDARD_PORT = 5432;
constexpr const char* HOW_TO_WRITE =
    "Write sqlite:///PATH or postgresql://USER@HOST/DATABASE.";

/// Not quoted: a mistyped one may hold a password.
Error malformed()
{
    return {ErrorCode::InvalidInput, "that is no database URL", HOW_TO_WRITE};
}

/// True for anything like user:password@…, well-formed or not.
bool holdsPassword(std::string_view url)
{
    const std::size_t slashes = url.find("//");
    const std::string_view rest = slashes == std::string_view::npos ? url : url.substr(slashes + 2);
    const std::size_t at = rest.rfind('@');
    return at != std::string_view::npos && rest.substr(0, at).find(':') != std::string_view::npos;
}

bool isServerUrl(std::string_view url)
{
    for (const std::string_view scheme : SERVER_SCHEMES) {
        if (url.starts_with(scheme))
            return true;
    }
    return false;
}

} // namespace

Result<DatabaseUrl> DatabaseUrl::parse(std::string_view url)
{
    if (url.starts_with(SQLITE_SCHEME) && url.size() > SQLITE_SCHEME.size())
        return DatabaseUrl(std::filesystem::path(url.substr(SQLITE_SCHEME.size())));
    if (holdsPassword(url))
        return Error{ErrorCode::InvalidInput, "the database URL holds a password",
                     "Leave it out: it would end up in settings and process lists. Put it into ~/.pgpass, or into "
                     "the environment variable PGPASSWORD."};
    if (!isServerUrl(url))
        return malformed();
    const QUrl parsed(QString::fromUtf8(url.data(), static_cast<qsizetype>(url.size())), QUrl::StrictMode);
    if (!parsed.isValid())
        return malformed();
    if (parsed.hasFragment() || parsed.query().contains(QLatin1String("password")))
        return Error{ErrorCode::InvalidInput, "the database URL holds more than a user, a host and a database",
                     HOW_TO_WRITE};
    DatabaseUrl result;
    result.m_user = parsed.userName(QUrl::FullyDecoded).toStdString();
    result.m_host = parsed.host(QUrl::FullyDecoded).toStdString();
    result.m_database = parsed.path(QUrl::FullyDecoded).mid(1).toStdString();
    // A folder with the server's socket stands in the query, as libpq has it: ?host=/run/postgresql
    const QUrlQuery query(parsed);
    for (const auto& [key, value] : query.queryItems(QUrl::FullyDecoded)) {
        if (key != QLatin1String("host") || !result.m_host.empty() || !value.startsWith(QLatin1Char('/')))
            return malformed();
        result.m_host = value.toStdString();
    }
    const int port = parsed.port(STANDARD_PORT);
    if (result.m_host.empty() || result.m_database.empty() || port < 1)
        return malformed();
    result.m_port = static_cast<std::uint16_t>(port);
    return result;
}

std::string DatabaseUrl::withoutPassword(std::string_view url)
{
    std::string clean(url);
    const std::size_t slashes = clean.find("//");
    const std::size_t begin = slashes == std::string::npos ? 0 : slashes + 2;
    const std::size_t at = clean.rfind('@');
    if (const std::size_t colon = clean.find(':', begin); at != std::string::npos && colon < at)
        clean.erase(colon, at - colon);
    if (clean.find("password") != std::string::npos)
        clean.resize(std::min(clean.size(), clean.find('?')));
    return clean;
}

bool DatabaseUrl::isLocal() const
{
    return !isServer() || m_host.starts_with('/') || m_host == "localhost" || m_host == "127.0.0.1" ||
           m_host == "::1";
}

std::string DatabaseUrl::text() const
{
    if (!isServer())
        return m_file.string();
    const auto encoded = [](const std::string& part, const char* also = "") {
        return QUrl::toPercentEncoding(QString::fromStdString(part), also).toStdString();
    };
    const bool isSocket = m_host.starts_with('/');
    std::string url = "postgresql://" + (m_user.empty() ? std::string() : encoded(m_user) + "@");
    if (!isSocket)
        url += m_host.find(':') == std::string::npos ? m_host : "[" + m_host + "]";
    if (m_port != STANDARD_PORT)
        url += ":" + std::to_string(m_port);
    url += "/" + encoded(m_database);
    return isSocket ? url + "?host=" + encoded(m_host, "/") : url;
}

} // namespace core::history
