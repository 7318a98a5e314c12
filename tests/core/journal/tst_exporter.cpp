// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/exporter.h"

#include "journalfixture.h"

#include "core/journal/exporttable.h"

#include <QTest>

#include <map>
#include <sstream>

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace core;
using namespace core::journal;
using namespace journaltest;

namespace {

using Row = std::vector<std::string>;

/// Reads CSV by RFC 4180, strictly: every row ends with CRLF.
std::vector<Row> readCsv(const std::string& text)
{
    std::vector<Row> rows;
    Row row;
    std::string field;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            field += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (quoted || (c != ',' && c != '\r')) {
            field += c;
        } else {
            row.push_back(field);
            field.clear();
            if (c == '\r') {
                ++i;
                rows.push_back(row);
                row.clear();
            }
        }
    }
    return rows;
}

std::vector<std::map<std::string, std::string>> readTable(const std::string& text)
{
    const std::vector<Row> rows = readCsv(text);
    std::vector<std::map<std::string, std::string>> table;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        std::map<std::string, std::string> cells;
        for (std::size_t k = 0; k < rows[0].size(); ++k)
            cells[rows[0][k]] = rows[i].at(k);
        table.push_back(std::move(cells));
    }
    return table;
}

std::string headerOf(const std::string& text)
{
    return text.substr(0, text.find("\r\n"));
}

} // namespace

class TestExporter : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::filesystem::path m_session;

    std::string exported(ExportKind kind, ExportFormat format, std::int64_t rows)
    {
        std::ostringstream out;
        const auto count = exportSession(m_session, kind, format, out);
        if (!count.ok() || *count != rows)
            qFatal("the export failed or has another number of rows");
        return out.str();
    }

