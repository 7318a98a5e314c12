// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/strategy.h"

#include <string_view>

class QJsonValue;

namespace core::strategy {

/// Reads a declaration written in JSON by the very rules and limits of one written in Lua: it becomes the same
/// table. `fileName` appears in messages. Fails with StrategyFailed naming what is wrong. JSON does not tell 2 from
/// 2.0: a parameter whose default is whole is an integer unless its type says otherwise.
[[nodiscard]] Result<Metadata> readJsonDeclaration(std::string_view fileName, const QJsonValue& declaration);

} // namespace core::strategy
