/* Batches to text rows: a column at a time into cells, then one interleaver for every text format.
 *
 * The binding (generator/kernels/text_native.py) checks types and buffer lengths; offsets, indices and times are
 * checked here, where they are read. Whenever the output or the scratch is too small the kernel stops before the
 * mini-batch at hand, says what it needs, and is called again.
 */
#include "text_cells.h"
#include "text_moments.h"
#include "text_numbers.h"
#include "text_strings.h"

/* Runs `WRITE`, which makes `end` of `to`, for each row; one byte is left free on each side of a cell for its quotes. */
#define EACH_CELL(WRITE)                                                  \
    do {                                                                  \
        for (int64_t i = 0; i < count; i++) {                             \
            uint8_t *to = out + 1, *end;                                  \
            WRITE;                                                        \
            work->cells[i] = (text_piece){to, end - to};                  \
            out = end + 1;                                                \
        }                                                                 \
    } while (0)

#define EACH_MOMENT(WRITE)                                                \
    EACH_CELL(end = WRITE; if (!end) return refuse(work, i, BAD_MOMENT)) /* a missing row's value is 0, a moment */

static int form_integers(text_cells *work) {
    const text_column *column = work->column;
    int64_t values[MINI_BATCH], count = work->count;
    uint8_t *out = work->free;
    read_integers(work, values);
    if (column->is_signed)
        EACH_CELL(end = put_signed(to, values[i]));
    else
        EACH_CELL(end = put_unsigned(to, (uint64_t)values[i]));
    work->free = out;
    return DONE;
}

static int form_moments(text_cells *work) {
    const text_column *column = work->column;
    int64_t values[MINI_BATCH], count = work->count;
    uint8_t *out = work->free;
    int zone = column->zone;
    read_integers(work, values);
    switch (column->kind * 10 + column->digits) {
    case DATE * 10:
        EACH_MOMENT(values[i] < FIRST_DAY || values[i] > LAST_DAY ? 0 : put_date(to, values[i]));
        break;
    case TIME * 10 + 0: EACH_MOMENT(put_time(to, values[i], 0)); break;
    case TIME * 10 + 3: EACH_MOMENT(put_time(to, values[i], 3)); break;
    case TIME * 10 + 6: EACH_MOMENT(put_time(to, values[i], 6)); break;
    case TIME * 10 + 9: EACH_MOMENT(put_time(to, values[i], 9)); break;
    case TIMESTAMP * 10 + 0: EACH_MOMENT(put_timestamp(to, values[i], 0, zone)); break;
    case TIMESTAMP * 10 + 3: EACH_MOMENT(put_timestamp(to, values[i], 3, zone)); break;
    case TIMESTAMP * 10 + 6: EACH_MOMENT(put_timestamp(to, values[i], 6, zone)); break;
    default: EACH_MOMENT(put_timestamp(to, values[i], 9, zone)); break;
    }
    work->free = out;
    return DONE;
}

static int form_decimals(text_cells *work) {
    const text_column *column = work->column;
    int64_t values[MINI_BATCH], count = work->count;
    int scale = column->digits;
    uint8_t *out = work->free;
    if (column->width == 16) {
        const uint8_t *from = column->values + 16 * work->first;
        EACH_CELL(__int128 v = 0; if (!work->has_nulls || work->valid[i]) memcpy(&v, from + 16 * i, 16);
                  end = v == (int64_t)v && scale <= 18 ? put_decimal(to, (int64_t)v, scale)
                                                       : put_wide_decimal(to, v, scale));
    } else {
        read_integers(work, values);
        EACH_CELL(end = scale <= 18 ? put_decimal(to, values[i], scale) : put_wide_decimal(to, values[i], scale));
    }
    work->free = out;
    return DONE;
}

