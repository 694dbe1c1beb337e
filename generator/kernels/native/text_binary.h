/* Cells of binary rows: variable-length numbers, stored numbers, the bytes of strings. Included by text.c only. */
#ifndef SEEDBED_TEXT_BINARY_H
#define SEEDBED_TEXT_BINARY_H

#include "text_strings.h"

#define LONGEST_VARINT 10
#define VARINT_SLOT 16
#define SEVEN_BITS UINT64_C(0x7f7f7f7f7f7f7f7f)
#define TOP_BITS UINT64_C(0x8080808080808080)
#define EIGHT_BYTES (UINT64_C(1) << 56) /* numbers below take at most so many */

/* The low 56 bits of v, seven a byte: halves of 28, then of 14, then of 7 bits move apart. */
static inline uint64_t spread_sevens(uint64_t v) {
    v = (v & UINT64_C(0xfffffff)) | (v & UINT64_C(0xfffffff0000000)) << 4;
    v = (v & UINT64_C(0x3fff00003fff)) | (v & UINT64_C(0xfffc0000fffc000)) << 2;
    return (v & UINT64_C(0x7f007f007f007f)) | (v & UINT64_C(0x3f803f803f803f80)) << 1;
}

/* A number in place of each value: the value's bits, or zigzag; all of them or'ed. */
SEEDBED_CLONES
static uint64_t fold_values(int64_t *values, int64_t count, int zigzag) {
    uint64_t any = 0;
    if (zigzag)
        for (int64_t i = 0; i < count; i++)
            values[i] = (int64_t)((uint64_t)values[i] << 1 ^ (uint64_t)(values[i] >> 63));
    for (int64_t i = 0; i < count; i++)
        any |= (uint64_t)values[i];
    return any;
}

/* Numbers below EIGHT_BYTES become words, and their lengths: every byte that another one follows has its top bit. */
SEEDBED_CLONES
static void spell_varints(const int64_t *values, int64_t count, uint64_t *words, int64_t *lengths) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t sevens = spread_sevens((uint64_t)values[i]);
        uint64_t follow = ((sevens + SEVEN_BITS) & TOP_BITS) >> 8; /* the bytes before those that are not 0 */
        follow |= follow >> 8;
        follow |= follow >> 16;
        follow |= follow >> 32;
        words[i] = sevens | follow;
        uint64_t ones = follow >> 7; /* added up in lanes, as no wide sum of bytes is at hand everywhere */
        ones += ones >> 32;
        ones += ones >> 16;
        ones += ones >> 8;
        lengths[i] = (int64_t)(ones & 15) + 1;
    }
}

/* Any number of 64 bits. */
static inline int64_t put_varint(uint8_t *to, uint64_t v) {
    int64_t length = 1;
    for (; v >= 0x80; v >>= 7, length++)
        *to++ = (uint8_t)(v | 0x80);
    *to = (uint8_t)v;
    return length;
}

static int place_varints(text_cells *work, int64_t *values) {
    int64_t lengths[MINI_BATCH], count = work->count, bytes = 0;
    uint64_t words[MINI_BATCH];
    int64_t slot = fold_values(values, count, work->column->zigzag) < EIGHT_BYTES ? sizeof *words : VARINT_SLOT;
    if (!has_room(work, count * slot + SLACK))
        return GROW_SCRATCH;
    if (slot == sizeof *words) {
        spell_varints(values, count, words, lengths);
        memcpy(work->free, words, (size_t)(count * slot));
    } else {
        for (int64_t i = 0; i < count; i++)
            lengths[i] = put_varint(work->free + i * slot, (uint64_t)values[i]);
    }
    for (int64_t i = 0; i < count; i++) {
        work->cells[i] = (text_piece){work->free + i * slot, lengths[i]};
        bytes += lengths[i];
    }
    work->free += count * slot + SLACK;
    work->bytes += bytes;
    work->lane->longest = LONGEST_VARINT;
    if (work->has_nulls)
        place_nulls(work);
    return DONE;
}

static int form_varints(text_cells *work) {
    int64_t values[MINI_BATCH];
    read_integers(work, values);
    return place_varints(work, values);
}

/* The lengths of strings. */
static int form_lengths(text_cells *work) {
    int64_t offsets[MINI_BATCH + 1];
    if (!read_offsets(work, offsets))
        return refuse(work, 0, BAD_OFFSETS);
    for (int64_t i = 0; i < work->count; i++)
        offsets[i] = offsets[i + 1] - offsets[i];
    return place_varints(work, offsets);
}

/* Values of `width` bytes as they are; in the scratch, as slack must lie behind them. */
static int form_stored(text_cells *work) {
    const text_column *column = work->column;
    int64_t width = column->width, size = work->count * width;
    if (!has_room(work, size + SLACK))
        return GROW_SCRATCH;
    memcpy(work->free, column->values + width * work->first, (size_t)size);
    for (int64_t i = 0; i < work->count; i++)
        work->cells[i] = (text_piece){work->free + i * width, width};
    work->free += size + SLACK;
    work->bytes += size;
    work->lane->longest = width;
    if (work->has_nulls)
        place_nulls(work);
    return DONE;
}

/* The bytes of strings, whatever they are. */
static int form_raw(text_cells *work) {
    int64_t offsets[MINI_BATCH + 1];
    int status = leave_strings(work, offsets);
    if (status == DONE && work->has_nulls)
        place_nulls(work);
    return status;
}

#endif
