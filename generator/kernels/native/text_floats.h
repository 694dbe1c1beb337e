/* Floats as text: rounded to decimals, or the shortest that reads back. Included by text.c only; writers as in
 * text_numbers.h.
 */
#ifndef SEEDBED_TEXT_FLOATS_H
#define SEEDBED_TEXT_FLOATS_H

#include "text_numbers.h"

static const double seedbed_double_tens[23] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* v * 10^digits rounded half to even, for products below 2^53. */
static inline uint64_t scaled_integer(double v, int digits) {
    const double half_even = 4503599627370496.0; /* 2^52: adding it rounds a smaller number to an integer */
    double scaled = v * seedbed_double_tens[digits];
    return (uint64_t)(scaled < half_even ? (scaled + half_even) - half_even : scaled);
}

#define MOST_SCALED (UINT64_C(1) << 52)

/* values * 10^digits rounded, and their signs; the largest, or MOST_SCALED and more where one is not exact so. */
SEEDBED_CLONES
static uint64_t scale_floats(const double *values, int64_t count, int digits, uint64_t *scaled, uint8_t *negative) {
    const double half_even = 4503599627370496.0, ten = seedbed_double_tens[digits];
    const uint64_t zero = UINT64_C(0x4330000000000000); /* the bits of 2^52: integers follow one another from there */
    uint64_t largest = 0;
    for (int64_t i = 0; i < count; i++) {
        uint64_t bits, sum_bits;
        memcpy(&bits, values + i, 8);
        double sum = __builtin_fabs(values[i]) * ten + half_even; /* too large numbers and none give larger bits */
        memcpy(&sum_bits, &sum, 8);
        scaled[i] = sum_bits - zero;
        negative[i] = (uint8_t)(bits >> 63);
        largest = largest < scaled[i] ? scaled[i] : largest;
    }
    return largest;
}

/* A float that was rounded to `digits` decimals, with |v * 10^digits| < 2^53: positional, at least one decimal, or all
 * of them where their number is `fixed`. */
static inline uint8_t *put_rounded(uint8_t *to, double size, int negative, int digits, int fixed) {
    uint64_t n = scaled_integer(size, digits);
    *to = '-';
    to += negative;
    uint64_t ten = digits <= 18 ? seedbed_tens[digits] : UINT64_MAX; /* n < 10^16 */
    uint64_t whole = n / ten, rest = n - whole * ten;
    to = put_unsigned(to, whole);
    if (fixed && digits == 0)
        return to;
    *to++ = '.';
    if (digits == 0) {
        *to++ = '0';
        return to;
    }
    uint8_t *first = to;
    for (int zeros = digits - 18; zeros > 0; zeros--)
        *to++ = '0';
    to = put_padded(to, rest, digits > 18 ? 18 : digits);
    while (!fixed && to > first + 1 && to[-1] == '0')
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

/* Any float of `column`; `single`: the bits of a narrow one. */
static inline uint8_t *put_any_float(const text_column *column, const text_layout *layout, uint8_t *to, double v,
                                     uint32_t single) {
    uint64_t bits;
    memcpy(&bits, &v, 8);
    int negative = (int)(bits >> 63);
    double size = negative ? -v : v;
    if (column->digits >= 0 && size * seedbed_double_tens[column->digits] < 9007199254740992.0)
        return put_rounded(to, size, negative, column->digits, column->fixed);
    if ((bits >> 52 & 0x7ff) == 0x7ff) {
        text_piece odd = v != v ? layout->nan : negative ? layout->minus_infinity : layout->infinity;
        memcpy(to, odd.text, (size_t)odd.length);
        return to + odd.length;
    }
    return column->width == 4 ? put_single(to, single, layout->powers) : put_double(to, bits, layout->powers);
}

#endif
