// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/places.h"

#include <QCoreApplication>
#include <QStandardPaths>

namespace app {

std::filesystem::path defaultWorkspace()
{
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return std::filesystem::path(data.toStdString()) / "quarterdeck";
}

std::filesystem::path shippedStrategies()
{
    const QString named = qEnvironmentVariable("QUARTERDECK_STRATEGIES");
    if (!named.isEmpty())
        return named.toStdString();
    const std::filesystem::path programs = QCoreApplication::applicationDirPath().toStdString();
    const std::filesystem::path installed =
        (programs / ".." / "share" / "quarterdeck" / "strategies").lexically_normal();
    std::error_code ignored;
    if (std::filesystem::is_directory(installed, ignored))
        return installed;
    return QUARTERDECK_SOURCE_STRATEGIES;
}

} // namespace app
