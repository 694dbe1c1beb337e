/* Columns of integers, decimals and floats as cells. Included by text.c only.
 *
 * Where a mini-batch's numbers have at most 16 digits all of them are split at once, then laid out without a branch a
 * row; other mini-batches, and scales and decimals above 8, go number by number.
 */
#ifndef SEEDBED_TEXT_NUMBER_CELLS_H
#define SEEDBED_TEXT_NUMBER_CELLS_H

#include "text_floats.h"
#include "text_slots.h"

/* Sizes of signed values in place of them, and the largest. */
static inline uint64_t split_signs(int64_t *values, int64_t count, uint8_t *negative) {
    uint64_t largest = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t v = values[i];
        uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
        negative[i] = v < 0;
        values[i] = (int64_t)size;
        largest = largest < size ? size : largest;
    }
    return largest;
}

#define WITH_SIGN(START) (START)[-1] = '-', (START) -= negative[i]

static int form_integers(text_cells *work) {
    int64_t values[MINI_BATCH], count = work->count;
    uint64_t high[MINI_BATCH], *low = (uint64_t *)values;
    uint8_t negative[MINI_BATCH];
    text_slots slots;
    if (!open_slots(work, &slots))
        return GROW_SCRATCH;
    read_integers(work, values);
    uint64_t largest = UINT64_MAX;
    if (work->column->is_signed)
        largest = split_signs(values, count, negative);
    else
        memset(negative, 0, sizeof negative);
    if (largest < TEN_16)
        split_sixteens(high, low, count, largest >= TEN_8);
    if (largest < TEN_8)
        EACH_SLOT(end = start + POINT; start = put_leftward(start, 0, low[i], 0); WITH_SIGN(start));
    else if (largest < TEN_16)
        EACH_SLOT(end = start + POINT; start = put_leftward(start, high[i], low[i], 1); WITH_SIGN(start));
    else
        EACH_SLOT(*start = '-'; end = put_unsigned(start + negative[i], low[i]));
    close_slots(work, &slots);
    return DONE;
}

static int form_wide_decimals(text_cells *work) {
    const uint8_t *from = work->column->values + 16 * work->first;
    int64_t count = work->count;
    int scale = work->column->digits;
    text_slots slots;
    if (!open_slots(work, &slots))
        return GROW_SCRATCH;
    EACH_SLOT(__int128 v = 0; if (!work->has_nulls || work->valid[i]) memcpy(&v, from + 16 * i, 16);
              end = put_wide_decimal(start, v, scale));
    close_slots(work, &slots);
    return DONE;
}

/* Decimals of 128 bits that fit 64, missing ones as 0; whether all do. */
static int narrow_decimals(const text_cells *work, int64_t *values) {
    const int64_t *from = (const int64_t *)work->column->values + 2 * work->first;
    int64_t wide = 0;
    for (int64_t i = 0; i < work->count; i++) {
        int64_t keep = work->has_nulls ? -(int64_t)work->valid[i] : -1;
        values[i] = from[2 * i] & keep;
        wide |= (from[2 * i] >> 63 ^ from[2 * i + 1]) & keep;
    }
    return !wide;
}

static int form_decimals(text_cells *work) {
    const text_column *column = work->column;
    int64_t values[MINI_BATCH], count = work->count;
    uint64_t high[MINI_BATCH], *low = (uint64_t *)values;
    int scale = column->digits;
    uint8_t negative[MINI_BATCH];
    text_slots slots;
    if (column->width != 16)
        read_integers(work, values);
    else if (!narrow_decimals(work, values))
        return form_wide_decimals(work);
    if (!open_slots(work, &slots))
        return GROW_SCRATCH;
    uint64_t largest = split_signs(values, count, negative);
    int fast = scale >= 1 && scale <= 8 && largest < TEN_16;
    if (fast)
        split_sixteens(high, low, count, largest >= TEN_8);
    if (!fast)
        EACH_SLOT(*start = '-'; end = put_decimal(start + negative[i], low[i], scale));
    else if (largest < TEN_8)
        EACH_SLOT(start = put_fixed(start, 0, low[i], scale, 0, 0, &end); WITH_SIGN(start));
    else
        EACH_SLOT(start = put_fixed(start, high[i], low[i], scale, 1, 0, &end); WITH_SIGN(start));
    close_slots(work, &slots);
    return DONE;
}

static void read_floats(const text_cells *work, double *values) {
    const uint8_t *from = work->column->values + work->column->width * work->first;
    if (work->column->width == 8)
        memcpy(values, from, (size_t)work->count * 8);
    else
        for (int64_t i = 0; i < work->count; i++)
            values[i] = ((const float *)from)[i];
    if (work->has_nulls)
        for (int64_t i = 0; i < work->count; i++)
            values[i] = work->valid[i] ? values[i] : 0;
}

static int form_any_floats(text_cells *work, const double *values, text_slots slots) {
    const text_column *column = work->column;
    const uint8_t *singles = column->values + 4 * work->first;
    int64_t count = work->count;
    EACH_SLOT(uint32_t bits = 0;
              if (column->width == 4 && (!work->has_nulls || work->valid[i])) memcpy(&bits, singles + 4 * i, 4);
              end = put_any_float(column, work->layout, start, values[i], bits));
    close_slots(work, &slots);
    return DONE;
}

static int form_floats(text_cells *work) {
    double values[MINI_BATCH];
    uint64_t high[MINI_BATCH], low[MINI_BATCH], largest;
    int64_t count = work->count;
    uint8_t negative[MINI_BATCH];
    text_slots slots;
    int digits = work->column->digits, fixed = work->column->fixed;
    if (!open_slots(work, &slots))
        return GROW_SCRATCH;
    read_floats(work, values);
    if (digits < 1 - fixed || digits > 8 || (largest = scale_floats(values, count, digits, low, negative)) >= MOST_SCALED)
        return form_any_floats(work, values, slots);
    split_sixteens(high, low, count, largest >= TEN_8);
    if (digits == 0)
        EACH_SLOT(end = start + POINT; start = put_leftward(start, largest < TEN_8 ? 0 : high[i], low[i], 1);
                  WITH_SIGN(start));
    else if (fixed)
        EACH_SLOT(start = put_fixed(start, largest < TEN_8 ? 0 : high[i], low[i], digits, 1, 0, &end);
                  WITH_SIGN(start));
    else if (largest < TEN_8)
        EACH_SLOT(start = put_fixed(start, 0, low[i], digits, 0, 1, &end); WITH_SIGN(start));
    else
        EACH_SLOT(start = put_fixed(start, high[i], low[i], digits, 1, 1, &end); WITH_SIGN(start));
    close_slots(work, &slots);
    return DONE;
}

#endif
