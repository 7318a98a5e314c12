// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string_view>

namespace core::journal {

enum class ExportKind : std::uint8_t { Trades, Orders, Equity, Journal };
enum class ExportFormat : std::uint8_t { Csv, Jsonl };

/// "trades", "orders", "equity", "journal"; "csv", "jsonl".
[[nodiscard]] std::string_view name(ExportKind kind);
[[nodiscard]] std::string_view name(ExportFormat format);
/// Fail with InvalidInput, naming the choices.
[[nodiscard]] Result<ExportKind> parseExportKind(std::string_view text);
[[nodiscard]] Result<ExportFormat> parseExportFormat(std::string_view text);

/// Writes one table of a session to `out` and returns its number of rows (the header not counted).
/// CSV is RFC 4180 with a header and CRLF; JSONL has one object a row with the same members, values
/// that are not known null. Money and quantities are decimal text as journaled, times RFC 3339.
/// - Trades: one row a fill. Orders: one row an order, its last state, in order of id.
/// - Equity: one row a point and strategy, the strategies one after the other by name. The margin
/// level
///   (equity over exposure) is empty when flat, the drawdown counts from the highest equity so far.
/// - Journal: all.jsonl; JSONL gives its lines byte for byte, CSV time, seq, session, stream,
/// level, event,
///   correlation and the remaining members as one JSON text, fields.
/// Memory does not grow with the session, but for Orders: 24 bytes a step of an order.
/// `progress` gets the fraction done, 0 … 1, a few times a second; returning false cancels.
/// Fails with NotFound when `folder` is no session, Corrupt on an unreadable line (naming file and
/// line), Io when `out` refuses, Cancelled. May run on any thread; opens the files for itself.
[[nodiscard]] Result<std::int64_t> exportSession(const std::filesystem::path& folder,
                                                 ExportKind kind, ExportFormat format,
                                                 std::ostream& out,
                                                 const std::function<bool(double)>& progress = {});

} // namespace core::journal