private slots:
    void initTestCase()
    {
        m_session = std::filesystem::path(m_dir.path().toStdString()) / "session";
        auto writer = SessionWriter::open(planFor(m_session));
        QVERIFY(writer.ok());
        emitSteps(**writer, 0, 40);
        QVERIFY((*writer)->finish().ok());
    }

    void tradesHaveTheirColumnsAndValues()
    {
        const std::string text = exported(ExportKind::Trades, ExportFormat::Csv, 40);
        QCOMPARE(
            headerOf(text),
            std::string(
                "time,decision_time,session,strategy,strategy_sha256,symbol,side,quantity,price,"
                "reference_price,notional,fee,slippage,spread,realised_profit,position_after,"
                "cash_after,rule,detail,ambiguous,order_id,fill_id,correlation"));
        const auto table = readTable(text);
        QCOMPARE(table.size(), std::size_t(40));
        std::size_t row = 0;
        for (const std::string& line : linesOf(m_session / "trades.jsonl")) {
            const auto json = nlohmann::json::parse(line);
            if (json["event"] != "fill")
                continue;
            for (const auto& [column, cell] : table.at(row)) {
                const auto& value = json[column == "time" ? "ts" : column];
                QCOMPARE(cell, value.is_string() ? value.get<std::string>() : value.dump());
            }
            ++row;
        }
        QCOMPARE(row, std::size_t(40));
        QCOMPARE(table[3].at("detail"), std::string("first, with a comma\nand a line"));
        QCOMPARE(table[3].at("price"), std::string("46319.03"));
        QCOMPARE(table[3].at("ambiguous"), std::string("true"));
    }

    void jsonLinesHoldTheSameValuesAsCsv()
    {
        for (const ExportKind kind : {ExportKind::Trades, ExportKind::Orders, ExportKind::Equity}) {
            const std::int64_t rows = kind == ExportKind::Equity ? 80 : 40;
            const auto table = readTable(exported(kind, ExportFormat::Csv, rows));
            std::istringstream lines(exported(kind, ExportFormat::Jsonl, rows));
            std::size_t row = 0;
            for (std::string line; std::getline(lines, line); ++row) {
                const auto json = nlohmann::json::parse(line);
                QCOMPARE(json.size(), table.at(row).size());
                for (const auto& [column, cell] : table[row]) {
                    const auto& value = json.at(column);
                    if (value.is_number_float())
                        QCOMPARE(std::stod(cell), value.get<double>());
                    else
                        QCOMPARE(cell, value.is_null()     ? std::string()
                                       : value.is_string() ? value.get<std::string>()
                                                           : value.dump());
                }
            }
            QCOMPARE(row, table.size());
        }
    }

    void ordersShowTheirLastStateInOrderOfId()
    {
        const std::string text = exported(ExportKind::Orders, ExportFormat::Csv, 40);
        QCOMPARE(headerOf(text),
                 std::string("time,order_id,strategy,symbol,side,type,quantity,filled,limit,stop,"
                             "status,reason,correlation"));
        const auto table = readTable(text);
        for (std::size_t i = 0; i < table.size(); ++i) {
            QCOMPARE(table[i].at("order_id"), std::to_string(i + 1));
            QCOMPARE(table[i].at("status"), std::string("filled"));
            QCOMPARE(table[i].at("filled"), table[i].at("quantity"));
            QCOMPARE(table[i].at("limit"), std::string());
        }
    }

    void equityReadsBackExactly()
    {
        const auto table = readTable(exported(ExportKind::Equity, ExportFormat::Csv, 80));
        Money peak(0);
        for (int step = 0; step < 40; ++step) {
            const auto& row = table[static_cast<std::size_t>(step)];
            const portfolio::EquityPoint point = pointAt(step);
            peak = std::max(peak, point.equity);
            QCOMPARE(row.at("strategy"), std::string("alpha"));
            QVERIFY(*parseTimestamp(row.at("time")) == point.time);
            QVERIFY(*Money::parse(row.at("cash")) == point.cash);
            QVERIFY(*Money::parse(row.at("equity")) == point.equity);
            QVERIFY(*Money::parse(row.at("long_exposure")) == point.longExposure);
            QVERIFY(*Money::parse(row.at("short_exposure")) == point.shortExposure);
            const std::int64_t exposure = point.longExposure.count() + point.shortExposure.count();
            QCOMPARE(row.at("margin_level").empty(), exposure == 0);
            QCOMPARE(std::stod(row.at("drawdown")),
                     point.equity.toDouble() / peak.toDouble() - 1.0);
        }
        QCOMPARE(table[40].at("strategy"), std::string("beta"));
    }

    void journalLinesAreTheirOwnBytes()
    {
        QCOMPARE(exported(ExportKind::Journal, ExportFormat::Jsonl, 201),
                 readFile(m_session / "all.jsonl"));
        const auto table = readTable(exported(ExportKind::Journal, ExportFormat::Csv, 201));
        const auto lines = linesOf(m_session / "all.jsonl");
        for (std::size_t i = 0; i < lines.size(); ++i) {
            auto json = nlohmann::json::parse(lines[i]);
            auto rest = nlohmann::json::parse(table[i].at("fields"));
            QCOMPARE(table[i].at("time"), json["ts"].get<std::string>());
            QCOMPARE(table[i].at("seq"), json["seq"].dump());
            for (const char* head :
                 {"ts", "seq", "session", "stream", "level", "event", "correlation"})
                json.erase(head);
            QVERIFY(rest == json);
        }
    }

    void csvFieldsReadBack()
    {
        QVERIFY(rc::check("any text survives CSV", [](const std::vector<std::string>& fields) {
            std::string text;
            for (std::size_t i = 0; i < fields.size(); ++i) {
                text += i > 0 ? "," : "";
                appendCsvField(text, fields[i]);
            }
            text += "\r\n";
            RC_PRE(!fields.empty());
            RC_ASSERT(readCsv(text).at(0) == fields);
        }));
    }

    void cancelsAndReportsDamage()
    {
        std::ostringstream out;
        const auto longer = std::filesystem::path(m_dir.path().toStdString()) / "longer";
        auto writer = SessionWriter::open(planFor(longer));
        emitSteps(**writer, 0, 3000, 500);
        QVERIFY((*writer)->finish().ok());
        for (const ExportKind kind :
             {ExportKind::Trades, ExportKind::Orders, ExportKind::Equity, ExportKind::Journal}) {
            const auto stopped =
                exportSession(longer, kind, ExportFormat::Csv, out, [](double) { return false; });
            QVERIFY(!stopped.ok());
            QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        }
        auto lines = linesOf(longer / "trades.jsonl");
        lines[7] = lines[7].substr(0, lines[7].size() / 2) + "\"event\":\"fill\"";
        writeFile(longer / "trades.jsonl", joined(lines));
        const auto damaged = exportSession(longer, ExportKind::Trades, ExportFormat::Csv, out);
        QVERIFY(!damaged.ok());
        QCOMPARE(damaged.error().code, ErrorCode::Corrupt);
        QVERIFY(damaged.error().what.find("line 8") != std::string::npos);
    }

    void reportsAStreamThatRefuses()
    {
        std::ostringstream out;
        out.setstate(std::ios::badbit);
        const auto refused = exportSession(m_session, ExportKind::Trades, ExportFormat::Csv, out);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Io);
    }

    void namesItsChoices()
    {
        QVERIFY(*parseExportKind("equity") == ExportKind::Equity);
        const auto bad = parseExportFormat("xls");
        QVERIFY(!bad.ok());
        QVERIFY(bad.error().remedy.find("csv, jsonl") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestExporter)
#include "tst_exporter.moc"
