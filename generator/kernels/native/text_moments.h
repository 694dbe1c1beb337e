/* Dates and times as ISO 8601 text. Included by text.c only; writers as in text_numbers.h. */
#ifndef SEEDBED_TEXT_MOMENTS_H
#define SEEDBED_TEXT_MOMENTS_H

#include "text_numbers.h"
#include "text_slots.h"

#define FIRST_DAY INT64_C(-719162) /* 0001-01-01, in days since 1970-01-01 */
#define LAST_DAY INT64_C(2932896)  /* 9999-12-31 */

static inline uint64_t byte_at(uint8_t byte, int at) { return (uint64_t)byte << (8 * at); }

/* The texts of a mini-batch's moments, in words of eight bytes: YYYY-MM-, DDTHH:MM and :SS.fff of a timestamp, of a
 * time HH:MM:SS and .fff. The digits of a fraction of 6 or 9 are put over the third word's end. */
typedef struct {
    uint64_t first[MINI_BATCH], second[MINI_BATCH], third[MINI_BATCH], fractions[MINI_BATCH];
} text_moments;

SEEDBED_CLONES
static void lay_dates(text_moments *texts, const uint64_t *dates, int64_t count, uint8_t before_time) {
    const uint64_t points = byte_at(before_time, 2) | byte_at(':', 5);
    for (int64_t i = 0; i < count; i++) {
        uint64_t date = dates[i] | ASCII_ZEROS;
        texts->first[i] = (date & 0xffffffff) | byte_at('-', 4) | (date >> 32 & 0xffff) << 40 | byte_at('-', 7);
        texts->second[i] = date >> 48 | points;
    }
}

SEEDBED_CLONES
static void lay_stamps(text_moments *texts, const uint64_t *clocks, int64_t count, int digits) {
    uint64_t points = byte_at(':', 0) | byte_at('.', 3) | byte_at('0', 6);
    for (int64_t i = 0; i < count; i++) {
        uint64_t clock = clocks[i] | ASCII_ZEROS;
        texts->second[i] |= (clock & 0xffff) << 24 | (clock >> 16 & 0xffff) << 48;
        texts->third[i] = points | (clock >> 32 & 0xffff) << 8 | clock >> 48 << 32;
    }
    if (digits == 3)
        for (int64_t i = 0; i < count; i++)
            texts->third[i] += texts->fractions[i] << 48;
}

SEEDBED_CLONES
static void lay_times(text_moments *texts, const uint64_t *clocks, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t clock = clocks[i] | ASCII_ZEROS;
        texts->first[i] = (clock & 0xffff) | byte_at(':', 2) | (clock >> 16 & 0xffff) << 24 | byte_at(':', 5) |
                          (clock >> 32 & 0xffff) << 48;
        texts->second[i] = byte_at('.', 0) | clock >> 48 << 8 | (texts->fractions[i] + '0') << 24;
    }
}

/* The fraction of a second in `digits` digits, 6 or 9. */
static inline uint8_t *put_fraction(uint8_t *to, uint64_t fraction, int digits) {
    if (digits == 9) {
        *to++ = (uint8_t)('0' + fraction / TEN_8);
        return put_eight(to, fraction % TEN_8);
    }
    uint64_t text = (eight_digits(fraction) | ASCII_ZEROS) >> 16;
    memcpy(to, &text, 8);
    return to + 6;
}

#define A_DAY(DIGITS) (INT64_C(86400) * (int64_t)seedbed_tens[DIGITS])

/* floor(v / ticks of a day) */
static inline int64_t day_of(int64_t v, int digits) {
    int64_t days = v / A_DAY(digits);
    return days - (v < days * A_DAY(digits));
}

typedef struct {
    int64_t first, last;
} text_range;

/* The values that are times of a day, or lie in the years 0001 to 9999. */
static inline text_range moments_of(int kind, int digits) {
    if (kind == TIME)
        return (text_range){0, A_DAY(digits) - 1};
    if (kind == TIMESTAMP && digits == 9)
        return (text_range){INT64_MIN, INT64_MAX}; /* 64 bits reach from 1677 to 2262 */
    int64_t ticks = kind == DATE ? 1 : A_DAY(digits);
    return (text_range){FIRST_DAY * ticks, (LAST_DAY + 1) * ticks - 1};
}

/* The first of values[0..count) that lies outside, or count. */
static inline int64_t first_outside(const int64_t *values, int64_t count, text_range range) {
    int64_t outside = 0, i = 0;
    for (; i < count; i++)
        outside |= (values[i] < range.first) | (values[i] > range.last);
    for (i = outside ? 0 : count; i < count && values[i] >= range.first && values[i] <= range.last;)
        i++;
    return i;
}

