// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <vector>

/// A whole number of any length, computed as at school, digit by digit: slow and plain to see through.
class BigInt
{
public:
    BigInt(long long value = 0) : BigInt(std::to_string(value)) {}
    explicit BigInt(const std::string& text)
    {
        m_negative = text[0] == '-';
        for (std::size_t i = text.size(); i-- > (m_negative ? 1 : 0);)
            m_digits.push_back(text[i] - '0');
        trim();
    }

    [[nodiscard]] bool isNegative() const { return m_negative; }
    [[nodiscard]] bool isZero() const { return m_digits.empty(); }
    [[nodiscard]] BigInt magnitude() const { return m_negative ? -*this : *this; }
    [[nodiscard]] std::string text() const
    {
        std::string text = m_negative ? "-" : "";
        for (std::size_t i = m_digits.size(); i-- > 0;)
            text += static_cast<char>('0' + m_digits[i]);
        return m_digits.empty() ? "0" : text;
    }

    BigInt operator-() const
    {
        BigInt result = *this;
        result.m_negative = !m_negative && !isZero();
        return result;
    }
    friend BigInt operator+(const BigInt& a, const BigInt& b)
    {
        if (a.m_negative == b.m_negative) {
            BigInt sum = sumOf(a, b);
            sum.m_negative = a.m_negative;
            sum.trim();
            return sum;
        }
        const bool aIsLarger = compareDigits(a, b) >= 0;
        BigInt difference = aIsLarger ? differenceOf(a, b) : differenceOf(b, a);
        difference.m_negative = aIsLarger ? a.m_negative : b.m_negative;
        difference.trim();
        return difference;
    }
    friend BigInt operator-(const BigInt& a, const BigInt& b) { return a + -b; }
    friend BigInt operator*(const BigInt& a, const BigInt& b)
    {
        BigInt product;
        product.m_digits.assign(a.m_digits.size() + b.m_digits.size(), 0);
        for (std::size_t i = 0; i < a.m_digits.size(); ++i) {
            for (std::size_t j = 0; j < b.m_digits.size(); ++j) {
                int carry = a.m_digits[i] * b.m_digits[j];
                for (std::size_t at = i + j; carry > 0; ++at) {
                    carry += product.m_digits[at];
                    product.m_digits[at] = carry % 10;
                    carry /= 10;
                }
            }
        }
        product.m_negative = a.m_negative != b.m_negative;
        product.trim();
        return product;
    }
    /// Rounded towards minus infinity; `divisor` is positive.
    [[nodiscard]] BigInt dividedBy(const BigInt& divisor) const
    {
        BigInt quotient;
        BigInt rest;
        for (std::size_t i = m_digits.size(); i-- > 0;) {
            rest = rest * BigInt(10) + BigInt(m_digits[i]);
            int times = 0;
            while (compareDigits(rest, divisor) >= 0) {
                rest = differenceOf(rest, divisor);
                rest.trim();
                ++times;
            }
            quotient.m_digits.insert(quotient.m_digits.begin(), times);
        }
        quotient.m_negative = m_negative;
        quotient.trim();
        return m_negative && !rest.isZero() ? quotient - BigInt(1) : quotient;
    }
    /// To the nearest whole number, a half to the even one; `divisor` is positive.
    [[nodiscard]] BigInt roundedBy(const BigInt& divisor) const
    {
        const BigInt floor = dividedBy(divisor);
        const BigInt twice = (*this - floor * divisor) * BigInt(2);
        const bool isOdd = !floor.isZero() && floor.m_digits[0] % 2 != 0;
        return divisor < twice || (twice == divisor && isOdd) ? floor + BigInt(1) : floor;
    }
    [[nodiscard]] static BigInt powerOfTen(int exponent)
    {
        return BigInt("1" + std::string(static_cast<std::size_t>(exponent), '0'));
    }

    friend bool operator==(const BigInt& a, const BigInt& b)
    {
        return a.m_negative == b.m_negative && a.m_digits == b.m_digits;
    }
    friend bool operator<(const BigInt& a, const BigInt& b) { return (a - b).m_negative; }
    friend bool operator<=(const BigInt& a, const BigInt& b) { return !(b < a); }

private:
    void trim()
    {
        while (!m_digits.empty() && m_digits.back() == 0)
            m_digits.pop_back();
        m_negative = m_negative && !m_digits.empty();
    }
    static int compareDigits(const BigInt& a, const BigInt& b)
    {
        if (a.m_digits.size() != b.m_digits.size())
            return a.m_digits.size() < b.m_digits.size() ? -1 : 1;
        for (std::size_t i = a.m_digits.size(); i-- > 0;) {
            if (a.m_digits[i] != b.m_digits[i])
                return a.m_digits[i] < b.m_digits[i] ? -1 : 1;
        }
        return 0;
    }
    static BigInt sumOf(const BigInt& a, const BigInt& b)
    {
        BigInt sum;
        int carry = 0;
        for (std::size_t i = 0; i < std::max(a.m_digits.size(), b.m_digits.size()) || carry > 0; ++i) {
            carry += i < a.m_digits.size() ? a.m_digits[i] : 0;
            carry += i < b.m_digits.size() ? b.m_digits[i] : 0;
            sum.m_digits.push_back(carry % 10);
            carry /= 10;
        }
        return sum;
    }
    /// Of magnitudes; `a` is not the smaller one.
    static BigInt differenceOf(const BigInt& a, const BigInt& b)
    {
        BigInt difference;
        int borrow = 0;
        for (std::size_t i = 0; i < a.m_digits.size(); ++i) {
            int digit = a.m_digits[i] - borrow - (i < b.m_digits.size() ? b.m_digits[i] : 0);
            borrow = digit < 0 ? 1 : 0;
            difference.m_digits.push_back(digit + 10 * borrow);
        }
        return difference;
    }

    std::vector<int> m_digits; ///< The last one first.
    bool m_negative = false;
};
