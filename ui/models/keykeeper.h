// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/secretkey.h"
#include "core/trust/trustedkeys.h"
#include "ui/models/strategyscanner.h"

#include <QObject>
#include <QThreadPool>

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace ui::models {

using TrustedKeyList = std::vector<core::trust::TrustedKey>;
using TrustedKeyListPtr = std::shared_ptr<const TrustedKeyList>;

/// Reads, trusts, revokes, makes and uses keys. Lives on the GUI thread; the work is done one thing
/// after the other on a pool thread of its own, since stretching a passphrase takes seconds, and
/// every answer is a signal. After each change the keys are read again.
class KeyKeeper final : public QObject
{
    Q_OBJECT

public:
    /// `limits` are those of new keys.
    KeyKeeper(StrategyScanner::Places places, core::trust::ScryptLimits limits,
              QObject* parent = nullptr);
    /// Waits for the work under way.
    ~KeyKeeper() override;

    /// True while a key is made, used, trusted or revoked.
    [[nodiscard]] bool busy() const { return m_running > 0; }

    void read();
    void trust(const core::trust::PublicKey& key, const QString& name, const QString& note);
    void revoke(const core::trust::KeyId& id);
    void generate(const std::filesystem::path& folder, const QString& name,
                  core::trust::Passphrase passphrase);
    void sign(const std::filesystem::path& strategy, const std::filesystem::path& keyFile,
              core::trust::Passphrase passphrase);

signals:
    void keysRead(const ui::models::TrustedKeyListPtr& keys);
    void busyChanged(bool busy);
    /// A change is done; `text` says it in one sentence.
    void done(const QString& text);
    void failed(const QString& what, const QString& remedy);

private:
    using Work = std::function<core::Result<QString>()>;
    void start(Work work);
    void finish(const core::Result<QString>& result);

    StrategyScanner::Places m_places;
    core::trust::ScryptLimits m_limits;
    int m_running = 0;
    QThreadPool m_pool;
};

} // namespace ui::models
