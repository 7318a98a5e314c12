// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/exactjson.h"

#include <vector>

namespace core::history {

using nlohmann::json;

namespace {

constexpr std::size_t MAX_DEPTH = 8;

/// Builds the document as the parser meets it.
class Builder final : public nlohmann::json_sax<json>
{
public:
    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(std::int64_t value) override { return add(value); }
    bool number_unsigned(std::uint64_t value) override { return add(value); }
    bool number_float(double, const std::string& text) override
    {
        // An integer beyond 64 bits comes this way too.
        return text.find_first_of(".eE") != std::string::npos && add(text);
    }
    bool string(std::string& value) override { return add(std::move(value)); }
    bool binary(json::binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool key(std::string& value) override
    {
        m_key = std::move(value);
        return true;
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

    [[nodiscard]] json take() { return std::move(m_root); }

private:
    json* put(json value)
    {
        if (m_open.empty())
            return &(m_root = std::move(value));
        if (m_open.back()->is_array())
            return &m_open.back()->emplace_back(std::move(value));
        return &((*m_open.back())[m_key] = std::move(value));
    }
    bool add(json value)
    {
        put(std::move(value));
        return true;
    }
    bool open(json value)
    {
        if (m_open.size() >= MAX_DEPTH)
            return false;
        m_open.push_back(put(std::move(value)));
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    json m_root;
    std::vector<json*> m_open;
    std::string m_key;
};

} // namespace

std::optional<json> parseExactJson(std::string_view text)
{
    Builder builder;
    if (!json::sax_parse(text.begin(), text.end(), &builder))
        return std::nullopt;
    return builder.take();
}

} // namespace core::history
