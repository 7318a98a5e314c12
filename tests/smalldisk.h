// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QString>
#include <QTemporaryDir>

#include <filesystem>
#include <sched.h>
#include <string>
#include <sys/mount.h>

/// A disk in memory that is soon full, seen by this process alone and gone with it. Only root may make one.
class SmallDisk
{
public:
    explicit SmallDisk(std::size_t bytes)
    {
        const std::string folder = m_folder.path().toStdString();
        const std::string options = "mode=0700,size=" + std::to_string(bytes);
        m_mounted = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    ::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            ::umount2(m_folder.path().toStdString().c_str(), MNT_DETACH);
    }
    Q_DISABLE_COPY_MOVE(SmallDisk)

    [[nodiscard]] bool isThere() const { return m_mounted; }
    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    /// Takes up so much room, until release().
    void occupy(qint64 bytes)
    {
        QFile file(ballast());
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray(bytes, 'x')) != bytes)
            qFatal("the small disk is smaller than that");
    }
    void release() { QFile::remove(ballast()); }

private:
    [[nodiscard]] QString ballast() const { return m_folder.filePath(QStringLiteral("ballast")); }
    QTemporaryDir m_folder;
    bool m_mounted = false;
};
