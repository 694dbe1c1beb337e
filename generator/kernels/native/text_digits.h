/* Digits of whole mini-batches, a pass at a time over short arrays: loops that compilers make wide. Included by text*.
 *
 * Digits stand one a byte, the first in the lowest.
 */
#ifndef SEEDBED_TEXT_DIGITS_H
#define SEEDBED_TEXT_DIGITS_H

#include "text_cells.h"

#define ASCII_ZEROS UINT64_C(0x3030303030303030)

typedef uint32_t __attribute__((may_alias)) lane32;
typedef uint16_t __attribute__((may_alias)) lane16;

/* Four numbers below 100 a word, in lanes of 16 bits, become their eight digits. */
__attribute__((always_inline)) static inline void split_pairs(uint64_t *words, int64_t count) {
    lane16 *pairs = (lane16 *)words;
    for (int64_t i = 0; i < 4 * count; i++) {
        uint16_t tens = (uint16_t)((uint16_t)(pairs[i] * 103) >> 10);
        pairs[i] = (uint16_t)(tens | (uint16_t)(pairs[i] - 10 * tens) << 8);
    }
}

/* Numbers below 10^8 become their eight digits, leading zeros included. */
SEEDBED_CLONES
static void split_eights(uint64_t *words, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t high = (uint64_t)(uint32_t)words[i] * UINT32_C(109951163) >> 40; /* / 10^4 */
        words[i] = high | (words[i] - (uint64_t)(uint32_t)high * UINT32_C(10000)) << 32;
    }
    lane32 *fours = (lane32 *)words;
    for (int64_t i = 0; i < 2 * count; i++) {
        uint32_t hundreds = fours[i] * UINT32_C(10486) >> 20; /* / 100 */
        fours[i] = hundreds | (fours[i] - 100 * hundreds) << 16;
    }
    split_pairs(words, count);
}

/* Days since 1970-01-01, from 0001-01-01 on, become YYYYMMDD: C. Neri and L. Schneider, "Euclidean affine functions and
 * their application to calendar algorithms" (2022). */
SEEDBED_CLONES
static void split_dates(const int32_t *days, uint64_t *words, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t n = 4 * (uint32_t)(days[i] + 719468) + 3; /* from March of the year 0 */
        uint32_t century = n / 146097;
        uint64_t product = (uint64_t)UINT32_C(2939745) * ((n - century * 146097) | 3);
        uint32_t day_of_year = (uint32_t)product / 2939745 / 4;
        uint32_t m = 2141 * day_of_year + 197913;
        uint32_t next = day_of_year >= 306; /* January and February belong to the year that follows */
        uint32_t year = 100 * century + (uint32_t)(product >> 32) + next;
        uint32_t month = (m >> 16) - 12 * next, day = ((m & 0xffff) * 31345 >> 26) + 1; /* / 2141 */
        uint32_t hundreds = year * 5243 >> 19;
        words[i] = (hundreds | (year - hundreds * 100) << 16) | (uint64_t)(month | day << 16) << 32;
    }
    split_pairs(words, count);
}

/* Seconds of a day become HHMMSS and the two digits of `more`, a number below 100. */
SEEDBED_CLONES
static void split_clocks(const uint32_t *seconds, const uint32_t *more, uint64_t *words, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t minutes = seconds[i] / 60, hours = minutes / 60;
        words[i] = (hours | (minutes - hours * 60) << 16) |
                   (uint64_t)((seconds[i] - minutes * 60) | more[i] << 16) << 32;
    }
    split_pairs(words, count);
}

#endif
