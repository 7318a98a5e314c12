// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/sha256.h"

#include <cstdint>
#include <optional>

namespace core::journal {

/// The last line of a chained journal; seq 0 before the first.
struct JournalEnd
{
    std::int64_t seq = 0;
    Sha256Digest chain;
    bool operator==(const JournalEnd&) const = default;
};

/// Remembers away from a journal where that ended, since a chain does not tell that lines are gone from its end.
/// Asked and told while the journal is locked.
class JournalSeal
{
public:
    virtual ~JournalSeal() = default;
    /// Nothing where no end was ever written down. Fails with Corrupt when it is not as it was written.
    [[nodiscard]] virtual Result<std::optional<JournalEnd>> read() const = 0;
    [[nodiscard]] virtual Result<void> write(const JournalEnd& end) const = 0;
};

} // namespace core::journal
