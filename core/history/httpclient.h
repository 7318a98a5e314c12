// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/timestamp.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace core::history {

struct HttpReply
{
    int status = 0;
    std::optional<std::chrono::seconds> retryAfter; ///< How long the server asks to wait.
    std::string body;
    std::optional<Timestamp> date = std::nullopt; ///< When the server answered, by its own clock.
};

/// Fetches over the network, one at a time; any thread but the window's, which it would hold up.
class HttpClient
{
public:
    virtual ~HttpClient() = default;
    /// Any status is a reply. Fails with Io where none came whole within a minute, with Unsupported where it
    /// is larger than 16 MiB, and with Cancelled.
    [[nodiscard]] virtual Result<HttpReply> get(const std::string& url, const std::atomic<bool>& cancel) = 0;
};

/// Over Qt's network classes. Lives on the thread that makes it, which needs no event loop of its own.
/// Follows no redirection and keeps no cookies.
[[nodiscard]] std::unique_ptr<HttpClient> openHttpClient();

/// The moment in a Date header: "Tue, 11 Nov 2025 00:17:04 GMT". Nothing where it has another form.
[[nodiscard]] std::optional<Timestamp> readHttpDate(std::string_view text);

/// The address of a server as people write it, without a "/" at its end. Fails with InvalidInput on anything
/// but https, or http to this machine, and on names, passwords and queries in it.
[[nodiscard]] Result<std::string> checkEndpoint(const std::string& text);

} // namespace core::history
