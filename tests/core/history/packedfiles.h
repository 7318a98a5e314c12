// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <archive.h>
#include <archive_entry.h>

#include <utility>

namespace fixture {

using Members = QList<std::pair<QByteArray, QByteArray>>;

/// The members, as path and bytes, packed into memory.
inline QByteArray packed(bool zip, const Members& members)
{
    QByteArray bytes(1 << 20, '\0');
    for (const auto& member : members)
        bytes.resize(bytes.size() + member.second.size() + 4096);
    std::size_t used = 0;
    archive* writer = archive_write_new();
    if (zip) {
        archive_write_set_format_zip(writer);
    } else {
        archive_write_add_filter_gzip(writer);
        archive_write_set_format_raw(writer);
    }
    archive_write_set_bytes_in_last_block(writer, 1);
    archive_write_open_memory(writer, bytes.data(), static_cast<std::size_t>(bytes.size()), &used);
    for (const auto& [name, text] : members) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.constData());
        archive_entry_set_size(entry, text.size());
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(writer, entry);
        archive_write_data(writer, text.constData(), static_cast<std::size_t>(text.size()));
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
    bytes.resize(static_cast<qsizetype>(used));
    return bytes;
}

inline QByteArray gzipped(const QByteArray& text)
{
    return packed(false, {{"text", text}});
}
inline QByteArray zipped(const Members& members)
{
    return packed(true, members);
}

} // namespace fixture
