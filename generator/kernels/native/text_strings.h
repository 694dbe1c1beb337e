/* Strings as cells: in place where they need nothing, escaped into the scratch where they do. Included by text.c only. */
#ifndef SEEDBED_TEXT_STRINGS_H
#define SEEDBED_TEXT_STRINGS_H

#include "text_cells.h"

#define BLOCK 64

static inline uint8_t is_special(const text_layout *layout, uint8_t byte) {
    const uint8_t *marks = layout->marks;
    return (uint8_t)((byte < layout->special_below) | (byte == marks[0]) | (byte == marks[1]) | (byte == marks[2]) |
                     (byte == marks[3]));
}

/* How many special bytes lie in text[0..size); compilers make wide comparisons of it. */
SEEDBED_CLONES
static int64_t count_special(const text_layout *layout, const uint8_t *text, int64_t size) {
    const text_layout local = *layout;
    int64_t count = 0, at = 0;
    for (; at + BLOCK <= size; at += BLOCK) {
        uint8_t found = 0; /* at most 64 */
        for (int i = 0; i < BLOCK; i++)
            found = (uint8_t)(found + is_special(&local, text[at + i]));
        count += found;
    }
    for (; at < size; at++)
        count += is_special(&local, text[at]);
    return count;
}

/* Their places, in order, without a branch a byte: places must have room for one more than there are. */
static void find_special(const text_layout *layout, const uint8_t *text, int64_t size, int64_t *places) {
    const text_layout local = *layout;
    for (int64_t at = 0; at < size;) {
        int64_t end = at + BLOCK < size ? at + BLOCK : size;
        if (end - at == BLOCK) {
            uint8_t any = 0;
            for (int i = 0; i < BLOCK; i++)
                any |= is_special(&local, text[at + i]);
            if (!any) {
                at = end;
                continue;
            }
        }
        for (; at < end; at++) {
            *places = at;
            places += is_special(&local, text[at]);
        }
    }
}

/* The offsets of the mini-batch's strings, checked: rising, and within the data. */
static int read_offsets(text_cells *work, int64_t *offsets) {
    const text_column *column = work->column;
    int64_t count = work->count, wrong = 0;
    if (column->width == 4) {
        const int32_t *from = (const int32_t *)column->values + work->first;
        for (int64_t i = 0; i <= count; i++)
            offsets[i] = from[i];
    } else {
        memcpy(offsets, (const int64_t *)column->values + work->first, (size_t)(count + 1) * sizeof(int64_t));
    }
    for (int64_t i = 0; i < count; i++)
        wrong |= offsets[i + 1] < offsets[i];
    return !wrong && offsets[0] >= 0 && offsets[count] <= column->data_size;
}

/* Whether a cell must be quoted although none of its bytes is special. */
static inline int looks_missing(const text_column *column, const uint8_t *text, int64_t length) {
    return length == column->null.length && !memcmp(text, column->null.text, (size_t)length);
}

/* text[from..to) with its special bytes, from *place on, replaced. */
static inline uint8_t *put_escaped(const text_layout *layout, const uint8_t *text, int64_t from, int64_t to,
                                   const int64_t **place, uint8_t *out) {
    for (; **place < to; (*place)++) {
        memcpy(out, text + from, (size_t)(**place - from));
        out += **place - from;
        uint8_t byte = text[**place];
        memcpy(out, layout->escape_texts + 8 * byte, 8);
        out += layout->escape_lengths[byte];
        from = **place + 1;
    }
    memcpy(out, text + from, (size_t)(to - from));
    return out + (to - from);
}

