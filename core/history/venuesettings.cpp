// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/venuesettings.h"

#include <QFile>
#include <QFileInfo>
#include <QSettings>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr qint64 MAX_BYTES = 64 * 1024;
constexpr double MAX_SPACING = 60.0;
const QString ENDPOINT_KEY = QStringLiteral("kraken/endpoint");
const QString SPACING_KEY = QStringLiteral("kraken/spacing");

QString fileOf(const std::filesystem::path& workspace)
{
    return QFile::decodeName(QByteArray::fromStdString((workspace / "venues.ini").string()));
}

Error unusable(const QString& file, const std::string& why, const std::string& remedy)
{
    return {ErrorCode::InvalidInput, fmt::format("{}: {}", file.toStdString(), why), remedy};
}

} // namespace

Result<KrakenAccess> venueAccess(const std::filesystem::path& workspace)
{
    KrakenAccess access;
    const QString file = fileOf(workspace);
    if (!QFileInfo::exists(file))
        return access;
    if (QFileInfo(file).size() > MAX_BYTES)
        return unusable(file, "the file is too large for settings", "Nothing was fetched. Delete it or write it anew.");
    const QSettings settings(file, QSettings::IniFormat);
    if (settings.status() != QSettings::NoError)
        return unusable(file, "the file cannot be read", "Nothing was fetched. Delete it or write it anew.");
    if (const QString text = settings.value(ENDPOINT_KEY).toString(); !text.isEmpty()) {
        auto endpoint = checkEndpoint(text.toStdString());
        if (!endpoint)
            return unusable(file, "endpoint: " + endpoint.error().what, endpoint.error().remedy);
        access.endpoint = std::move(*endpoint);
    }
    if (const QVariant text = settings.value(SPACING_KEY); text.isValid()) {
        bool isNumber = false;
        const double seconds = text.toString().toDouble(&isNumber);
        if (!isNumber || !(seconds >= 0.0 && seconds <= MAX_SPACING))
            return unusable(file, "spacing is no number from 0 to 60", "Kraken asks for 1.");
        access.spacing = std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(seconds));
    }
    return access;
}

Result<void> setVenueEndpoint(const std::filesystem::path& workspace, const std::string& endpoint)
{
    const QString file = fileOf(workspace);
    std::string kept;
    if (!endpoint.empty()) {
        auto checked = checkEndpoint(endpoint);
        if (!checked)
            return checked.error();
        kept = std::move(*checked);
    }
    QSettings settings(file, QSettings::IniFormat);
    if (kept.empty() || kept == KRAKEN_ENDPOINT)
        settings.remove(ENDPOINT_KEY);
    else
        settings.setValue(ENDPOINT_KEY, QString::fromStdString(kept));
    settings.sync();
    if (settings.status() != QSettings::NoError)
        return Error{ErrorCode::Io, fmt::format("{} cannot be written", file.toStdString()),
                     "The endpoint is as it was. Check that the folder may be written."};
    return {};
}

} // namespace core::history
