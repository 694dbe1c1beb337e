/* Random and broken columns through the text kernel, every buffer of exactly the size that the binding guarantees, so
 * that the address sanitizer sees each byte read or written outside. Arguments: a seed and a number of rounds.
 * Prints how many runs ended in each way; exits with 1 if the kernel breaks its own contract.
 */
#include <stdio.h>
#include <stdlib.h>

#include "text.c"

#define COLUMNS 6

static uint64_t state;

static uint64_t draw(uint64_t below) {
    state += UINT64_C(0x9e3779b97f4a7c15);
    return seedbed_mix(state) % below;
}

static void *filled(int64_t size) {
    uint8_t *bytes = malloc(size ? (size_t)size : 1);
    for (int64_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)draw(256);
    return bytes;
}

static text_piece piece(const char *text) {
    size_t length = strlen(text);
    uint8_t *bytes = calloc(1, length + SLACK);
    memcpy(bytes, text, length);
    return (text_piece){bytes, (int64_t)length};
}

static text_piece glued(text_piece first, text_piece second, text_piece third) {
    uint8_t *bytes = calloc(1, (size_t)(first.length + second.length + third.length) + SLACK);
    memcpy(bytes, first.text, (size_t)first.length);
    memcpy(bytes + first.length, second.text, (size_t)second.length);
    memcpy(bytes + first.length + second.length, third.text, (size_t)third.length);
    return (text_piece){bytes, first.length + second.length + third.length};
}

/* Offsets for `rows` strings, now and then wrong; the data has exactly data_size bytes, many of them special. */
static void make_strings(text_column *column, int64_t rows, int broken) {
    int64_t total = 0, *offsets = malloc((size_t)(rows + 1) * 8);
    for (int64_t i = 0; i <= rows; i++) {
        offsets[i] = total;
        total += (int64_t)(draw(3) ? draw(30) : draw(2) * draw(200));
    }
    column->width = draw(2) ? 4 : 8;
    column->data_size = offsets[rows];
    uint8_t *data = filled(column->data_size);
    if (draw(2))
        for (int64_t i = 0; i < column->data_size; i++)
            data[i] = draw(20) ? (uint8_t)('a' + draw(26)) : (uint8_t)",\"\n\\&"[draw(5)];
    column->data = data;
    if (broken && rows)
        offsets[draw((uint64_t)rows + 1)] = (int64_t)draw(2) ? -(int64_t)draw(9) - 1 : column->data_size + 1 + (int64_t)draw(99);
    uint8_t *stored = malloc((size_t)((rows + 1) * column->width));
    for (int64_t i = 0; i <= rows; i++) {
        int32_t narrow = (int32_t)offsets[i];
        memcpy(stored + i * column->width, column->width == 4 ? (void *)&narrow : (void *)&offsets[i], (size_t)column->width);
    }
    column->values = stored;
    free(offsets);
}

static void make_dictionary(text_column *column, int64_t rows, int broken) {
    int64_t count = (int64_t)draw(100), *entries = calloc((size_t)count + 2, 8);
    column->width = 1 << draw(4);
    column->is_signed = (int32_t)draw(2);
    for (int64_t i = 0; i <= count; i++)
        entries[i + 1] = entries[i] + (int64_t)draw(40);
    column->data_size = entries[count + 1] + SLACK;
    column->data = filled(column->data_size);
    column->entries = entries;
    column->entry_count = count;
    uint8_t *values = calloc(1, (size_t)(rows * column->width) + 1);
    for (int64_t i = 0; i < rows; i++)
        values[i * column->width] = (uint8_t)(broken ? draw(256) : count ? draw((uint64_t)count) : 0);
    column->values = realloc(values, rows * column->width ? (size_t)(rows * column->width) : 1);
}

