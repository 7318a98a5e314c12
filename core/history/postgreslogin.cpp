// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/postgreslogin.h"

#include <poll.h>

#include <cctype>
#include <cerrno>
#include <memory>

#include <libpq-fe.h>

namespace core::history {

namespace {

using std::chrono::steady_clock;

struct Finish
{
    void operator()(PGconn* connection) const { PQfinish(connection); }
};

/// "…:  28P01", as the error of a login ends that tells states instead of words.
std::string stateIn(std::string text)
{
    constexpr std::size_t LENGTH = 5;
    constexpr std::string_view LEAD = ":  ";
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
        text.pop_back();
    if (text.size() < LENGTH + LEAD.size() || text.compare(text.size() - LENGTH - LEAD.size(), LEAD.size(), LEAD) != 0)
        return {};
    std::string state = text.substr(text.size() - LENGTH);
    for (const char c : state) {
        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z'))
            return {};
    }
    return state;
}

/// Waits until the socket can go on; false at the deadline.
bool waitsFor(PGconn* connection, PostgresPollingStatusType what, steady_clock::time_point deadline)
{
    pollfd socket{PQsocket(connection), static_cast<short>(what == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
        if (left <= 0)
            return false;
        const int ready = ::poll(&socket, 1, static_cast<int>(left));
        if (ready != 0 && !(ready < 0 && errno == EINTR))
            return ready > 0;
    }
}

LoginFailure::Stage stageOf(ConnStatusType status)
{
    switch (status) {
    case CONNECTION_SSL_STARTUP:
        return LoginFailure::Stage::Securing;
    case CONNECTION_AWAITING_RESPONSE:
    case CONNECTION_AUTH_OK:
        return LoginFailure::Stage::Entering;
    default:
        return LoginFailure::Stage::Reaching;
    }
}

} // namespace

LoginFailure whyLoginFails(const LoginParameters& parameters, steady_clock::time_point deadline)
{
    LoginFailure failure;
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : parameters) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    const std::unique_ptr<PGconn, Finish> connection(PQconnectStartParams(keys.data(), values.data(), 0));
    if (!connection || PQstatus(connection.get()) == CONNECTION_BAD)
        return failure;
    PQsetErrorVerbosity(connection.get(), PQERRORS_SQLSTATE);
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        failure.stage = stageOf(PQstatus(connection.get()));
        if (!waitsFor(connection.get(), status, deadline))
            return failure;
        status = PQconnectPoll(connection.get());
    }
    if (status == PGRES_POLLING_OK)
        return failure;
    failure.state = stateIn(PQerrorMessage(connection.get()));
    failure.lacksPassword = PQconnectionNeedsPassword(connection.get()) != 0;
    return failure;
}

Error loginError(const LoginFailure& failure, const std::string& what)
{
    const std::string& state = failure.state;
    if (failure.lacksPassword || state == "28P01")
        return {ErrorCode::Refused, what,
                "Put the password into ~/.pgpass (readable by you alone) or into the environment variable "
                "PGPASSWORD."};
    if (state.starts_with("28"))
        return {ErrorCode::Refused, what,
                "Name a user that the server knows: postgresql://USER@HOST/DATABASE. If it is the right one, ask "
                "whoever runs the server to let this machine and user in."};
    if (state == "3D000")
        return {ErrorCode::NotFound, what, "Create the database on the server first, or name another one."};
    if (state == "42501")
        return {ErrorCode::Refused, what, "Ask whoever runs the server for the right to connect to that database."};
    if (state.starts_with("53"))
        return {ErrorCode::Busy, what, "The server takes no more connections now. Try again later."};
    if (state.starts_with("57P"))
        return {ErrorCode::Busy, what, "The server is starting or stopping. Try again in a moment."};
    if (failure.stage == LoginFailure::Stage::Securing)
        return {ErrorCode::Refused, what,
                "Turn on TLS on the server, with a certificate that this machine trusts: a history is not read over "
                "an open line."};
    return {ErrorCode::Io, what, "Check that the server runs and that its name and port are right."};
}

} // namespace core::history
