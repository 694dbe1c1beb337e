/* Columns of cells to rows: one interleaver for every text format. Included by text.c only. */
#ifndef SEEDBED_TEXT_INTERLEAVE_H
#define SEEDBED_TEXT_INTERLEAVE_H

#include "text_cells.h"

/* Copies by constant lengths, as branches on random ones are guessed wrong; beyond SLACK bytes there is no other way. */
__attribute__((always_inline)) static inline uint8_t *put_cell(uint8_t *to, text_piece cell, int64_t longest) {
    memcpy(to, cell.text, 32);
    if (longest > 32) {
        memcpy(to + 32, cell.text + 32, 32);
        if (longest > 64) {
            memcpy(to + 64, cell.text + 64, 64);
            for (int64_t at = 128; at < cell.length; at += 64)
                memcpy(to + at, cell.text + at, 64);
        }
    }
    return to + cell.length;
}

__attribute__((always_inline)) static inline uint8_t *put_text(uint8_t *to, const uint8_t *text, int64_t length) {
    memcpy(to, text, 16);
    for (int64_t at = 16; at < length; at += 16)
        memcpy(to + at, text + at, 16);
    return to + length;
}

__attribute__((always_inline)) static inline uint8_t *put_lane(uint8_t *out, const text_lane *lane, int64_t i,
                                                               uint8_t quote) {
    text_piece cell = lane->cells[i];
    if (lane->is_short) {
        memcpy(out, cell.text, 32);
        return out + cell.length;
    }
    if (lane->prefix_length)
        out = put_text(out, lane->prefix, lane->prefix_length);
    if (!lane->quoted)
        return put_cell(out, cell, lane->longest);
    *out = quote;
    out = put_cell(out + lane->quoted[i], cell, lane->longest);
    *out = quote;
    return out + lane->quoted[i];
}

SEEDBED_CLONES
static void interleave(const text_layout *layout, text_run *run, int64_t columns, int64_t count) {
    uint8_t *out = run->output + run->written;
    const text_lane *end = run->lanes + columns;
    const text_piece suffix = layout->suffix;
    const uint8_t quote = layout->quote;
    for (text_lane *lane = run->lanes; lane < end; lane++)
        lane->is_short = !lane->prefix_length && !lane->quoted && lane->longest <= 32;
    for (int64_t i = 0; i < count; i++) {
        for (const text_lane *lane = run->lanes; lane < end; lane++)
            out = put_lane(out, lane, i, quote);
        out = put_text(out, suffix.text, suffix.length);
        if (run->ends)
            run->ends[run->row + i] = out - run->output;
    }
    run->written = out - run->output;
}

#endif
