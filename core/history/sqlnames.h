// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"

#include <QtGlobal>

namespace core::history {

/// What is being done to a database, as its errors say it.
inline constexpr const char* READING = "reading";
inline constexpr const char* WRITING = "writing to";

/// Times are microseconds in every table.
[[nodiscard]] inline qint64 asStored(Timestamp time)
{
    return static_cast<qint64>(toMicroseconds(time));
}

} // namespace core::history
