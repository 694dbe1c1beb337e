/* Strings as cells: in place where they need nothing, escaped into the scratch where they do. Included by text.c only. */
#ifndef SEEDBED_TEXT_STRINGS_H
#define SEEDBED_TEXT_STRINGS_H

#include "text_scan.h"

/* The offsets of the mini-batch's strings, checked: rising, and within the data. */
SEEDBED_CLONES
static int read_offsets(const text_cells *work, int64_t *offsets) {
    const text_column *column = work->column;
    int64_t count = work->count, signs;
    if (column->width == 4) {
        const int32_t *from = (const int32_t *)column->values + work->first;
        for (int64_t i = 0; i <= count; i++)
            offsets[i] = from[i];
    } else {
        memcpy(offsets, (const int64_t *)column->values + work->first, (size_t)(count + 1) * sizeof(int64_t));
    }
    signs = offsets[0];
    for (int64_t i = 0; i < count; i++) /* no difference of two that are not negative overflows */
        signs |= offsets[i + 1] | (int64_t)((uint64_t)offsets[i + 1] - (uint64_t)offsets[i]);
    return signs >= 0 && offsets[count] <= column->data_size;
}

/* Cells where the strings are; the longest. */
SEEDBED_CLONES
static int64_t place_strings(text_piece *cells, const uint8_t *data, const int64_t *offsets, int64_t count) {
    int64_t longest = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t length = offsets[i + 1] - offsets[i];
        cells[i] = (text_piece){data + offsets[i], length};
        longest = longest < length ? length : longest;
    }
    return longest;
}