/* Cells of strings that may hold special bytes, need quotes, or lie where no slack can be read. */
static int form_careful_strings(text_cells *work, const int64_t *offsets, int64_t special) {
    const text_column *column = work->column;
    const text_layout *layout = work->layout;
    const uint8_t *text = column->data + offsets[0];
    int64_t count = work->count, size = offsets[count] - offsets[0];
    int64_t readable = column->data_size - offsets[0] - SLACK; /* a cell that ends here or before stays in place */
    int wrap = column->quoting == ALWAYS && work->has_nulls, needed = column->quoting == NEEDED;
    if (!has_room(work, (special + 2) * 16 + size + 2 * count))
        return GROW_SCRATCH;
    int64_t *places = (int64_t *)(((uintptr_t)work->free + 7) & ~(uintptr_t)7);
    find_special(layout, text, size, places);
    places[special] = INT64_MAX;
    const int64_t *place = places;
    uint8_t *out = (uint8_t *)(places + special + 1);
    for (int64_t i = 0; i < count; i++) {
        int64_t from = offsets[i] - offsets[0], to = offsets[i + 1] - offsets[0];
        text_piece cell = {text + from, to - from};
        if (*place < to) {
            cell.text = out + 1;
            *out = layout->quote;
            out = put_escaped(layout, text, from, to, &place, out + 1);
            cell.length = out - cell.text;
            *out++ = layout->quote;
            cell.text -= needed;
            cell.length += 2 * needed;
        } else if (needed && cell.length == 0) {
            cell = layout->empty;
        } else if (needed && looks_missing(column, cell.text, cell.length)) {
            cell = column->quoted_null;
        } else if (wrap || to > readable) {
            if (cell.length)
                memcpy(out + 1, cell.text, (size_t)cell.length);
            cell.text = out + 1;
            out += cell.length + 2;
        }
        work->cells[i] = cell;
        work->bytes += cell.length;
    }
    work->free = out;
    return DONE;
}

static int form_strings(text_cells *work) {
    const text_column *column = work->column;
    int64_t offsets[MINI_BATCH + 1], count = work->count;
    if (!read_offsets(work, offsets))
        return refuse(work, 0, BAD_OFFSETS);
    const uint8_t *data = column->data;
    int64_t special = count_special(work->layout, data + offsets[0], offsets[count] - offsets[0]);
    int wrap = column->quoting == ALWAYS && work->has_nulls;
    if (special || wrap || column->quoting == NEEDED || offsets[count] + SLACK > column->data_size)
        return form_careful_strings(work, offsets, special);
    for (int64_t i = 0; i < count; i++)
        work->cells[i] = (text_piece){data + offsets[i], offsets[i + 1] - offsets[i]};
    work->bytes += offsets[count] - offsets[0];
    return DONE;
}

/* RFC 4648, section 4. */
static inline uint8_t *put_base64(uint8_t *out, const uint8_t *from, int64_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; size > 0; size -= 3, from += 3) {
        uint32_t bits = (uint32_t)from[0] << 16 | (size > 1 ? (uint32_t)from[1] << 8 : 0) | (size > 2 ? from[2] : 0);
        *out++ = (uint8_t)digits[bits >> 18];
        *out++ = (uint8_t)digits[bits >> 12 & 63];
        *out++ = size > 1 ? (uint8_t)digits[bits >> 6 & 63] : '=';
        *out++ = size > 2 ? (uint8_t)digits[bits & 63] : '=';
    }
    return out;
}

static int form_base64(text_cells *work) {
    const text_column *column = work->column;
    int64_t offsets[MINI_BATCH + 1], count = work->count;
    if (!read_offsets(work, offsets))
        return refuse(work, 0, BAD_OFFSETS);
    int64_t size = offsets[count] - offsets[0];
    if (!has_room(work, size + size / 3 + 6 * count))
        return GROW_SCRATCH;
    uint8_t *out = work->free;
    for (int64_t i = 0; i < count; i++) {
        text_piece cell = {out + 1, 0};
        out = put_base64(out + 1, column->data + offsets[i], offsets[i + 1] - offsets[i]);
        cell.length = out - cell.text;
        out++;
        if (column->quoting == NEEDED && cell.length == 0)
            cell = work->layout->empty;
        else if (column->quoting == NEEDED && looks_missing(column, cell.text, cell.length))
            cell = column->quoted_null;
        work->cells[i] = cell;
        work->bytes += cell.length;
    }
    work->free = out;
    return DONE;
}

#endif
