/* Numbers as text: integers and decimals of fixed scale. Included by text.c only.
 *
 * Every writer takes the place where the text begins, may store up to 16 bytes past its end, and returns its end.
 */
#ifndef SEEDBED_TEXT_NUMBERS_H
#define SEEDBED_TEXT_NUMBERS_H

#include "text_digits.h"

#define TEN_8 UINT64_C(100000000)
#define TEN_16 UINT64_C(10000000000000000)
#define TEN_18 UINT64_C(1000000000000000000)

static const uint64_t seedbed_tens[19] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, TEN_8, TEN_8 * 10, TEN_8 * 100, TEN_8 * 1000, TEN_8 * 10000,
    TEN_8 * 100000, TEN_8 * 1000000, TEN_8 * 10000000, TEN_16, TEN_16 * 10, TEN_18,
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

/* Where the digits of a number of up to 16 end that is written from the right, in bytes from the slot's text. */
#define POINT 17

/* The number of sixteen digits, or of the low eight where not `wide`, without leading zeros, up to `to` + POINT; where
 * it starts. */
__attribute__((always_inline)) static inline uint8_t *put_leftward(uint8_t *to, uint64_t high, uint64_t low, int wide) {
    uint64_t text = low | ASCII_ZEROS;
    memcpy(to + POINT - 8, &text, 8);
    int zeros = __builtin_ctzll(low | UINT64_C(1) << 56) >> 3;
    if (wide) {
        text = high | ASCII_ZEROS;
        memcpy(to + POINT - 16, &text, 8);
        zeros = high ? (__builtin_ctzll(high | UINT64_C(1) << 63) >> 3) - 8 : zeros;
    }
    return to + POINT - 8 + zeros;
}

/* The same with 1 to 8 decimals: the point stands at `to` + POINT; where the text starts. `end`: behind all decimals, or
 * behind the last that is not 0, but the first, where `strip`. */
__attribute__((always_inline)) static inline uint8_t *put_fixed(uint8_t *to, uint64_t high, uint64_t low, int decimals,
                                                                int wide, int strip, uint8_t **end) {
    uint64_t text = low | ASCII_ZEROS, last = UINT64_C(1) << 63 >> (8 * decimals & 63); /* the last before the point */
    int rest = 64 - 8 * decimals;
    uint8_t *point = to + POINT;
    memcpy(point - 8 + decimals, &text, 8);
    int start = (__builtin_ctzll(low | last) >> 3) - 8;
    if (wide || decimals == 8) {
        uint64_t high_text = high | ASCII_ZEROS;
        memcpy(point - 16 + decimals, &high_text, 8);
        int high_start = (__builtin_ctzll(high | UINT64_C(1) << 56) >> 3) - 16;
        start = high || decimals == 8 ? high_start : start;
    }
    text >>= rest;
    *point = '.';
    memcpy(point + 1, &text, 8);
    *end = point + 1 + (strip ? 8 - (__builtin_clzll(low >> rest | 1) >> 3) : decimals);
    return point + start + decimals;
}

/* Numbers below 10^16 as their high and low eight digits; `high` is left alone where not `wide`. */
static void split_sixteens(uint64_t *high, uint64_t *low, int64_t count, int wide) {
    if (wide) {
        for (int64_t i = 0; i < count; i++) {
            high[i] = low[i] / TEN_8;
            low[i] -= high[i] * TEN_8;
        }
        split_eights(high, count);
    }
    split_eights(low, count);
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

/* A decimal of scale <= 38 whose digits fit 64 bits, without its sign. */
static inline uint8_t *put_decimal(uint8_t *to, uint64_t v, int scale) {
    if (scale == 0)
        return put_unsigned(to, v);
    if (scale > 18)
        return put_wide_decimal(to, v, scale);
    uint64_t whole = v / seedbed_tens[scale];
    to = put_unsigned(to, whole);
    *to++ = '.';
    return put_padded(to, v - whole * seedbed_tens[scale], scale);
}

#endif
