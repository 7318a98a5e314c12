// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace core::history {

/// The environment variable that names the history where no option does.
inline constexpr const char* DATABASE_VARIABLE = "QUARTERDECK_DATABASE";

/// Where a market history is: a file, or a database on a server. Never holds a password; a server's comes
/// from ~/.pgpass or the environment (PGPASSWORD), as libpq reads them.
class DatabaseUrl
{
public:
    /// An SQLite file.
    DatabaseUrl(std::filesystem::path file) : m_file(std::move(file)) {} // NOLINT: a path is one

    /// Reads "sqlite:///path" or "postgresql://[user@]host[:port]/database". Fails with InvalidInput on
    /// anything else, and on a password.
    [[nodiscard]] static Result<DatabaseUrl> parse(std::string_view url);

    [[nodiscard]] bool isServer() const { return m_file.empty(); }
    /// Of an SQLite history; empty for a server.
    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    /// A name, an address, or a folder with a socket.
    [[nodiscard]] const std::string& host() const { return m_host; }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    /// Empty for the user that the program runs as.
    [[nodiscard]] const std::string& user() const { return m_user; }
    [[nodiscard]] const std::string& database() const { return m_database; }
    /// True where what is sent does not leave this machine.
    [[nodiscard]] bool isLocal() const;
    /// The URL, or the file's path; what people are shown.
    [[nodiscard]] std::string text() const;
    /// What parse() reads as this.
    [[nodiscard]] std::string url() const { return isServer() ? text() : "sqlite://" + text(); }
    /// A copy of a URL that somebody wrote, well-formed or not, without anything that may be a password.
    [[nodiscard]] static std::string withoutPassword(std::string_view url);

private:
    DatabaseUrl() = default;

    std::filesystem::path m_file;
    std::string m_host;
    std::uint16_t m_port = 5432;
    std::string m_user;
    std::string m_database;
};

} // namespace core::history
