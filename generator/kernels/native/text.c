/* Batches to text rows: a column at a time into cells, then one interleaver for every text format.
 *
 * The binding (generator/kernels/text_native.py) checks types and buffer lengths; offsets, indices and times are
 * checked here, where they are read. Whenever the output or the scratch is too small the kernel stops before the
 * mini-batch at hand, says what it needs, and is called again.
 */
#include "text_binary.h"
#include "text_cells.h"
#include "text_enclosed.h"
#include "text_interleave.h"
#include "text_moments.h"
#include "text_number_cells.h"
#include "text_strings.h"

static int form_booleans(text_cells *work) {
    const text_column *column = work->column;
    text_piece texts[2] = {column->false_text, column->true_text};
    int64_t longer = texts[0].length < texts[1].length;
    for (int64_t i = 0; i < work->count; i++) {
        int64_t at = work->first + i;
        work->cells[i] = texts[column->values[at >> 3] >> (at & 7) & 1];
        work->bytes += work->cells[i].length;
    }
    work->lane->longest = texts[longer].length;
    if (work->has_nulls)
        place_nulls(work);
    return DONE;
}

static int form_nothing(text_cells *work) {
    static const uint8_t none[MINI_BATCH] = {0};
    work->lane->here = none;
    for (int64_t i = 0; i < work->count; i++)
        work->cells[i] = work->column->null;
    work->bytes += work->count * work->column->null.length;
    work->lane->longest = work->column->null.length;
    return DONE;
}

/* The dictionary's cells are finished, quotes included; a missing row takes the one behind the last. */
static int form_entries(text_cells *work) {
    const text_column *column = work->column;
    int64_t values[MINI_BATCH], wrong = 0, bytes = 0, longest = 0;
    read_integers(work, values);
    for (int64_t i = 0; i < work->count; i++)
        wrong |= ((uint64_t)values[i] >= (uint64_t)column->entry_count) & work->valid[i];
    if (wrong)
        return refuse(work, 0, BAD_INDEX);
    if (work->has_nulls)
        for (int64_t i = 0; i < work->count; i++)
            values[i] |= column->entry_count & ((int64_t)work->valid[i] - 1); /* they were read as 0 */
    for (int64_t i = 0; i < work->count; i++) {
        const int64_t *entry = column->entries + values[i];
        int64_t length = entry[1] - entry[0];
        work->cells[i] = (text_piece){column->data + entry[0], length};
        bytes += length;
        longest = longest < length ? length : longest;
    }
    work->bytes += bytes;
    work->lane->longest = longest;
    return DONE;
}

static int form_cells(text_cells *work) {
    const text_column *column = work->column;
    work->bytes += work->count * (column->prefix.length + column->suffix.length + work->layout->between.length);
    *work->lane = (text_lane){.cells = work->cells, .prefix = column->prefix.text};
    work->lane->prefix_length = column->prefix.length;
    read_validity(work);
    if (keep_validity(work) != DONE)
        return GROW_SCRATCH;
    switch (column->kind) {
    case INTEGER: return form_integers(work);
    case FLOATING: return form_floats(work);
    case DECIMAL: return form_decimals(work);
    case DATE:
    case TIME:
    case TIMESTAMP: return form_moments(work);
    case BOOLEAN: return form_booleans(work);
    case STRING: return form_strings(work);
    case BASE64: return form_base64(work);
    case DICTIONARY: return form_entries(work);
    case VARINT: return form_varints(work);
    case LENGTH: return form_lengths(work);
    case STORED: return form_stored(work);
    case RAW: return form_raw(work);
    default: return form_nothing(work);
    }
}

/* Writes rows run->row to run->rows of `columns`, or as many as fit. */
SEEDBED_EXPORT int32_t seedbed_text_rows(const text_layout *layout, const text_column *columns, int64_t count,
                                         text_run *run) {
    while (run->row < run->rows) {
        int64_t left = run->rows - run->row;
        text_cells work = {.layout = layout, .run = run, .free = run->scratch};
        work.count = left < MINI_BATCH ? left : MINI_BATCH;
        work.limit = run->scratch + run->scratch_size - SLACK;
        work.bytes = work.count * (layout->opening.length + layout->suffix.length);
        for (int64_t j = 0; j < count; j++) {
            work.column = columns + j;
            work.cells = run->cells + j * LANE_CELLS;
            work.lane = run->lanes + j;
            work.first = columns[j].offset + run->row;
            int status = form_cells(&work);
            if (status != DONE) {
                run->bad_column = j;
                return status;
            }
        }
        if (work.bytes + SLACK > run->capacity - run->written) {
            run->needed = run->written + work.bytes + SLACK;
            return GROW_OUTPUT;
        }
        if (layout->enclosed)
            interleave_enclosed(layout, run, columns, count, work.count);
        else
            interleave(layout, run, count, work.count);
        run->row += work.count;
    }
    return DONE;
}
