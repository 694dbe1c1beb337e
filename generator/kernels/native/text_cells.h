/* What the parts of the text kernel share: its structures, as the binding fills them, and cells. Included by text*.
 *
 * A cell is a place and a length; from the place at least SLACK bytes more than the length may be read, so that the
 * interleaver copies whole vectors without looking.
 */
#ifndef SEEDBED_TEXT_CELLS_H
#define SEEDBED_TEXT_CELLS_H

#include "kernels.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the text kernels read and write little-endian words"
#endif

#define MINI_BATCH 512 /* rows whose cells stay in the second-level cache until they are interleaved */
#define LANE_CELLS (MINI_BATCH + 4) /* a column's cells: not a power of two, or all columns share one set of the cache */
#define SLACK 128
#define MARKS 4
#define HEAD 16 /* bytes that may stand before a number within its own cell */

enum { NEVER, ALWAYS, NEEDED };

enum {
    INTEGER, FLOATING, DECIMAL, DATE, TIME, TIMESTAMP, BOOLEAN, STRING, BASE64, DICTIONARY, NOTHING,
    VARINT, LENGTH, STORED, RAW, /* binary cells: an integer, a string's length, stored numbers, a string's bytes */
};

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
    int32_t fixed;     /* whether a float has exactly `digits` decimals */
    int32_t zone;      /* whether a timestamp has a zone */
    int32_t zigzag;    /* of variable-length numbers */
    int64_t offset;    /* the batch's first row within the buffers */
    const uint8_t *values;   /* or a string's offsets */
    const uint8_t *validity; /* bitmap, or NULL where nothing is missing */
    const uint8_t *data;     /* the bytes of strings, of a dictionary's finished cells */
    int64_t data_size;
    const int64_t *entries;  /* a dictionary's finished cells: entry_count + 2 offsets; the last cell is the null's */
    int64_t entry_count;
    text_piece prefix;       /* what stands before each cell; empty where the cells begin with it themselves */
    text_piece suffix;       /* of an enclosed layout: what stands behind each value */
    text_piece behind;       /* and what stands before one where something came before: `between` and the prefix */
    text_piece joined;       /* and where that was the value of the column before: its suffix too; or the opening */
    text_piece null, quoted_null, true_text, false_text;
    uint8_t head[HEAD];      /* its last head_length bytes begin a number's cell: prefix and opening quote */
    int64_t head_length;
} text_column;

typedef struct {
    const uint8_t *escape_lengths; /* 256: bytes that a byte becomes */
    const uint8_t *escape_texts;   /* 256 * 8 */
    const uint64_t *powers;        /* see text_floats.h */
    const uint8_t *specials;       /* NULL, or 256: whether a byte is special, where there are more than MARKS marks */
    const uint8_t *sought;         /* then the marks that are no control characters, a multiple of MARKS of them */
    int64_t sought_count;
    uint8_t marks[MARKS];          /* special are these bytes and all below special_below */
    uint8_t special_below, quote;
    uint8_t sought_below;          /* no byte from this one on that is not sought is special */
    uint8_t date_time;             /* what stands between the date and the time of a timestamp */
    uint8_t zone[8];
    int64_t zone_length;
    int64_t base64_special;        /* whether a byte of base64 is special */
    int64_t enclosed;              /* whether prefixes and suffixes stand around values only */
    text_piece suffix, empty, nan, infinity, minus_infinity; /* empty: an empty cell in quotes */
    text_piece opening, between;   /* of an enclosed layout: before a row, and between what there is of its cells */
    text_piece closing;            /* the last column's suffix and that of the row */
} text_layout;

/* A column's cells as the interleaver takes them. */
typedef struct {
    const text_piece *cells;
    const uint8_t *prefix;
    int64_t prefix_length;
    const uint8_t *quoted; /* NULL, or a byte for each row: whether quotes go around the cell */
    int64_t longest;       /* no cell has more bytes */
    int64_t is_short;      /* nothing but cells of up to 32 bytes */
    const uint8_t *suffix; /* from here on: of enclosed rows only */
    int64_t suffix_length;
    const uint8_t *here;   /* NULL, or a byte for each row: whether it has a value */
    int64_t between_length;
    int64_t null_mask;     /* -1 where a null has a text */
} text_lane;

typedef struct {
    int64_t row, rows;         /* the next row and the end of the batch */
    uint8_t *output;
    int64_t capacity, written;
    uint8_t *scratch;
    int64_t scratch_size;
    text_piece *cells;         /* columns * LANE_CELLS */
    text_lane *lanes;          /* one for each column */
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
    text_lane *lane;
    int64_t first, count;      /* rows of the buffers */
    uint8_t *free;             /* scratch that is still free, up to `limit`; slack lies behind */
    uint8_t *limit;
    int64_t bytes;             /* an upper bound of the mini-batch's bytes */
    int has_nulls;
    uint8_t valid[MINI_BATCH]; /* a byte for each row, 0 or 1 */
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
    unsigned all = 0xff;
    int64_t i = 0, shift = work->first & 7;
    work->has_nulls = 0;
    if (!bits) {
        memset(work->valid, 1, MINI_BATCH);
        return;
    }
    for (; i + 8 <= work->count; i += 8) { /* eight bits are copied to eight bytes, of which each keeps its own */
        const uint8_t *from = bits + ((work->first + i) >> 3);
        unsigned eight = shift ? (from[0] | (unsigned)from[1] << 8) >> shift & 0xff : from[0];
        uint64_t apart = eight * UINT64_C(0x0101010101010101) & UINT64_C(0x8040201008040201);
        apart = (apart + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
        memcpy(work->valid + i, &apart, 8);
        all &= eight;
    }
    for (; i < work->count; i++) {
        int64_t at = work->first + i;
        work->valid[i] = bits[at >> 3] >> (at & 7) & 1;
        all &= 0xfe | work->valid[i];
    }
    work->has_nulls = all != 0xff;
}

/* In enclosed rows what stands around a cell depends on whether there is a value. */
static inline int keep_validity(text_cells *work) {
    if (!work->layout->enclosed || !work->has_nulls)
        return DONE;
    if (!has_room(work, MINI_BATCH))
        return GROW_SCRATCH;
    memcpy(work->free, work->valid, MINI_BATCH);
    work->lane->here = work->free;
    work->free += MINI_BATCH;
    return DONE;
}

/* `null` in place of the cells that are not valid, by masks: compilers make branches of conditions here. */
SEEDBED_CLONES
static void mask_cells(text_piece *cells, const uint8_t *valid, int64_t count, text_piece null) {
    const uintptr_t missing = (uintptr_t)null.text;
    for (int64_t i = 0; i < count; i++) {
        uint64_t keep = (uint64_t)0 - valid[i];
        uintptr_t text = (uintptr_t)cells[i].text;
        cells[i].text = (const uint8_t *)(missing ^ ((text ^ missing) & (uintptr_t)keep));
        cells[i].length = null.length ^ ((cells[i].length ^ null.length) & (int64_t)keep);
    }
}

/* Missing rows take the column's null, without a branch a row. */
static inline void place_nulls(text_cells *work) {
    text_piece null = work->column->null;
    mask_cells(work->cells, work->valid, work->count, null);
    work->bytes += work->count * null.length;
    if (work->lane->longest < null.length)
        work->lane->longest = null.length;
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
