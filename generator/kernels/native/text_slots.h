/* Numbers and moments as cells: each row has a slot of its own in the scratch, so that no row waits for the length of
 * the one before. A cell begins with the column's head (separator, opening quote) and ends with its closing quote.
 * Included by text.c only.
 */
#ifndef SEEDBED_TEXT_SLOTS_H
#define SEEDBED_TEXT_SLOTS_H

#include "text_cells.h"

#define SLOT 64 /* a head, the longest number (41 bytes) and a quote; writers may store into the slot behind */

typedef struct {
    uint8_t *first;
    text_piece *cells;
    uint8_t head[HEAD];
    int64_t head_length, quotes;
    uint8_t quote;
    int64_t bytes, longest;
} text_slots;

static inline int open_slots(text_cells *work, text_slots *slots) {
    const text_column *column = work->column;
    if (!has_room(work, work->count * SLOT + SLACK))
        return 0;
    *slots = (text_slots){.first = work->free, .cells = work->cells, .head_length = column->head_length};
    memcpy(slots->head, column->head, HEAD);
    slots->quotes = column->quoting == ALWAYS;
    slots->quote = work->layout->quote;
    work->free += work->count * SLOT + SLACK;
    return 1;
}

/* The cell of row i is the text from `start`, at least HEAD bytes into its slot, to `end`. */
__attribute__((always_inline)) static inline void close_slot(text_slots *slots, int64_t i, uint8_t *start,
                                                             uint8_t *end) {
    memcpy(start - HEAD, slots->head, HEAD);
    *end = slots->quote;
    int64_t length = end - start + slots->head_length + slots->quotes;
    slots->cells[i] = (text_piece){start - slots->head_length, length};
    slots->bytes += length;
    slots->longest = slots->longest < length ? length : slots->longest;
}

static inline void close_slots(text_cells *work, const text_slots *slots) {
    work->bytes += slots->bytes;
    work->lane->longest = slots->longest;
    if (work->has_nulls)
        place_nulls(work);
}

/* Runs `WRITE` for each row, which makes `end`, and may move `start`, of the text in the row's slot. */
#define EACH_SLOT(WRITE)                                                  \
    do {                                                                  \
        for (int64_t i = 0; i < count; i++) {                             \
            uint8_t *start = slots.first + SLOT * i + HEAD, *end;         \
            WRITE;                                                        \
            close_slot(&slots, i, start, end);                            \
        }                                                                 \
    } while (0)

#endif
