// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Keys, signatures and lists of decisions of any bytes: refused in words, or read back as they
// were.
#include "core/trust/secretkey.h"
#include "core/trust/signature.h"
#include "core/trust/trustedkeys.h"
#include "core/trust/workspacekey.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

using namespace core::trust;

/// A trust folder whose key nobody but this process knows.
const std::filesystem::path& trustFolder()
{
    static const std::filesystem::path folder = [] {
        std::string name = (std::filesystem::temp_directory_path() / "fuzz_trust_XXXXXX").string();
        std::filesystem::path made = ::mkdtemp(name.data());
        if (!WorkspaceKey::openOrCreate(made))
            std::abort();
        return made;
    }();
    return folder;
}

void check(bool holds)
{
    if (!holds)
        std::abort();
}

void readKeys(std::string_view bytes)
{
    const auto key = PublicKey::parse(bytes);
    check(key.ok() ? *PublicKey::parse(key->fileText()) == *key : !key.error().what.empty());
    const auto secret = EncryptedKey::parse(bytes);
    if (!secret) {
        check(!secret.error().what.empty());
        return;
    }
    check(secret->limits().operations <= SENSITIVE_SCRYPT.operations &&
          secret->limits().memory <= SENSITIVE_SCRYPT.memory);
    // More would be slow, and no other code.
    if (secret->limits().operations <= 32'768 && secret->limits().memory <= 1'048'576)
        static_cast<void>(secret->decrypt(*Passphrase::copyOf("x")).ok());
}

void readSignature(std::string_view bytes)
{
    static const PublicKey trusted = SecretKey::generate().publicKey();
    auto signature = Signature::parse(bytes);
    if (!signature) {
        check(!signature.error().what.empty());
        return;
    }
    const auto again = Signature::parse(signature->fileText());
    check(again.ok() && again->fileText() == signature->fileText());
    signature->keyId = trusted.id;
    check(!signature->verify(trusted, bytes));
}

/// Whatever lies there was not signed by this workspace.
void readList(std::string_view bytes)
{
    for (const char* file : {"trustedkeys.json", "trustedkeys.json.sequence"}) {
        // No fsync, so that there is time for more inputs.
        std::ofstream(trustFolder() / file, std::ios::binary | std::ios::trunc) << bytes;
        check(!TrustedKeys::open(trustFolder()));
    }
    std::filesystem::remove(trustFolder() / "trustedkeys.json.sequence");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    readKeys(bytes);
    readSignature(bytes);
    readList(bytes);
    return 0;
}