static inline uint8_t *put_float(const text_cells *work, uint8_t *to, double v, uint32_t single) {
    const text_column *column = work->column;
    const text_layout *layout = work->layout;
    uint64_t bits;
    memcpy(&bits, &v, 8);
    int negative = (int)(bits >> 63);
    double size = negative ? -v : v;
    if (column->digits >= 0 && size * seedbed_double_tens[column->digits] < 9007199254740992.0)
        return put_rounded(to, size, negative, column->digits);
    if ((bits >> 52 & 0x7ff) == 0x7ff) {
        text_piece odd = v != v ? layout->nan : negative ? layout->minus_infinity : layout->infinity;
        memcpy(to, odd.text, (size_t)odd.length);
        return to + odd.length;
    }
    return column->width == 4 ? put_single(to, single, layout->powers) : put_double(to, bits, layout->powers);
}

static int form_floats(text_cells *work) {
    int64_t count = work->count;
    uint8_t *out = work->free;
    const double *doubles = (const double *)work->column->values + work->first;
    const uint8_t *singles = work->column->values + 4 * work->first;
    int single = work->column->width == 4;
    EACH_CELL(
        double v = 0; uint32_t bits = 0; if (!work->has_nulls || work->valid[i]) {
            if (single) {
                float narrow;
                memcpy(&bits, singles + 4 * i, 4);
                memcpy(&narrow, &bits, 4);
                v = narrow;
            } else {
                v = doubles[i];
            }
        } end = put_float(work, to, v, bits));
    work->free = out;
    return DONE;
}

static int form_booleans(text_cells *work) {
    const text_column *column = work->column;
    text_piece texts[2] = {column->false_text, column->true_text};
    for (int64_t i = 0; i < work->count; i++) {
        int64_t at = work->first + i;
        work->cells[i] = texts[column->values[at >> 3] >> (at & 7) & 1];
        work->bytes += work->cells[i].length;
    }
    return DONE;
}

static int form_nothing(text_cells *work) {
    for (int64_t i = 0; i < work->count; i++)
        work->cells[i] = work->column->null;
    work->bytes += work->count * work->column->null.length;
    return DONE;
}

/* The dictionary's cells are finished, quotes included; a missing row takes the one behind the last. */
static int form_entries(text_cells *work) {
    const text_column *column = work->column;
    int64_t values[MINI_BATCH], wrong = 0;
    read_integers(work, values);
    for (int64_t i = 0; i < work->count; i++) {
        int missing = work->has_nulls && !work->valid[i];
        wrong |= !missing && (uint64_t)values[i] >= (uint64_t)column->entry_count;
        values[i] = missing ? column->entry_count : values[i];
    }
    if (wrong)
        return refuse(work, 0, BAD_INDEX);
    for (int64_t i = 0; i < work->count; i++) {
        const int64_t *entry = column->entries + values[i];
        work->cells[i] = (text_piece){column->data + entry[0], entry[1] - entry[0]};
        work->bytes += work->cells[i].length;
    }
    return DONE;
}

/* Whether cells of this kind have quotes of their own wherever the column wants any. */
static inline int is_finished(const text_column *column) {
    return column->kind == BOOLEAN || column->kind == DICTIONARY || column->kind == NOTHING;
}

static void place_nulls(text_cells *work) {
    const text_column *column = work->column;
    int wrap = column->quoting == ALWAYS && !is_finished(column);
    for (int64_t i = 0; i < work->count; i++) {
        text_piece *cell = work->cells + i;
        if (!work->valid[i]) {
            *cell = column->null;
            work->bytes += column->null.length;
        } else if (wrap) {
            uint8_t *text = (uint8_t *)(uintptr_t)cell->text;
            text[-1] = text[cell->length] = work->layout->quote;
            *cell = (text_piece){text - 1, cell->length + 2};
            work->bytes += 2;
        }
    }
}

