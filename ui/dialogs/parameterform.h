// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

class QGridLayout;

namespace core::strategy {
struct Metadata;
struct ParameterSpec;
} // namespace core::strategy

namespace ui::dialogs {

/// The parameters of one strategy as controls that keep to the declared bounds.
class ParameterForm final : public QWidget
{
    Q_OBJECT

public:
    using Overrides = std::vector<std::pair<std::string, std::string>>;

    explicit ParameterForm(const core::strategy::Metadata& metadata, QWidget* parent = nullptr);
    ~ParameterForm() override;

    [[nodiscard]] const std::string& strategy() const;
    [[nodiscard]] const core::strategy::Metadata& metadata() const { return *m_metadata; }
    /// The parameters that differ from their defaults, as the core reads them.
    [[nodiscard]] Overrides overrides() const;
    /// Sets what is named; anything else takes its default.
    void setOverrides(const Overrides& overrides);

signals:
    void changed();

private:
    /// How one parameter's control is read and written, as text.
    struct Field
    {
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

    std::unique_ptr<const core::strategy::Metadata> m_metadata;
    std::vector<Field> m_fields;
};

} // namespace ui::dialogs
