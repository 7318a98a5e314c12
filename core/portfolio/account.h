// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/timestamp.h"
#include "core/market/instrument.h"

#include <string_view>
#include <vector>

namespace core::portfolio {

enum class EntryKind : std::uint8_t {
    Deposit, Trade, Fee, OpeningFee, LiquidationFee, BorrowInterest, BadDebt, Withdrawal,
    Funding, ///< What a held perpetual paid or received.
    Reset ///< A position closed at its mark by a reset: no trade, no costs.
};
[[nodiscard]] std::string_view name(EntryKind kind); ///< "deposit", "trade", "fee", …

/// One line of the append-only ledger. Cash is the sum of cash deltas and a position the sum of its
/// quantity deltas, at all times and exactly.
struct LedgerEntry {
    Timestamp time;
    EntryKind kind = EntryKind::Deposit;
    SymbolIndex symbol = 0; ///< Of what concerns a position, see concernsSymbol.
    Money cash;
    Quantity quantity;
    CorrelationId correlation;
};
/// True for entries of a position; the others concern the account as a whole.
[[nodiscard]] bool concernsSymbol(EntryKind kind);

/// What an account may borrow. Leverages are counted in 1/10,000, rates in 1e-8.
struct AccountSettings {
    std::int64_t longLeverage = 15'000;
    std::int64_t shortLeverage = 20'000;
    std::int64_t maintenance = 25'000'000; ///< Ratio r of margin to exposure.

    /// Fails with InvalidInput on a leverage below 1 or above 1,000, or r outside (0, 1).
    [[nodiscard]] static Result<AccountSettings> make(double longLeverage, double shortLeverage,
                                                      double maintenance);
};

/// An open position. Cost is money, so that closing in any number of parts leaves nothing over.
struct Position {
    Quantity quantity; ///< Signed.
    Money cost;        ///< Paid for a long, received for a short; not negative.
    Money entryFees;   ///< Fees of the open part, those for opening included.
    Timestamp opened;
    bool operator==(const Position&) const = default;
};

/// A part of a fill that either only reduces or only opens a position.
struct TradePart {
    SymbolIndex symbol = 0;
    Quantity quantity; ///< Signed.
    Money notional;    ///< price × |quantity|.
    Money fee;
    Money openingFee; ///< Of what the part newly borrows; only where it opens.
    Money liquidationFee;
    Timestamp time;
    CorrelationId correlation;
};

/// The ledger state of one isolated account: cash and positions, changed by entries only.
class Account
{
public:
    Account(AccountSettings settings, std::size_t symbols) : m_settings(settings), m_positions(symbols) {}

    /// Books a deposit. `entries` receives the line.
    void deposit(Money amount, Timestamp time, std::vector<LedgerEntry>& entries,
                 CorrelationId correlation = {});
    /// Books what is taken out; nothing when it is zero.
    void withdraw(Money amount, Timestamp time, CorrelationId correlation,
                  std::vector<LedgerEntry>& entries);
    /// Closes the position in `symbol` at what it is worth, signed, without costs, and returns the
    /// profit that this realises; nothing when flat in it.
    Money closeAt(SymbolIndex symbol, Money value, Timestamp time, CorrelationId correlation,
                  std::vector<LedgerEntry>& entries);
    /// Changes the leverages, in 1/10,000; what is open stays as it is.
    void setLeverage(std::int64_t longLeverage, std::int64_t shortLeverage);
    /// Books one part of a fill and returns the profit it realised, after its share of all fees.
    Money trade(const TradePart& part, std::vector<LedgerEntry>& entries);
    /// Books what borrowing cost; nothing when it is zero.
    void chargeInterest(Money amount, Timestamp time, CorrelationId correlation,
                        std::vector<LedgerEntry>& entries);
    /// Books what a held perpetual received, or paid when negative; nothing when it is zero.
    void payFunding(SymbolIndex symbol, Money amount, Timestamp time, CorrelationId correlation,
                    std::vector<LedgerEntry>& entries);
    /// Brings negative cash of a flat account to zero and returns the loss beyond the account.
    Money writeOff(Timestamp time, CorrelationId correlation, std::vector<LedgerEntry>& entries);

    [[nodiscard]] const AccountSettings& settings() const { return m_settings; }
    [[nodiscard]] Money cash() const { return m_cash; }
    [[nodiscard]] const std::vector<Position>& positions() const { return m_positions; }
    [[nodiscard]] const Position& position(SymbolIndex symbol) const { return m_positions[symbol]; }
    [[nodiscard]] bool isFlat() const { return m_open == 0; }
    [[nodiscard]] Money realisedProfit() const { return m_realised; }
    [[nodiscard]] Money fees() const { return m_fees; }
    /// Interest and rollovers paid; not part of fees or of any position's profit.
    [[nodiscard]] Money borrowInterest() const { return m_borrowInterest; }
    [[nodiscard]] Money badDebt() const { return m_badDebt; }
    /// Deposits less withdrawals.
    [[nodiscard]] Money deposits() const { return m_deposits; }

private:
    Money reduce(Position& position, const TradePart& part);

    AccountSettings m_settings;
    Money m_cash;
    std::vector<Position> m_positions;
    int m_open = 0; ///< Number of positions that are not zero.
    Money m_realised;
    Money m_fees;
    Money m_borrowInterest;
    Money m_badDebt;
    Money m_deposits;
};

} // namespace core::portfolio
