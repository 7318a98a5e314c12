// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/keykeeper.h"

#include "core/strategy/catalog.h"
#include "core/trust/keypair.h"

namespace ui::models {

namespace {

namespace trust = core::trust;

template <typename Job> auto guarded(const Job& job) -> decltype(job())
{
    try {
        return job();
    } catch (const std::exception& exception) {
        return core::Error{core::ErrorCode::Internal,
                           std::string("working with keys failed: ") + exception.what(),
                           "Try again, and report it if it comes back."};
    }
}

QString toQString(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

core::Result<TrustedKeyListPtr> readKeys(const std::filesystem::path& folder)
{
    const auto keys = trust::TrustedKeys::open(folder);
    if (!keys)
        return keys.error();
    return std::make_shared<const TrustedKeyList>(keys->all());
}

} // namespace

KeyKeeper::KeyKeeper(StrategyScanner::Places places, trust::ScryptLimits limits, QObject* parent)
    : QObject(parent), m_places(std::move(places)), m_limits(limits)
{
    m_pool.setMaxThreadCount(1);
}

KeyKeeper::~KeyKeeper()
{
    m_pool.waitForDone();
}

void KeyKeeper::read()
{
    m_pool.start([this, folder = m_places.trustFolder] {
        auto keys = guarded([&] { return readKeys(folder); });
        QMetaObject::invokeMethod(
            this,
            [this, keys = std::move(keys)] {
                if (keys)
                    emit keysRead(*keys);
                else
                    emit failed(QString::fromStdString(keys.error().what),
                                QString::fromStdString(keys.error().remedy));
            },
            Qt::QueuedConnection);
    });
}

void KeyKeeper::start(Work work)
{
    if (++m_running == 1)
        emit busyChanged(true);
    m_pool.start([this, work = std::move(work)] {
        auto result = guarded(work);
        QMetaObject::invokeMethod(
            this, [this, result = std::move(result)] { finish(result); }, Qt::QueuedConnection);
    });
}

void KeyKeeper::finish(const core::Result<QString>& result)
{
    if (--m_running == 0)
        emit busyChanged(false);
    if (!result) {
        emit failed(QString::fromStdString(result.error().what),
                    QString::fromStdString(result.error().remedy));
        return;
    }
    read();
    emit done(*result);
}

void KeyKeeper::trust(const trust::PublicKey& key, const QString& name, const QString& note)
{
    start([folder = m_places.trustFolder, key, name, note]() -> core::Result<QString> {
        auto keys = trust::TrustedKeys::open(folder);
        if (!keys)
            return keys.error();
        const auto added = keys->trust({key,
                                        name.toStdString(),
                                        note.toStdString(),
                                        core::SystemClock().now(),
                                        userName(),
                                        {}});
        if (!added)
            return added.error();
        return tr("%1 is trusted: what that key signs will run.").arg(name);
    });
}

void KeyKeeper::revoke(const trust::KeyId& id)
{
    start([folder = m_places.trustFolder, id]() -> core::Result<QString> {
        auto keys = trust::TrustedKeys::open(folder);
        if (!keys)
            return keys.error();
        if (const auto done = keys->revoke(id, core::SystemClock().now(), userName()); !done)
            return done.error();
        return tr("%1 is revoked: what that key signed will not run any more.")
            .arg(QString::fromStdString(keys->find(id)->name));
    });
}

void KeyKeeper::generate(const std::filesystem::path& folder, const QString& name,
                         trust::Passphrase passphrase)
{
    const auto secret = std::make_shared<trust::Passphrase>(std::move(passphrase));
    start([folder, name, secret, limits = m_limits]() -> core::Result<QString> {
        const auto files = trust::createKeyPair(folder, name.toStdString(), *secret, limits);
        if (!files)
            return files.error();
        return tr("The new key is %1. Keep that file to yourself; give %2 to whoever is to trust "
                  "you.")
            .arg(toQString(files->secretFile), toQString(files->publicFile));
    });
}

void KeyKeeper::sign(const std::filesystem::path& strategy, const std::filesystem::path& keyFile,
                     trust::Passphrase passphrase)
{
    const auto secret = std::make_shared<trust::Passphrase>(std::move(passphrase));
    start([places = m_places, strategy, keyFile, secret]() -> core::Result<QString> {
        const auto encrypted = trust::EncryptedKey::readFile(keyFile);
        if (!encrypted)
            return encrypted.error();
        // What lies there now is meant, not what may lie there once the key is open.
        const core::strategy::Catalog catalog(places.folders, places.trustFolder);
        const auto inspected = catalog.inspect(strategy);
        if (!inspected)
            return inspected.error();
        const auto key = encrypted->decrypt(*secret);
        if (!key)
            return key.error();
        const auto entry =
            catalog.sign(strategy, *key, core::SystemClock().now(), {}, inspected->sha256);
        if (!entry)
            return entry.error();
        return tr("%1 is signed; the signature is %2.")
            .arg(QString::fromStdString(entry->name),
                 toQString(trust::signatureFileOf(entry->file)));
    });
}

} // namespace ui::models
