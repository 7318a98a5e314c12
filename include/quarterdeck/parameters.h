// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace quarterdeck {

/// The values of the declared parameters: what the user set, else the defaults. Every value is within the
/// bounds that were declared. Asking for a name that is not declared, or for another type than the declared
/// one, throws std::invalid_argument.
class Parameters
{
public:
    using Value = std::variant<bool, std::int64_t, double, std::string>;
    Parameters() = default;
    explicit Parameters(std::vector<std::pair<std::string, Value>> values) : m_values(std::move(values)) {}

    /// Of a parameter of type number or integer.
    [[nodiscard]] double number(std::string_view name) const
    {
        if (const auto* whole = std::get_if<std::int64_t>(&value(name)))
            return static_cast<double>(*whole);
        return get<double>(name, "a number");
    }
    [[nodiscard]] std::int64_t integer(std::string_view name) const
    {
        return get<std::int64_t>(name, "an integer");
    }
    [[nodiscard]] bool boolean(std::string_view name) const { return get<bool>(name, "a boolean"); }
    [[nodiscard]] const std::string& choice(std::string_view name) const
    {
        return get<std::string>(name, "a choice");
    }

private:
    [[nodiscard]] const Value& value(std::string_view name) const
    {
        for (const auto& [known, held] : m_values) {
            if (known == name)
                return held;
        }
        throw std::invalid_argument("there is no parameter " + std::string(name));
    }
    template <typename T> [[nodiscard]] const T& get(std::string_view name, const char* type) const
    {
        if (const T* held = std::get_if<T>(&value(name)))
            return *held;
        throw std::invalid_argument("parameter " + std::string(name) + " is not " + type);
    }

    std::vector<std::pair<std::string, Value>> m_values;
};

} // namespace quarterdeck