/* Whether a string is empty or as long as the column's null: it may have to be quoted without a special byte. */
SEEDBED_CLONES
static int64_t has_lookalikes(const text_cells *work, const int64_t *offsets) {
    int64_t found = 0, null = work->column->null.length;
    for (int64_t i = 0; i < work->count; i++) {
        int64_t length = offsets[i + 1] - offsets[i];
        found |= (int64_t)((length == 0) | (length == null)) & work->valid[i];
    }
    return found;
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

/* Rows with special bytes get cells of their own in the scratch, with those replaced and quotes where needed. */
static int escape_strings(text_cells *work, const uint8_t *data, const int64_t *offsets) {
    const text_column *column = work->column;
    const text_layout *layout = work->layout;
    const uint8_t *text = data + offsets[0];
    int64_t count = work->count, size = offsets[count] - offsets[0];
    int64_t special = count_special(layout, text, size);
    int needed = column->quoting == NEEDED;
    if (!special)
        return DONE;
    if (!has_room(work, (special + 2) * 16 + size + 2 * count + SLACK))
        return GROW_SCRATCH;
    int64_t *places = (int64_t *)(((uintptr_t)work->free + 7) & ~(uintptr_t)7);
    find_special(layout, text, size, places);
    places[special] = INT64_MAX;
    const int64_t *place = places;
    uint8_t *out = (uint8_t *)(places + special + 1);
    for (int64_t i = 0; *place < size; i++) {
        int64_t from = offsets[i] - offsets[0], to = offsets[i + 1] - offsets[0];
        if (*place >= to)
            continue;
        uint8_t *start = out + 1;
        *out = layout->quote;
        out = put_escaped(layout, text, from, to, &place, start);
        text_piece cell = {start - needed, out - start + 2 * needed};
        *out++ = layout->quote;
        work->cells[i] = cell;
        work->bytes += cell.length - (to - from);
        work->lane->longest = work->lane->longest < cell.length ? cell.length : work->lane->longest;
    }
    work->free = out + SLACK;
    return DONE;
}

/* The last rows lie where not enough can be read behind them: they move to the scratch. */
static int move_last_strings(text_cells *work, const int64_t *offsets) {
    const text_column *column = work->column;
    int64_t first = work->count;
    while (first > 0 && offsets[first] + SLACK > column->data_size)
        first--;
    int64_t size = offsets[work->count] - offsets[first];
    if (!has_room(work, size + SLACK))
        return GROW_SCRATCH;
    if (size)
        memcpy(work->free, column->data + offsets[first], (size_t)size);
    for (int64_t i = first; i < work->count; i++)
        work->cells[i].text = work->free + (offsets[i] - offsets[first]);
    work->free += size + SLACK;
    return DONE;
}

/* Empty strings, and those that spell the column's null, are put in quotes where quotes are for need. */
static void quote_lookalikes(text_cells *work) {
    const text_column *column = work->column;
    for (int64_t i = 0; i < work->count; i++) {
        text_piece cell = work->cells[i];
        if (!work->valid[i])
            continue;
        if (cell.length == 0)
            cell = work->layout->empty;
        else if (cell.length == column->null.length && !memcmp(cell.text, column->null.text, (size_t)cell.length))
            cell = column->quoted_null;
        else
            continue;
        work->cells[i] = cell;
        work->bytes += cell.length;
        work->lane->longest = work->lane->longest < cell.length ? cell.length : work->lane->longest;
    }
}

/* Quotes that go around every cell are the interleaver's, so that the text stays where it is. */
static int leave_quotes(text_cells *work) {
    static const uint8_t all[MINI_BATCH] = {[0 ... MINI_BATCH - 1] = 1};
    if (work->column->quoting != ALWAYS)
        return DONE;
    work->bytes += 2 * work->count;
    work->lane->quoted = all;
    if (work->has_nulls) {
        if (!has_room(work, MINI_BATCH))
            return GROW_SCRATCH;
        memcpy(work->free, work->valid, MINI_BATCH);
        work->lane->quoted = work->free;
        work->free += MINI_BATCH;
    }
    return DONE;
}

/* Cells where the strings are, or could be read from with slack behind. */
static int leave_strings(text_cells *work, int64_t *offsets) {
    const text_column *column = work->column;
    if (!read_offsets(work, offsets))
        return refuse(work, 0, BAD_OFFSETS);
    work->lane->longest = place_strings(work->cells, column->data, offsets, work->count);
    work->bytes += offsets[work->count] - offsets[0];
    return offsets[work->count] + SLACK > column->data_size ? move_last_strings(work, offsets) : DONE;
}

static int form_strings(text_cells *work) {
    const text_column *column = work->column;
    const uint8_t *data = column->data;
    int64_t offsets[MINI_BATCH + 1], count = work->count;
    int status = leave_strings(work, offsets);
    if (status == DONE && column->quoting == NEEDED && has_lookalikes(work, offsets))
        quote_lookalikes(work);
    if (status == DONE && may_hold_special(work->layout, data + offsets[0], offsets[count] - offsets[0]))
        status = escape_strings(work, data, offsets);
    if (status == DONE)
        status = leave_quotes(work);
    if (status == DONE && work->has_nulls)
        place_nulls(work);
    return status;
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
    int64_t offsets[MINI_BATCH + 1], count = work->count, lookalikes = 0;
    if (!read_offsets(work, offsets))
        return refuse(work, 0, BAD_OFFSETS);
    int64_t size = offsets[count] - offsets[0];
    if (!has_room(work, size + size / 3 + 6 * count + SLACK))
        return GROW_SCRATCH;
    const uint8_t *texts = work->free;
    uint8_t *out = work->free;
    for (int64_t i = 0; i < count; i++) {
        uint8_t *end = put_base64(out, column->data + offsets[i], offsets[i + 1] - offsets[i]);
        offsets[i] = out - texts;
        int64_t length = end - out;
        work->cells[i] = (text_piece){out, length};
        work->lane->longest = work->lane->longest < length ? length : work->lane->longest;
        lookalikes |= (length == 0) | (length == column->null.length);
        out = end;
    }
    offsets[count] = out - texts;
    work->bytes += out - texts;
    work->free = out + SLACK;
    if (column->quoting == NEEDED && lookalikes)
        quote_lookalikes(work);
    int status = work->layout->base64_special ? escape_strings(work, texts, offsets) : DONE;
    if (status == DONE)
        status = leave_quotes(work);
    if (status == DONE && work->has_nulls)
        place_nulls(work);
    return status;
}

#endif
