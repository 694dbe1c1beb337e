/* Numbers as text: integers, decimals of fixed scale, rounded floats and shortest floats. Included by text.c only.
 *
 * Every writer takes the place where the text begins, may store up to 16 bytes past its end, and returns its end.
 */
#ifndef SEEDBED_TEXT_NUMBERS_H
#define SEEDBED_TEXT_NUMBERS_H

#include "kernels.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the text kernels read and write little-endian words"
#endif

#define TEN_8 UINT64_C(100000000)
#define TEN_16 UINT64_C(10000000000000000)
#define TEN_18 UINT64_C(1000000000000000000)
#define ASCII_ZEROS UINT64_C(0x3030303030303030)
#define NUMBER_ROOM 64 /* no number, date or time is longer, the 16 bytes of slack included */

static const uint64_t seedbed_tens[19] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, TEN_8, TEN_8 * 10, TEN_8 * 100, TEN_8 * 1000, TEN_8 * 10000,
    TEN_8 * 100000, TEN_8 * 1000000, TEN_8 * 10000000, TEN_16, TEN_16 * 10, TEN_18,
};

static const double seedbed_double_tens[23] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* The eight decimal digits of v < 10^8, one a byte, the first in the lowest: lanes are halved from 8 to 4 to 2 digits. */
static inline uint64_t eight_digits(uint64_t v) {
    uint64_t high = v / 10000;
    uint64_t x = high | (v - high * 10000) << 32;
    uint64_t hundreds = ((x * 10486) >> 20) & UINT64_C(0x0000007f0000007f);
    x = hundreds | (x - hundreds * 100) << 16;
    uint64_t tens = ((x * 103) >> 10) & UINT64_C(0x000f000f000f000f);
    return tens | (x - tens * 10) << 8;
}

static inline uint8_t *put_eight(uint8_t *to, uint64_t v) {
    uint64_t digits = eight_digits(v) | ASCII_ZEROS;
    memcpy(to, &digits, 8);
    return to + 8;
}

/* v < 10^8 without leading zeros. */
static inline uint8_t *put_short(uint8_t *to, uint64_t v) {
    uint64_t digits = eight_digits(v);
    int zeros = __builtin_ctzll(digits | UINT64_C(1) << 56) >> 3;
    digits = (digits | ASCII_ZEROS) >> (8 * zeros);
    memcpy(to, &digits, 8);
    return to + 8 - zeros;
}

static inline uint8_t *put_unsigned(uint8_t *to, uint64_t v) {
    if (v < TEN_8)
        return put_short(to, v);
    if (v < TEN_16) {
        to = put_short(to, v / TEN_8);
        return put_eight(to, v % TEN_8);
    }
    to = put_short(to, v / TEN_16);
    v %= TEN_16;
    to = put_eight(to, v / TEN_8);
    return put_eight(to, v % TEN_8);
}

/* Exactly `count` <= 18 digits of v < 10^count. */
static inline uint8_t *put_padded(uint8_t *to, uint64_t v, int count) {
    uint8_t digits[40];
    memset(digits + 18, '0', 18); /* the copies below reach behind the digits */
    put_short(digits, v / TEN_16);
    if (v / TEN_16 < 10) {
        digits[1] = digits[0];
        digits[0] = '0';
    }
    v %= TEN_16;
    put_eight(put_eight(digits + 2, v / TEN_8), v % TEN_8);
    memcpy(to, digits + 18 - count, 16);
    memcpy(to + 16, digits + 34 - count, 2);
    return to + count;
}

