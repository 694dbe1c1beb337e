/* Dates and times as ISO 8601 text. Included by text.c only; writers as in text_numbers.h. */
#ifndef SEEDBED_TEXT_MOMENTS_H
#define SEEDBED_TEXT_MOMENTS_H

#include "text_numbers.h"

#define FIRST_DAY INT64_C(-719162) /* 0001-01-01, in days since 1970-01-01 */
#define LAST_DAY INT64_C(2932896)  /* 9999-12-31 */
#define SECONDS_A_DAY 86400

static inline uint8_t *put_pair(uint8_t *to, uint32_t v) {
    uint32_t tens = (v * 103) >> 10;
    uint16_t text = (uint16_t)(tens | (v - tens * 10) << 8 | 0x3030);
    memcpy(to, &text, 2);
    return to + 2;
}

/* Days to year, month, day: C. Neri and L. Schneider, "Euclidean affine functions and their application to calendar
 * algorithms" (2022), for days from 0001-01-01 on. */
static inline uint8_t *put_date(uint8_t *to, int64_t days) {
    uint32_t from_march_0000 = (uint32_t)(days + 719468);
    uint32_t n = 4 * from_march_0000 + 3;
    uint32_t century = n / 146097;
    uint64_t product = UINT64_C(2939745) * ((n % 146097) | 3);
    uint32_t year = 100 * century + (uint32_t)(product >> 32);
    uint32_t day_of_year = (uint32_t)product / 2939745 / 4;
    uint32_t m = 2141 * day_of_year + 197913;
    uint32_t month = m >> 16, day = (m & 0xffff) / 2141 + 1;
    uint32_t next = day_of_year >= 306;
    year += next;
    month -= next ? 12 : 0;
    to = put_pair(put_pair(to, year / 100), year % 100);
    *to++ = '-';
    to = put_pair(to, month);
    *to++ = '-';
    return put_pair(to, day);
}

/* The second of a day, and its fraction in `digits` digits: 0, 3, 6 or 9. */
static inline uint8_t *put_clock(uint8_t *to, uint32_t second, uint64_t fraction, int digits) {
    to = put_pair(to, second / 3600);
    *to++ = ':';
    to = put_pair(to, second / 60 % 60);
    *to++ = ':';
    to = put_pair(to, second % 60);
    if (digits == 0)
        return to;
    *to++ = '.';
    if (digits == 9) {
        *to++ = (uint8_t)('0' + fraction / TEN_8);
        return put_eight(to, fraction % TEN_8);
    }
    uint64_t text = (eight_digits(fraction) | ASCII_ZEROS) >> (8 * (8 - digits));
    memcpy(to, &text, 8);
    return to + digits;
}

/* Writes a time of day; 0 if it is none. `digits` is a constant at every call, so the divisions are products. */
static inline uint8_t *put_time(uint8_t *to, int64_t v, int digits) {
    int64_t ticks = (int64_t)seedbed_tens[digits];
    if (v < 0 || v >= SECONDS_A_DAY * ticks)
        return 0;
    return put_clock(to, (uint32_t)(v / ticks), (uint64_t)(v % ticks), digits);
}

/* Writes a timestamp; 0 outside the years 0001 to 9999. */
static inline uint8_t *put_timestamp(uint8_t *to, int64_t v, int digits, int zone) {
    int64_t ticks = (int64_t)seedbed_tens[digits];
    int64_t seconds = v / ticks, fraction = v % ticks;
    seconds -= fraction < 0;
    fraction += fraction < 0 ? ticks : 0;
    int64_t days = seconds / SECONDS_A_DAY, second = seconds % SECONDS_A_DAY;
    days -= second < 0;
    second += second < 0 ? SECONDS_A_DAY : 0;
    if (days < FIRST_DAY || days > LAST_DAY)
        return 0;
    to = put_date(to, days);
    *to++ = 'T';
    to = put_clock(to, (uint32_t)second, (uint64_t)fraction, digits);
    *to = 'Z';
    return to + zone;
}

#endif