static int form_cells(text_cells *work) {
    uint8_t *before = work->free;
    int status;
    read_validity(work);
    if (work->column->kind <= TIMESTAMP && !has_room(work, work->count * NUMBER_ROOM))
        return GROW_SCRATCH;
    switch (work->column->kind) {
    case INTEGER: status = form_integers(work); break;
    case FLOATING: status = form_floats(work); break;
    case DECIMAL: status = form_decimals(work); break;
    case DATE:
    case TIME:
    case TIMESTAMP: status = form_moments(work); break;
    case BOOLEAN: status = form_booleans(work); break;
    case STRING: status = form_strings(work); break;
    case BASE64: status = form_base64(work); break;
    case DICTIONARY: status = form_entries(work); break;
    default: return form_nothing(work);
    }
    if (status == DONE && work->column->kind <= TIMESTAMP)
        work->bytes += work->free - before;
    if (status == DONE && work->has_nulls && work->column->kind != DICTIONARY)
        place_nulls(work);
    return status;
}

static inline uint8_t *put_piece(uint8_t *to, text_piece piece) {
    memcpy(to, piece.text, 16);
    if (piece.length > 16) {
        memcpy(to + 16, piece.text + 16, 16);
        for (int64_t at = 32; at < piece.length; at += 16)
            memcpy(to + at, piece.text + at, 16);
    }
    return to + piece.length;
}

/* What stands before each cell of the mini-batch, the closing quote of the cell before it and the opening one of its
 * own included where a column is quoted throughout; at last the suffix. */
static int join_prefixes(const text_layout *layout, const text_column *columns, int64_t count, const uint8_t *quoted,
                         text_cells *work) {
    int64_t bytes = 0;
    for (int64_t j = 0; j <= count; j++) {
        text_piece middle = j < count ? columns[j].prefix : layout->suffix;
        if (!has_room(work, middle.length + 2 + SLACK))
            return GROW_SCRATCH;
        uint8_t *out = work->free;
        if (j && quoted[j - 1])
            *out++ = layout->quote;
        memcpy(out, middle.text, (size_t)middle.length);
        out += middle.length;
        if (j < count && quoted[j])
            *out++ = layout->quote;
        work->run->prefixes[j] = (text_piece){work->free, out - work->free};
        bytes += out - work->free;
        work->free = out + SLACK;
    }
    work->bytes += bytes * work->count;
    return DONE;
}

static void interleave(text_run *run, int64_t columns, int64_t count) {
    uint8_t *out = run->output + run->written;
    const text_piece *prefixes = run->prefixes;
    for (int64_t i = 0; i < count; i++) {
        const text_piece *cell = run->cells + i;
        for (int64_t j = 0; j < columns; j++, cell += MINI_BATCH)
            out = put_piece(put_piece(out, prefixes[j]), *cell);
        out = put_piece(out, prefixes[columns]);
        if (run->ends)
            run->ends[run->row + i] = out - run->output;
    }
    run->written = out - run->output;
}

/* Writes rows run->row to run->rows of `columns`, or as many as fit. `quoted` has a byte for each column. */
SEEDBED_EXPORT int32_t seedbed_text_rows(const text_layout *layout, const text_column *columns, int64_t count,
                                         uint8_t *quoted, text_run *run) {
    while (run->row < run->rows) {
        int64_t left = run->rows - run->row;
        text_cells work = {.layout = layout, .run = run, .free = run->scratch};
        work.count = left < MINI_BATCH ? left : MINI_BATCH;
        work.limit = run->scratch + run->scratch_size - SLACK;
        for (int64_t j = 0; j < count; j++) {
            work.column = columns + j;
            work.cells = run->cells + j * MINI_BATCH;
            work.first = columns[j].offset + run->row;
            int status = form_cells(&work);
            if (status != DONE) {
                run->bad_column = j;
                return status;
            }
            quoted[j] = columns[j].quoting == ALWAYS && !is_finished(columns + j) && !work.has_nulls;
        }
        int status = join_prefixes(layout, columns, count, quoted, &work);
        if (status != DONE)
            return status;
        if (work.bytes + SLACK > run->capacity - run->written) {
            run->needed = run->written + work.bytes + SLACK;
            return GROW_OUTPUT;
        }
        interleave(run, count, work.count);
        run->row += work.count;
    }
    return DONE;
}