/* Moments are sane for the most part, so that runs get past them. */
static void tame(text_column *column, int64_t rows) {
    for (int64_t i = 0; i < rows; i++) {
        int64_t v = (int64_t)draw(column->kind == TIME ? 86400 : 2000000);
        memcpy((uint8_t *)(uintptr_t)column->values + i * column->width, &v, (size_t)column->width);
    }
}

static void make_column(text_column *column, int64_t rows, int broken, int enclosed) {
    static const int32_t widths[] = {1, 2, 4, 8};
    *column = (text_column){.kind = (int32_t)draw(RAW + 1), .quoting = (int32_t)draw(3), .width = 1};
    column->offset = (int64_t)draw(20);
    rows += column->offset;
    column->prefix = piece(draw(2) ? "," : "{\"a long name of a column\":");
    column->suffix = piece(!enclosed || draw(2) ? "" : draw(2) ? ">" : "</a name that is longer than a vector>");
    column->head_length = (int64_t)draw(HEAD + 1);
    memset(column->head, '<', HEAD);
    column->null = piece(draw(2) ? "" : "NULL");
    column->quoted_null = piece("\"NULL\"");
    column->true_text = piece("true");
    column->false_text = piece("false");
    column->validity = draw(2) ? filled((rows + 7) / 8) : NULL;
    column->zigzag = (int32_t)draw(2);
    if (column->kind == STRING || column->kind == BASE64 || column->kind == LENGTH || column->kind == RAW)
        make_strings(column, rows, broken);
    else if (column->kind == DICTIONARY)
        make_dictionary(column, rows, broken);
    else if (column->kind == BOOLEAN)
        column->values = filled((rows + 7) / 8);
    else if (column->kind != NOTHING) {
        column->is_signed = (column->kind != INTEGER && column->kind != VARINT) || draw(2);
        column->width = column->kind == INTEGER    ? widths[draw(4)]
                        : column->kind == VARINT   ? widths[draw(4)]
                        : column->kind == STORED   ? (int32_t)draw(2) ? 16 : widths[draw(4)]
                        : column->kind == DECIMAL  ? 4 << draw(3)
                        : column->kind == FLOATING ? 4 << draw(2)
                        : column->kind == DATE     ? 4
                        : column->kind == TIME     ? 4 << draw(2)
                                                   : 8;
        column->fixed = column->kind == FLOATING && draw(2);
        column->digits = column->kind == DECIMAL    ? (int32_t)draw(39)
                         : column->kind == FLOATING ? (int32_t)draw(column->fixed ? 23 : 24) - !column->fixed
                         : column->kind == DATE     ? 0
                                                    : (int32_t)draw(4) * 3;
        column->zone = (int32_t)draw(2);
        column->values = filled(rows * column->width);
        if (column->kind >= DATE && column->kind <= TIMESTAMP && !broken)
            tame(column, rows);
    }
}

/* What stands around the cells of enclosed rows, as the binding has it. */
static void frame_columns(text_layout *layout, text_column *columns, int64_t count) {
    static const text_piece none = {(const uint8_t *)"", 0};
    for (int64_t j = 0; j < count; j++) {
        columns[j].behind = glued(layout->between, columns[j].prefix, none);
        columns[j].joined = j ? glued(columns[j - 1].suffix, layout->between, columns[j].prefix)
                              : glued(layout->opening, columns[j].prefix, none);
    }
    layout->closing = glued(columns[count - 1].suffix, layout->suffix, none);
}

static void free_column(text_column *column) {
    const void *owned[] = {column->values, column->validity, column->data, column->entries, column->prefix.text,
                           column->suffix.text, column->behind.text, column->joined.text, column->null.text,
                           column->quoted_null.text, column->true_text.text, column->false_text.text};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free((void *)(uintptr_t)owned[i]);
}

