/* What the parts of the text kernel share: its structures, as the binding fills them, and cells. Included by text*.
 *
 * A cell is a place and a length; from the place at least SLACK bytes more than the length may be read, so that the
 * interleaver copies 16 bytes at a time without looking.
 */
#ifndef SEEDBED_TEXT_CELLS_H
#define SEEDBED_TEXT_CELLS_H

#include "kernels.h"

#define MINI_BATCH 512 /* rows whose cells stay in the second-level cache until they are interleaved */
#define SLACK 32
#define MARKS 4

enum { NEVER, ALWAYS, NEEDED };

enum { INTEGER, FLOATING, DECIMAL, DATE, TIME, TIMESTAMP, BOOLEAN, STRING, BASE64, DICTIONARY, NOTHING };

enum { DONE, GROW_OUTPUT, GROW_SCRATCH, BAD_OFFSETS = -1, BAD_INDEX = -2, BAD_MOMENT = -3 };

typedef struct {
    const uint8_t *text;
    int64_t length;
} text_piece;

typedef struct {
    int32_t kind, quoting;
    int32_t width;     /* bytes of a value, of a string's offset or of a dictionary's index */
    int32_t is_signed; /* of integers and indices */
    int32_t digits;    /* a decimal's scale, a float's decimals or -1, a time's fraction digits */
    int32_t zone;      /* whether a timestamp ends in Z */
    int64_t offset;    /* the batch's first row within the buffers */
    const uint8_t *values;   /* or a string's offsets */
    const uint8_t *validity; /* bitmap, or NULL where nothing is missing */
    const uint8_t *data;     /* the bytes of strings, of a dictionary's finished cells */
    int64_t data_size;
    const int64_t *entries;  /* a dictionary's finished cells: entry_count + 2 offsets; the last cell is the null's */
    int64_t entry_count;
    text_piece prefix, null, quoted_null, true_text, false_text;
} text_column;

typedef struct {
    const uint8_t *escape_lengths; /* 256: bytes that a byte becomes */
    const uint8_t *escape_texts;   /* 256 * 8 */
    const uint64_t *powers;        /* see text_numbers.h */
    uint8_t marks[MARKS];          /* special are these bytes and all below special_below */
    uint8_t special_below, quote;
    text_piece suffix, empty, nan, infinity, minus_infinity; /* empty: an empty cell in quotes */
} text_layout;

typedef struct {
    int64_t row, rows;         /* the next row and the end of the batch */
    uint8_t *output;
    int64_t capacity, written;
    uint8_t *scratch;
    int64_t scratch_size;
    text_piece *cells;         /* columns * MINI_BATCH */
    text_piece *prefixes;      /* columns + 1 */
    int64_t *ends;             /* NULL, or rows places for the end of each row within the output */
    int64_t needed;            /* bytes the output or the scratch must at least have, after GROW_* */
    int64_t bad_column, bad_row;
} text_run;

/* A column's rows of one mini-batch, while its cells are made. */
typedef struct {
    const text_column *column;
    const text_layout *layout;
    text_run *run;
    text_piece *cells;
    int64_t first, count;      /* rows of the buffers */
    uint8_t *free;             /* scratch that is still free, up to `limit`; slack lies behind */
    uint8_t *limit;
    int64_t bytes;             /* an upper bound of the cells' bytes */
    int has_nulls;
    uint8_t valid[MINI_BATCH];
} text_cells;

static inline int has_room(text_cells *work, int64_t bytes) {
    if (bytes <= work->limit - work->free)
        return 1;
    work->run->needed = work->free - work->run->scratch + bytes + SLACK;
    return 0;
}

static inline int refuse(text_cells *work, int64_t row, int status) {
    work->run->bad_row = work->run->row + row;
    return status;
}

/* One byte a row from the validity bitmap, as the rows are read once for the values and once for the cells. */
static inline void read_validity(text_cells *work) {
    const uint8_t *bits = work->column->validity;
    uint8_t all = 1;
    work->has_nulls = 0;
    if (!bits)
        return;
    for (int64_t i = 0; i < work->count; i++) {
        int64_t at = work->first + i;
        work->valid[i] = bits[at >> 3] >> (at & 7) & 1;
        all &= work->valid[i];
    }
    work->has_nulls = !all;
}

#define WIDEN(TYPE)                                        \
    do {                                                   \
        const TYPE *from = (const TYPE *)column->values + work->first; \
        for (int64_t i = 0; i < work->count; i++)          \
            values[i] = (int64_t)from[i];                  \
    } while (0)

/* Integers of any width as 64 bits, missing ones as 0 so that nobody meets what a missing value's slot holds. */
static inline void read_integers(const text_cells *work, int64_t *values) {
    const text_column *column = work->column;
    switch (column->width * 2 + column->is_signed) {
    case 3: WIDEN(int8_t); break;
    case 5: WIDEN(int16_t); break;
    case 9: WIDEN(int32_t); break;
    case 2: WIDEN(uint8_t); break;
    case 4: WIDEN(uint16_t); break;
    case 8: WIDEN(uint32_t); break;
    default: WIDEN(int64_t); break;
    }
    if (work->has_nulls)
        for (int64_t i = 0; i < work->count; i++)
            values[i] &= -(int64_t)work->valid[i];
}

#endif
