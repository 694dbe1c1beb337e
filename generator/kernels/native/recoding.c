/* Texts rewritten byte by byte, and texts cut short (see reference/recoding.py). */
#include "copying.h"

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Each byte becomes that of the table; where it is 0 it is left out. Returns the bytes written, at most those read. */
SEEDBED_EXPORT int64_t seedbed_recode(const int32_t *offsets, const uint8_t *data, int64_t count,
                                      const uint8_t *table, const uint8_t *skip, int32_t *ends, uint8_t *out) {
    uint8_t *begin = out;
    ends[0] = 0;
    for (int64_t row = 0; row < count; row++) {
        if (!skip || !skip[row])
            for (const uint8_t *at = data + offsets[row], *end = data + offsets[row + 1]; at < end; at++) {
                uint8_t byte = table[*at];
                *out = byte;
                out += byte != 0;
            }
        ends[row + 1] = (int32_t)(out - begin);
    }
    return out - begin;
}

#define ROWS 64

/* A matrix of positions, column by column, as rows of the table's characters; where one is 0 it is left out. ``line``
 * is scratch for ROWS rows; ends is NULL where no character is 0. Returns the bytes written. */
SEEDBED_EXPORT int64_t seedbed_letters(const uint8_t *matrix, int64_t count, int64_t width, const uint8_t *table,
                                       uint8_t *line, int32_t *ends, uint8_t *out) {
    uint8_t *begin = out;
    if (ends) ends[0] = 0;
    for (int64_t start = 0; start < count; start += ROWS) {
        int64_t rows = count - start < ROWS ? count - start : ROWS;
        uint8_t *lines = ends ? line : out;
        for (int64_t place = 0; place < width; place++) {
            const uint8_t *column = matrix + place * count + start;
            for (int64_t i = 0; i < rows; i++) lines[i * width + place] = table[column[i]];
        }
        if (!ends) {
            out += rows * width;
            continue;
        }
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t place = 0; place < width; place++) {
                uint8_t byte = lines[i * width + place];
                *out = byte;
                out += byte != 0;
            }
            ends[start + i + 1] = (int32_t)(out - begin);
        }
    }
    return out - begin;
}

static inline int is_space(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

/* Where the code point number ``most`` of a text begins; its length where it has no more of them. */
static inline int64_t place_of(const uint8_t *text, int64_t length, int64_t most) {
    if (length <= most) return length;
    int64_t at = 0, points = 0;
    for (; at + 8 <= length && points + 8 <= most; at += 8) { /* eight bytes begin eight code points at most */
        uint64_t x;
        memcpy(&x, text + at, 8);
        points += (int64_t)(((~x >> 7 | x >> 6) & EACH_BYTE) * EACH_BYTE >> 56);
    }
    for (; at < length; at++)
        if ((text[at] & 0xC0) != 0x80 && points++ == most) return at;
    return length;
}

/* The bytes that are left of a text of more than ``most`` code points that end at ``place``. */
static int64_t shortened(const uint8_t *text, int64_t place, int at_words, const uint8_t *mark, int64_t mark_size) {
    int64_t end = place;
    if (at_words && text[place] != ' ') {
        while (end && !is_space(text[end - 1])) end--;
        while (end && is_space(text[end - 1])) end--;
        if (!end && !is_space(text[0])) end = place;
    }
    while (mark_size && end >= mark_size && !memcmp(text + end - mark_size, mark, (size_t)mark_size)) end -= mark_size;
    return end;
}

/* Texts of at most ``most`` code points. Returns the bytes written, at most those read. */
SEEDBED_EXPORT int64_t seedbed_shorten(const int32_t *offsets, const uint8_t *data, int64_t count, int64_t most,
                                       int64_t at_words, const uint8_t *mark, int64_t mark_size, const uint8_t *skip,
                                       int32_t *ends, uint8_t *out) {
    int64_t total = 0;
    ends[0] = 0;
    for (int64_t row = 0; row < count; row++) {
        if (!skip || !skip[row]) {
            const uint8_t *text = data + offsets[row];
            int64_t length = offsets[row + 1] - offsets[row], place = place_of(text, length, most);
            if (place < length) length = shortened(text, place, at_words != 0, mark, mark_size);
            if (length) memcpy(out + total, text, (size_t)length);
            total += length;
        }
        ends[row + 1] = (int32_t)total;
    }
    return total;
}

/* The code point at ``at``, which ends before ``end``, and where the next one begins; -1 for none below 65,536. */
static inline int64_t code_point(const uint8_t **at, const uint8_t *end) {
    const uint8_t *from = *at;
    int64_t size = from[0] < 0xC0 ? 1 : from[0] < 0xE0 ? 2 : 3;
    if (from[0] < 0x80) {
        *at = from + 1;
        return from[0];
    }
    if (size == 1 || from[0] >= 0xF0 || end - from < size) return -1;
    *at = from + size;
    if (size == 2) return (from[0] & 0x1F) << 6 | (from[1] & 0x3F);
    return (from[0] & 0x0F) << 12 | (from[1] & 0x3F) << 6 | (from[2] & 0x3F);
}

/* One text spelled; NULL as below. Written are up to 8 bytes more than those that count. */
SEEDBED_BOTH uint8_t *transliterated(const uint8_t *at, const uint8_t *end, const uint64_t *table, int words,
                                     uint8_t *out, const uint8_t *limit) {
    const uint8_t *begin = out;
    int parted = 0;
    while (at < end) {
        int64_t point = code_point(&at, end);
        if (point < 0) return NULL;
        uint64_t letters = table[point];
        int64_t size = (int64_t)(letters >> 56) & 7;
        if (limit - out < size + 1) return NULL;
        if (!words) {
            seedbed_store8(out, letters);
            out += size;
            continue;
        }
        for (; size; size--, letters >>= 8) { /* without a branch, for words have any length */
            int letter = (uint8_t)letters != '-';
            *out = '-';
            out += parted & letter;
            *out = (uint8_t)letters;
            out += letter;
            parted = !letter & (out > begin);
        }
    }
    return out;
}

/* Code points spelled by a table of 65,536: up to seven bytes each from the lowest on, how many in the highest. For
 * ``words`` a hyphen in the table is no letter: one stands between words, none at the ends. Returns the bytes written,
 * fewer than ``capacity``, behind which there is the slack; -1 where they are more, or a code point is beyond. */
SEEDBED_EXPORT int64_t seedbed_transliterate(const int32_t *offsets, const uint8_t *data, int64_t count,
                                             const uint64_t *table, int64_t words, const uint8_t *skip, int32_t *ends,
                                             uint8_t *out, int64_t capacity) {
    uint8_t *begin = out;
    ends[0] = 0;
    for (int64_t row = 0; row < count; row++) {
        if (!skip || !skip[row]) {
            const uint8_t *at = data + offsets[row], *end = data + offsets[row + 1];
            out = words ? transliterated(at, end, table, 1, out, begin + capacity)
                        : transliterated(at, end, table, 0, out, begin + capacity);
            if (!out) return -1;
        }
        ends[row + 1] = (int32_t)(out - begin);
    }
    return out - begin;
}
