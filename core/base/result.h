// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace core {

/// The class of a failure. The ui may choose wording, an icon or a way out by it.
enum class ErrorCode {
    InvalidInput,   ///< The caller's data breaks a rule; nothing was changed.
    NotFound,       ///< The named thing does not exist.
    AlreadyExists,  ///< The named thing exists and was left alone.
    Refused,        ///< Allowed in form, forbidden by a rule (trust, limits, halted account).
    Overflow,       ///< A number left the range of its type.
    Io,             ///< The operating system refused a read or a write.
    Corrupt,        ///< Stored data is damaged; it was set aside or left alone, never overwritten.
    Busy,           ///< Somebody else holds it (a second program on one workspace, a lock).
    Unsupported,    ///< Newer schema, other version, unknown option.
    Cancelled,      ///< The user stopped it; what was committed is kept.
    StrategyFailed, ///< A strategy erred or ran over a cap.
    Internal,       ///< A bug of ours, reported rather than hidden.
};

/// Represents a failure in a person's words: what happened (and what was kept), and what to do.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string what;   ///< One sentence, no trailing full stop.
    std::string remedy; ///< What to do about it; may be empty.

    /// Joins both parts into one line for stderr and logs.
    [[nodiscard]] std::string message() const
    {
        return remedy.empty() ? what : what + ". " + remedy;
    }
};

/// Holds a value or an Error. Used at every edge: files, network, SQL, user input, strategies.
template <typename T> class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// The value. Asking a failed result for it is a programming error.
    [[nodiscard]] T& value() &
    {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    [[nodiscard]] const T& value() const&
    {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    [[nodiscard]] T&& value() &&
    {
        assert(ok());
        return std::move(*std::get_if<0>(&m_state));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const
    {
        assert(!ok());
        return *std::get_if<1>(&m_state);
    }

private:
    std::variant<T, Error> m_state;
};

/// The result of an action that has no value.
template <> class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    [[nodiscard]] bool ok() const { return !m_error.has_value(); }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] const Error& error() const
    {
        assert(!ok());
        return *m_error;
    }

private:
    std::optional<Error> m_error;
};

} // namespace core
