// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databaseurl.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace core::history {

/// What a connection to a server is asked for, as libpq names it: {"host", "localhost"}, …
using LoginParameters = std::vector<std::pair<std::string, std::string>>;

/// Why a login failed, told apart without reading the server's or libpq's words, which come in the user's language.
struct LoginFailure
{
    enum class Stage {
        Reaching, ///< Nobody answered.
        Securing, ///< TLS.
        Entering  ///< The server said no.
    };
    Stage stage = Stage::Reaching;
    std::string state;        ///< The server's SQLSTATE; empty where it gave none.
    bool lacksPassword = false; ///< The server asked for one, and none was known.
};

/// Logs in once more to learn why that fails, until `deadline` at the latest. A success says nothing either.
[[nodiscard]] LoginFailure whyLoginFails(const LoginParameters& parameters,
                                         std::chrono::steady_clock::time_point deadline);

/// The failure in words. `what` says it in a sentence, with the server's reason.
[[nodiscard]] Error loginError(const LoginFailure& failure, const std::string& what);

} // namespace core::history