static inline uint8_t *put_signed(uint8_t *to, int64_t v) {
    *to = '-';
    to += v < 0;
    return put_unsigned(to, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* A decimal of scale <= 18 that fits 64 bits. */
static inline uint8_t *put_decimal(uint8_t *to, int64_t v, int scale) {
    uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    *to = '-';
    to += v < 0;
    if (scale == 0)
        return put_unsigned(to, size);
    uint64_t whole = size / seedbed_tens[scale], rest = size - whole * seedbed_tens[scale];
    to = put_unsigned(to, whole);
    *to++ = '.';
    if (scale <= 8) {
        uint64_t digits = (eight_digits(rest) | ASCII_ZEROS) >> (8 * (8 - scale));
        memcpy(to, &digits, 8);
        return to + scale;
    }
    return put_padded(to, rest, scale);
}

/* Any decimal of 128 bits (up to 39 digits) and scale up to 38. */
static inline uint8_t *put_wide_decimal(uint8_t *to, __int128 v, int scale) {
    uint8_t digits[80];
    unsigned __int128 size = v < 0 ? 0 - (unsigned __int128)v : (unsigned __int128)v;
    uint64_t low = (uint64_t)(size % TEN_18), middle = (uint64_t)(size / TEN_18 % TEN_18);
    uint64_t high = (uint64_t)(size / TEN_18 / TEN_18); /* below 10^3 */
    put_padded(put_padded(put_padded(digits, high, 3), middle, 18), low, 18);
    int first = 0, point = 39 - scale; /* digits[0..39), the point stands before digits[point] */
    while (first < point - 1 && digits[first] == '0')
        first++;
    *to = '-';
    to += v < 0;
    memcpy(to, digits + first, (size_t)(point - first));
    to += point - first;
    if (scale == 0)
        return to;
    *to++ = '.';
    memcpy(to, digits + point, (size_t)scale);
    return to + scale;
}

/* A float that was rounded to `digits` decimals, with |v * 10^digits| < 2^53: positional, at least one decimal. */
static inline uint8_t *put_rounded(uint8_t *to, double size, int negative, int digits) {
    const double half_even = 4503599627370496.0; /* 2^52: adding it rounds a smaller number to an integer, half to even */
    double scaled = size * seedbed_double_tens[digits];
    uint64_t n = (uint64_t)(scaled < half_even ? (scaled + half_even) - half_even : scaled);
    *to = '-';
    to += negative;
    uint64_t ten = digits <= 18 ? seedbed_tens[digits] : UINT64_MAX; /* n < 10^16 */
    uint64_t whole = n / ten, rest = n - whole * ten;
    to = put_unsigned(to, whole);
    *to++ = '.';
    if (digits == 0) {
        *to++ = '0';
        return to;
    }
    uint8_t *first = to;
    if (digits <= 8) {
        uint64_t text = (eight_digits(rest) | ASCII_ZEROS) >> (8 * (8 - digits));
        memcpy(to, &text, 8);
        to += digits;
    } else {
        for (int zeros = digits - 18; zeros > 0; zeros--)
            *to++ = '0';
        to = put_padded(to, rest, digits > 18 ? 18 : digits);
    }
    while (to > first + 1 && to[-1] == '0')
        to--;
    return to;
}

/* The shortest decimal that rounds to a binary float, the closest of several: R. Giulietti, "The Schubfach way to
 * render doubles" (2020). `powers` holds 10^k for k = -292 to 324 as 128-bit significands, rounded up, high word first.
 */
#define FIRST_POWER (-292)

static inline uint64_t round_to_odd(const uint64_t *power, uint64_t v) {
    unsigned __int128 low = (unsigned __int128)power[1] * v, high = (unsigned __int128)power[0] * v;
    high += (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

static inline int shift_floor(int v, int factor, int shift) {
    return (int)(((int64_t)v * factor) >> shift); /* arithmetic shift: floor(v * log) */
}

/* c * 2^q -> digits and their exponent of ten; `closer`: the float below is at half the distance of the one above. */
static inline uint64_t shortest(uint64_t c, int q, int closer, const uint64_t *powers, int *exponent) {
    int k = (int)(((int64_t)q * 1262611 - (closer ? 524031 : 0)) >> 22);
    int h = q + shift_floor(-k, 1741647, 19) + 1;
    const uint64_t *power = powers + 2 * (-k - FIRST_POWER);
    uint64_t odd = c & 1;
    uint64_t lower = round_to_odd(power, (4 * c - 2 + (uint64_t)closer) << h) + odd;
    uint64_t value = round_to_odd(power, (4 * c) << h);
    uint64_t upper = round_to_odd(power, (4 * c + 2) << h) - odd;
    uint64_t s = value / 4;
    if (s >= 10) {
        uint64_t ten = s / 10;
        int below = lower <= 40 * ten, above = 40 * ten + 40 <= upper;
        if (below != above) {
            *exponent = k + 1;
            return ten + (uint64_t)above;
        }
    }
    *exponent = k;
    int below = lower <= 4 * s, above = 4 * s + 4 <= upper;
    if (below != above)
        return s + (uint64_t)above;
    uint64_t middle = 4 * s + 2;
    return s + (uint64_t)(value > middle || (value == middle && (s & 1)));
}

/* Digits and exponent laid out as Python's repr does: positional from 1e-4 to below 1e16. */
static inline uint8_t *put_scientific(uint8_t *to, uint64_t digits, int exponent) {
    uint8_t text[40];
    int count = (int)(put_unsigned(text, digits) - text);
    int point = count + exponent; /* where the decimal point stands, from the first digit */
    while (count > 1 && text[count - 1] == '0')
        count--;
    if (point > 16 || point < -3) {
        *to++ = text[0];
        if (count > 1) {
            *to++ = '.';
            memcpy(to, text + 1, 16);
            to += count - 1;
        }
        *to++ = 'e';
        int power = point - 1;
        *to++ = power < 0 ? '-' : '+';
        power = power < 0 ? -power : power;
        if (power < 10)
            *to++ = '0';
        return put_short(to, (uint64_t)power);
    }
    if (point <= 0) {
        memcpy(to, "0.000", 5);
        to += 2 - point;
        memcpy(to, text, 24);
        return to + count;
    }
    memset(to, '0', 24);
    memcpy(to, text, (size_t)(count < point ? count : point));
    to += point;
    *to++ = '.';
    if (count <= point) {
        *to++ = '0';
        return to;
    }
    memcpy(to, text + point, 16);
    return to + count - point;
}

static inline uint8_t *put_shortest(uint8_t *to, uint64_t fraction, int biased, int fraction_bits, int bias,
                                    const uint64_t *powers) {
    int exponent;
    if (fraction == 0 && biased == 0) {
        memcpy(to, "0.0", 3);
        return to + 3;
    }
    int normal = biased != 0;
    uint64_t c = normal ? fraction | UINT64_C(1) << fraction_bits : fraction;
    int q = (normal ? biased : 1) - bias - fraction_bits;
    uint64_t digits = shortest(c, q, fraction == 0 && biased > 1, powers, &exponent);
    return put_scientific(to, digits, exponent);
}

static inline uint8_t *put_double(uint8_t *to, uint64_t bits, const uint64_t *powers) {
    *to = '-';
    to += bits >> 63;
    return put_shortest(to, bits & ((UINT64_C(1) << 52) - 1), (int)(bits >> 52 & 0x7ff), 52, 1023, powers);
}

static inline uint8_t *put_single(uint8_t *to, uint32_t bits, const uint64_t *powers) {
    *to = '-';
    to += bits >> 31;
    return put_shortest(to, bits & ((UINT32_C(1) << 23) - 1), (int)(bits >> 23 & 0xff), 23, 127, powers);
}

#endif
