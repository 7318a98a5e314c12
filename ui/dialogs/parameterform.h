// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/strategy.h"

#include <QWidget>

#include <functional>
#include <string>
#include <utility>
#include <vector>

class QGridLayout;

namespace ui::dialogs {

/// The parameters of one strategy as controls that keep to the declared bounds.
class ParameterForm final : public QWidget
{
    Q_OBJECT

public:
    using Overrides = std::vector<std::pair<std::string, std::string>>;

    explicit ParameterForm(core::strategy::Metadata metadata, QWidget* parent = nullptr);

    [[nodiscard]] const std::string& strategy() const { return m_metadata.name; }
    [[nodiscard]] const core::strategy::Metadata& metadata() const { return m_metadata; }
    /// The parameters that differ from their defaults, as the core reads them.
    [[nodiscard]] Overrides overrides() const;
    /// Sets what is named; anything else takes its default.
    void setOverrides(const Overrides& overrides);

signals:
    void changed();

private:
    /// How one parameter's control is read and written, as text.
    struct Field {
        std::string name;
        std::string defaultText;
        std::function<std::string()> read;
        std::function<void(const std::string&)> write;
    };
    void addField(const core::strategy::ParameterSpec& spec, QGridLayout& grid, int row);
    QWidget* makeBoolean(Field& field);
    QWidget* makeInteger(const core::strategy::ParameterSpec& spec, Field& field);
    QWidget* makeNumber(const core::strategy::ParameterSpec& spec, Field& field);
    QWidget* makeChoice(const core::strategy::ParameterSpec& spec, Field& field);

    core::strategy::Metadata m_metadata;
    std::vector<Field> m_fields;
};

} // namespace ui::dialogs