/* One table, with buffers that start small and grow to what the kernel asks for; the way it ended. */
static int run_once(text_layout *layout) {
    text_column columns[COLUMNS];
    text_lane lanes[COLUMNS];
    int64_t count = 1 + (int64_t)draw(COLUMNS), rows = (int64_t)draw(draw(4) ? 60 : 1500);
    for (int64_t j = 0; j < count; j++)
        make_column(columns + j, rows, !draw(12), (int)layout->enclosed);
    frame_columns(layout, columns, count);
    text_run run = {.rows = rows, .capacity = SLACK, .scratch_size = SLACK, .lanes = lanes};
    run.output = malloc(SLACK);
    run.scratch = malloc(SLACK);
    run.cells = malloc((size_t)(count * LANE_CELLS) * sizeof(text_piece));
    run.ends = draw(2) ? malloc(rows ? (size_t)rows * 8 : 1) : NULL;
    int status;
    while ((status = seedbed_text_rows(layout, columns, count, &run)) > DONE) {
        int64_t held = status == GROW_OUTPUT ? run.capacity : run.scratch_size;
        if (run.needed <= held) {
            fprintf(stderr, "status %d asks for %lld of %lld bytes\n", status, (long long)run.needed, (long long)held);
            exit(1);
        }
        if (status == GROW_OUTPUT)
            run.output = realloc(run.output, (size_t)(run.capacity = run.needed));
        else
            run.scratch = realloc(run.scratch, (size_t)(run.scratch_size = run.needed));
    }
    if ((status == DONE && run.row != rows) || run.written > run.capacity) {
        fprintf(stderr, "status %d at row %lld of %lld\n", status, (long long)run.row, (long long)rows);
        exit(1);
    }
    for (int64_t j = 0; j < count; j++)
        free_column(columns + j);
    free((void *)(uintptr_t)layout->closing.text);
    free(run.output), free(run.scratch), free(run.cells), free(run.ends);
    return status;
}

int main(int argc, char **argv) {
    uint8_t lengths[256], texts[256 * 8], specials[256] = {0};
    const uint8_t *sought = (const uint8_t *)",\"\\&~~~~";
    text_piece between[] = {piece(""), piece(","), piece(", and then something longer than a vector ")};
    text_piece opening[] = {piece(""), piece("<the opening of a row>")};
    uint64_t *powers = filled(617 * 16); /* any will do: shortest floats may come out wrong here, but in bounds */
    long ended[4] = {0};
    state = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    for (int byte = 0; byte < 256; byte++) {
        lengths[byte] = byte < 32 ? 8 : 1;
        memset(texts + 8 * byte, byte, 8);
        specials[byte] = byte < 32 || strchr(",\"\\&~", byte) != NULL;
    }
    text_layout layout = {
        .escape_lengths = lengths, .escape_texts = texts, .powers = powers, .marks = {',', '"', '\\', '&'},
        .special_below = 32, .quote = '"', .date_time = ' ', .zone = "+00:00", .zone_length = 6, .suffix = piece("}\n"),
        .empty = piece("\"\""), .nan = piece("NaN"), .infinity = piece("Infinity"), .minus_infinity = piece("-Infinity"),
        .sought_below = 32, .sought_count = 2 * MARKS,
    };
    for (long round = argc > 2 ? atol(argv[2]) : 1000; round > 0; round--) {
        layout.specials = draw(2) ? specials : NULL;
        layout.sought = sought;
        layout.base64_special = !draw(4);
        layout.enclosed = (int64_t)draw(2);
        layout.between = between[layout.enclosed ? draw(3) : 0];
        layout.opening = opening[layout.enclosed ? draw(2) : 0];
        ended[-run_once(&layout)]++;
    }
    const void *owned[] = {layout.suffix.text,         layout.empty.text, layout.nan.text,  layout.infinity.text,
                           layout.minus_infinity.text, powers,            between[0].text,  between[1].text,
                           between[2].text,            opening[0].text,   opening[1].text};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free((void *)(uintptr_t)owned[i]);
    printf("%ld %ld %ld %ld\n", ended[0], ended[1], ended[2], ended[3]);
    return 0;
}