/* Values into days, seconds of a day and what is left: of milliseconds the last digit, the first two in `tens`. */
__attribute__((always_inline)) static inline void cut_by(const int64_t *values, int64_t count, int digits, int32_t *days,
                                                         uint32_t *seconds, uint32_t *tens, uint64_t *fractions) {
    const uint64_t ticks = seedbed_tens[digits];
    for (int64_t i = 0; i < count; i++) {
        int64_t day = day_of(values[i], digits);
        uint64_t rest = (uint64_t)values[i] - (uint64_t)day * (uint64_t)A_DAY(digits);
        days[i] = (int32_t)day;
        seconds[i] = (uint32_t)(rest / ticks);
        fractions[i] = rest - seconds[i] * ticks;
        tens[i] = digits == 3 ? (uint32_t)fractions[i] / 10 : 0;
        fractions[i] -= 10 * tens[i];
    }
}

static void cut_moments(const int64_t *values, int64_t count, int digits, int32_t *days, uint32_t *seconds, uint32_t *tens,
                        uint64_t *fractions) {
    switch (digits) { /* constants, so that the divisions are products */
    case 0: cut_by(values, count, 0, days, seconds, tens, fractions); break;
    case 3: cut_by(values, count, 3, days, seconds, tens, fractions); break;
    case 6: cut_by(values, count, 6, days, seconds, tens, fractions); break;
    default: cut_by(values, count, 9, days, seconds, tens, fractions); break;
    }
}

/* Lays out the texts of dates, times and timestamps. */
static void lay_moments(text_moments *texts, const int64_t *values, int64_t count, int kind, int digits,
                        uint8_t before_time) {
    int32_t days[MINI_BATCH] = {0};
    uint32_t seconds[MINI_BATCH], tens[MINI_BATCH];
    uint64_t words[MINI_BATCH];
    if (kind == DATE)
        for (int64_t i = 0; i < count; i++)
            days[i] = (int32_t)values[i];
    else
        cut_moments(values, count, digits, days, seconds, tens, texts->fractions);
    if (kind != TIME) {
        split_dates(days, words, count);
        lay_dates(texts, words, count, before_time);
    }
    if (kind == DATE)
        return;
    split_clocks(seconds, tens, words, count);
    if (kind == TIMESTAMP)
        lay_stamps(texts, words, count, digits);
    else
        lay_times(texts, words, count);
}

static inline void put_word(uint8_t *to, uint64_t word) { memcpy(to, &word, 8); }

/* `digits` is a constant at each call of the two below. */

static inline uint8_t *put_time(uint8_t *to, const text_moments *texts, int64_t i, int digits) {
    put_word(to, texts->first[i]);
    put_word(to + 8, texts->second[i]);
    if (digits == 6 || digits == 9)
        return put_fraction(to + 9, texts->fractions[i], digits);
    return to + (digits ? 12 : 8);
}

static inline uint8_t *put_timestamp(uint8_t *to, const text_moments *texts, int64_t i, int digits, uint64_t zone,
                                     int64_t zone_length) {
    put_word(to, texts->first[i]);
    put_word(to + 8, texts->second[i]);
    put_word(to + 16, texts->third[i]);
    to = digits == 0 || digits == 3 ? to + (digits ? 23 : 19) : put_fraction(to + 20, texts->fractions[i], digits);
    put_word(to, zone);
    return to + zone_length;
}

static inline uint8_t *put_date(uint8_t *to, const text_moments *texts, int64_t i) {
    put_word(to, texts->first[i]);
    put_word(to + 8, texts->second[i]);
    return to + 10;
}

static int form_moments(text_cells *work) {
    const text_column *column = work->column;
    int64_t values[MINI_BATCH], count = work->count;
    text_moments texts;
    text_slots slots;
    uint64_t zone;
    int64_t zone_length = column->zone ? work->layout->zone_length : 0;
    memcpy(&zone, work->layout->zone, 8);
    if (!open_slots(work, &slots))
        return GROW_SCRATCH;
    read_integers(work, values);
    int64_t wrong = first_outside(values, count, moments_of(column->kind, column->digits));
    if (wrong < count)
        return refuse(work, wrong, BAD_MOMENT);
    lay_moments(&texts, values, count, column->kind, column->digits, work->layout->date_time);
    switch (column->kind * 10 + column->digits) {
    case DATE * 10: EACH_SLOT(end = put_date(start, &texts, i)); break;
    case TIME * 10 + 0: EACH_SLOT(end = put_time(start, &texts, i, 0)); break;
    case TIME * 10 + 3: EACH_SLOT(end = put_time(start, &texts, i, 3)); break;
    case TIME * 10 + 6: EACH_SLOT(end = put_time(start, &texts, i, 6)); break;
    case TIME * 10 + 9: EACH_SLOT(end = put_time(start, &texts, i, 9)); break;
    case TIMESTAMP * 10 + 0: EACH_SLOT(end = put_timestamp(start, &texts, i, 0, zone, zone_length)); break;
    case TIMESTAMP * 10 + 3: EACH_SLOT(end = put_timestamp(start, &texts, i, 3, zone, zone_length)); break;
    case TIMESTAMP * 10 + 6: EACH_SLOT(end = put_timestamp(start, &texts, i, 6, zone, zone_length)); break;
    default: EACH_SLOT(end = put_timestamp(start, &texts, i, 9, zone, zone_length)); break;
    }
    close_slots(work, &slots);
    return DONE;
}

#endif
