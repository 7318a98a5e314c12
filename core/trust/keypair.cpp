// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/keypair.h"

#include "core/trust/minisigntext.h"
#include "core/trust/securefile.h"

#include <fmt/format.h>

namespace core::trust {

namespace fs = std::filesystem;

namespace {

/// Leaves room for the endings that files get while they are written.
constexpr std::size_t MAX_NAME = 200;

Result<void> checkName(std::string_view name)
{
    if (name.empty() || name.starts_with('.') || name.find('/') != std::string_view::npos ||
        !checkComment(name, MAX_NAME))
        return Error{ErrorCode::InvalidInput,
                     fmt::format("\"{}\" is no name for a key's files", name),
                     "Use letters, digits, \"-\" and \"_\"."};
    return {};
}

Result<void> checkFree(const fs::path& file)
{
    std::error_code fault;
    if (fs::exists(fs::symlink_status(file, fault)))
        return Error{ErrorCode::AlreadyExists, fmt::format("{} is there already", file.string()),
                     "It was left as it is. Choose another name."};
    return {};
}

} // namespace

Result<KeyPairFiles> createKeyPair(const fs::path& folder, std::string_view name,
                                   const Passphrase& passphrase, ScryptLimits limits)
{
    if (auto checked = checkName(name); !checked)
        return checked.error();
    const fs::path stem = folder / name;
    const KeyPairFiles files{stem.string() + ".key", stem.string() + ".pub", {}};
    for (const fs::path& file : {files.secretFile, files.publicFile}) {
        if (auto available = checkFree(file); !available)
            return available.error();
    }
    if (auto made = makePrivateFolder(folder); !made)
        return made.error();
    const SecretKey key = SecretKey::generate();
    const auto encrypted = key.encrypt(passphrase, limits);
    if (!encrypted)
        return encrypted.error();
    if (auto written = writeFile(files.secretFile, *encrypted, FileMode::Private, Existing::Keep);
        !written)
        return written.error();
    const PublicKey half = key.publicKey();
    if (auto written =
            writeFile(files.publicFile, half.fileText(), FileMode::Public, Existing::Keep);
        !written)
        return Error{written.error().code, written.error().what,
                     fmt::format("The secret key is in {} and stays there; its public half is {}.",
                                 files.secretFile.string(), half.text())};
    return KeyPairFiles{files.secretFile, files.publicFile, half};
}

} // namespace core::trust
