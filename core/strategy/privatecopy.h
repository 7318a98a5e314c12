// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/trust/securefile.h"

#include <filesystem>
#include <string_view>

namespace core::strategy {

/// Bytes in a file that nobody else can swap: in a fresh folder of mode 0700, itself of mode 0600, both gone with this
/// object. What a killed program left behind is removed by the next one that makes a copy: a folder whose lock
/// nobody holds belongs to nobody.
class PrivateCopy
{
public:
    /// Writes `bytes` into the system's folder for temporary files. Fails with Io.
    [[nodiscard]] static Result<PrivateCopy> make(std::string_view bytes);

    PrivateCopy(PrivateCopy&& other) noexcept = default;
    PrivateCopy& operator=(PrivateCopy&&) = delete;
    ~PrivateCopy();

    [[nodiscard]] std::filesystem::path file() const { return m_folder / FILE_NAME; }

private:
    static constexpr const char* FILE_NAME = "plugin.so";
    PrivateCopy(std::filesystem::path folder, trust::Descriptor lock)
        : m_folder(std::move(folder)), m_lock(std::move(lock))
    {
    }
    [[nodiscard]] static Result<PrivateCopy> makeFolder();

    std::filesystem::path m_folder;
    trust::Descriptor m_lock; ///< On the folder, held while it is in use.
};

/// Removes the folders in `place` that killed programs of this user left behind.
void removeAbandonedCopies(const std::filesystem::path& place);

} // namespace core::strategy
