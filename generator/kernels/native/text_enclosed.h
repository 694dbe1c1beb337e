/* Columns of cells to enclosed rows, in which nothing stands around a missing value. Included by text.c only.
 *
 * Where two columns side by side have no missing value in a mini-batch, what stands between their cells is one text, as
 * in rows that are not enclosed. Around others it is written always and kept only where it is due, without a branch.
 */
#ifndef SEEDBED_TEXT_ENCLOSED_H
#define SEEDBED_TEXT_ENCLOSED_H

#include "text_interleave.h"

/* What rows begin and end with besides what belongs to their cells. */
typedef struct {
    text_piece opening, closing;
} text_frame;

static inline void put_before(text_lane *lane, text_piece text) {
    lane->prefix = text.text;
    lane->prefix_length = text.length;
}

/* Gives each lane of a mini-batch what stands around its cells. */
static text_frame frame_lanes(const text_layout *layout, text_lane *lanes, const text_column *columns, int64_t count) {
    static const uint8_t all[MINI_BATCH] = {[0 ... MINI_BATCH - 1] = 1};
    text_frame frame = {layout->opening, layout->suffix};
    int certain = 0, valued = 1; /* each row holds something already; and the last of it is the opening or a value */
    for (int64_t j = 0; j < count; j++) {
        text_lane *lane = lanes + j;
        const text_column *column = columns + j;
        lane->suffix = column->suffix.text;
        lane->suffix_length = column->suffix.length;
        lane->between_length = layout->between.length;
        lane->null_mask = -(int64_t)(column->null.length != 0);
        int joins = valued;
        valued = !lane->here;
        if (valued && joins) {
            put_before(lane, column->joined);
            if (j)
                lane[-1].suffix_length = 0;
            else
                frame.opening.length = 0;
        } else if (certain && (valued || !column->null.length)) {
            put_before(lane, column->behind);
            lane->between_length = 0;
        } else if (valued) {
            lane->here = all;
        }
        certain |= valued || column->null.length;
        lane->is_short = !lane->here && !lane->prefix_length && !lane->suffix_length && !lane->quoted && lane->longest <= 32;
    }
    if (valued) {
        lanes[count - 1].suffix_length = 0;
        frame.closing = layout->closing;
    }
    return frame;
}

/* Writes all of a text, and keeps it where `kept` is -1 and not 0. */
__attribute__((always_inline)) static inline uint8_t *put_kept(uint8_t *to, const uint8_t *text, int64_t length,
                                                               int64_t kept) {
    if (length)
        put_text(to, text, length);
    return to + (length & kept);
}

/* `some`: -1 once the row holds a cell. */
__attribute__((always_inline)) static inline uint8_t *put_framed(uint8_t *out, const text_lane *lane, int64_t i,
                                                                 const text_layout *layout, int64_t *some) {
    text_piece cell = lane->cells[i];
    int64_t here = -1;
    if (lane->here) {
        here = -(int64_t)lane->here[i];
        int64_t there = here | lane->null_mask;
        out = put_kept(out, layout->between.text, lane->between_length, there & *some);
        *some |= there;
    } else {
        *some = -1;
    }
    out = put_kept(out, lane->prefix, lane->prefix_length, here);
    if (lane->quoted) {
        *out = layout->quote;
        out = put_cell(out + lane->quoted[i], cell, lane->longest);
        *out = layout->quote;
        out += lane->quoted[i];
    } else {
        out = put_cell(out, cell, lane->longest);
    }
    return put_kept(out, lane->suffix, lane->suffix_length, here);
}

SEEDBED_CLONES
static void interleave_enclosed(const text_layout *layout, text_run *run, const text_column *columns, int64_t count,
                                int64_t rows) {
    const text_frame frame = frame_lanes(layout, run->lanes, columns, count);
    const text_lane *end = run->lanes + count;
    const text_layout local = *layout;
    uint8_t *out = run->output + run->written;
    for (int64_t i = 0; i < rows; i++) {
        int64_t some = 0;
        out = put_text(out, frame.opening.text, frame.opening.length);
        for (const text_lane *lane = run->lanes; lane < end; lane++) {
            if (lane->is_short) {
                memcpy(out, lane->cells[i].text, 32);
                out += lane->cells[i].length;
                some = -1;
            } else {
                out = put_framed(out, lane, i, &local, &some);
            }
        }
        out = put_text(out, frame.closing.text, frame.closing.length);
        if (run->ends)
            run->ends[run->row + i] = out - run->output;
    }
    run->written = out - run->output;
}

#endif
