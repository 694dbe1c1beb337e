/* Text row by row: patterns, UUIDs and concatenation (see reference/strings.py).
 *
 * Texts of any length are copied into slack: such an output buffer ends with SEEDBED_SLACK bytes to spare. A source is
 * read beyond its last byte only where the binding said there is room for it. */
#include "text_copy.h"

static const uint64_t EACH_BYTE = UINT64_C(0x0101010101010101);

/* The 8 hexadecimal characters of x, first character in the low byte. */
static inline uint64_t hexadecimal(uint32_t x) {
    uint64_t v = __builtin_bswap32(x);
    v = (v | v << 16) & UINT64_C(0x0000FFFF0000FFFF);
    v = (v | v << 8) & UINT64_C(0x00FF00FF00FF00FF);
    v = (v >> 4 & UINT64_C(0x000F000F000F000F)) | (v & UINT64_C(0x000F000F000F000F)) << 8;
    uint64_t letters = (v + 6 * EACH_BYTE) >> 4 & EACH_BYTE;
    return v + '0' * EACH_BYTE + letters * ('a' - '0' - 10);
}

/* 36 bytes a row, exactly. */
SEEDBED_EXPORT SEEDBED_CLONES void seedbed_uuid4(const uint64_t *high, const uint64_t *low, int64_t count,
                                                 uint8_t *out) {
    const uint64_t dash = '-';
    for (int64_t i = 0; i < count; i++, out += 36) {
        uint64_t first = (high[i] & ~UINT64_C(0xF000)) | UINT64_C(0x4000);
        uint64_t last = (low[i] & (UINT64_MAX >> 2)) | UINT64_C(1) << 63;
        uint64_t a = hexadecimal((uint32_t)(first >> 32)), b = hexadecimal((uint32_t)first);
        uint64_t c = hexadecimal((uint32_t)(last >> 32)), d = hexadecimal((uint32_t)last);
        seedbed_store8(out, a);
        seedbed_store8(out + 8, dash | b << 8 << 32 >> 32 | b >> 24 << 56 >> 24 | dash << 40 | b >> 32 << 48);
        seedbed_store8(out + 16, b >> 48 | dash << 16 | c << 32 >> 8 | dash << 56);
        seedbed_store8(out + 24, c >> 32 | d << 32);
        seedbed_store4(out + 32, (uint32_t)(d >> 32));
    }
}

/* One or two neighbouring characters drawn together: size entries of ``width`` bytes each in the alphabets. */
typedef struct {
    int64_t position, width, alphabet;
    uint64_t size;
} step;

#define BLOCK 512

static inline void draw_step(step s, const uint8_t *alphabets, uint64_t *fractions, int64_t count, uint8_t *out,
                             int64_t length) {
    const uint8_t *alphabet = alphabets + s.alphabet;
    out += s.position;
    for (int64_t i = 0; i < count; i++, out += length) {
        unsigned __int128 product = (unsigned __int128)fractions[i] * s.size;
        fractions[i] = (uint64_t)product;
        memcpy(out, alphabet + (uint64_t)(product >> 64) * (uint64_t)s.width, (size_t)s.width);
    }
}

/* Draws one group over ``count`` texts of ``length`` bytes each, exactly; laid out first where template is given. */
SEEDBED_EXPORT SEEDBED_CLONES void seedbed_pattern(uint8_t *out, int64_t count, int64_t length,
                                                   const uint8_t *template, const uint64_t *fractions,
                                                   const step *steps, int64_t step_count, const uint8_t *alphabets) {
    uint64_t left[BLOCK];
    for (int64_t start = 0; start < count; start += BLOCK) {
        int64_t rows = count - start < BLOCK ? count - start : BLOCK;
        uint8_t *texts = out + start * length;
        if (template)
            for (int64_t i = 0; i < rows; i++) memcpy(texts + i * length, template, (size_t)length);
        memcpy(left, fractions + start, (size_t)rows * sizeof *left);
        for (int64_t s = 0; s < step_count; s++) {
            step next = steps[s];
            if (next.width == 2) {
                next.width = 2; /* a constant from here on */
                draw_step(next, alphabets, left, rows, texts, length);
            } else {
                next.width = 1;
                draw_step(next, alphabets, left, rows, texts, length);
            }
        }
    }
}

/* The longest of ``count`` texts, or -1 where the offsets do not ascend within ``size`` bytes. */
SEEDBED_EXPORT SEEDBED_CLONES int64_t seedbed_longest(const int32_t *offsets, int64_t count, int64_t size) {
    int32_t longest = 0;
    uint32_t broken = (uint32_t)offsets[0] >> 31;
    for (int64_t i = 0; i < count; i++) {
        int32_t length = (int32_t)((uint32_t)offsets[i + 1] - (uint32_t)offsets[i]);
        broken |= (uint32_t)(offsets[i + 1] < offsets[i]);
        longest = length > longest ? length : longest;
    }
    return broken || offsets[count] > size ? -1 : longest;
}

enum { LITERAL, STRINGS, DICTIONARY, INTEGERS };

/* A part of a concatenation; generator/kernels/native_strings.py declares the same layout. */
typedef struct {
    int64_t kind;
    const uint8_t *data;    /* LITERAL, STRINGS, DICTIONARY: the characters, of which ``size`` bytes can be read */
    int64_t size, length;   /* length: LITERAL's */
    const int32_t *offsets; /* STRINGS: one more than rows; DICTIONARY: one more than entries */
    const int32_t *indices; /* DICTIONARY */
    int64_t entries;        /* DICTIONARY */
    const int64_t *integers;
    int64_t width, zeros;   /* INTEGERS: padded on the left to width, with 0 after the sign or with a space */
} part;

static inline int decimal_digits(uint64_t x) {
    int digits = 1;
    for (; x >= 10000; x /= 10000) digits += 4;
    return digits + (x >= 10) + (x >= 100) + (x >= 1000);
}

static inline int64_t decimal_length(int64_t value, int64_t width) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int64_t length = decimal_digits(size) + (value < 0);
    return length < width ? width : length;
}

static inline uint8_t *put_decimal(uint8_t *out, int64_t value, int64_t width, int64_t zeros) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int64_t length = decimal_digits(size) + (value < 0), padding = width > length ? width - length : 0;
    if (padding && !zeros) {
        memset(out, ' ', (size_t)padding);
        out += padding;
    }
    if (value < 0) *out = '-';
    uint8_t *first = out + (value < 0);
    if (padding && zeros) {
        memset(first, '0', (size_t)padding);
        out += padding;
    }
    uint8_t *end = out + length, *at = end;
    do {
        *--at = (uint8_t)('0' + size % 10);
        size /= 10;
    } while (size);
    return end;
}

/* Where a row's text lies in its part's data; 0 for an index that is out of range. */
static inline int located(const part *p, int64_t row, int64_t *start, int64_t *length) {
    if (p->kind == DICTIONARY) {
        row = p->indices[row];
        if ((uint64_t)row >= (uint64_t)p->entries) return 0;
    }
    *start = p->offsets[row];
    *length = p->offsets[row + 1] - *start;
    return 1;
}

/* The bytes the rows will take, or -1 where an index of a dictionary is out of range. */
SEEDBED_EXPORT int64_t seedbed_concat_size(const part *parts, int64_t part_count, int64_t count, const uint8_t *skip) {
    int64_t total = 0, start, length;
    for (int64_t row = 0; row < count; row++) {
        if (skip && skip[row]) continue;
        for (const part *p = parts; p < parts + part_count; p++) {
            if (p->kind == LITERAL)
                total += p->length;
            else if (p->kind == INTEGERS)
                total += decimal_length(p->integers[row], p->width);
            else if (located(p, row, &start, &length))
                total += length;
            else
                return -1;
        }
    }
    return total;
}

/* Returns the bytes written, or -1 where an index of a dictionary is out of range. out holds them and the slack. */
SEEDBED_EXPORT int64_t seedbed_concat(const part *parts, int64_t part_count, int64_t count, const uint8_t *skip,
                                      int32_t *offsets, uint8_t *out) {
    uint8_t *begin = out;
    offsets[0] = 0;
    for (int64_t row = 0; row < count; row++) {
        if (!skip || !skip[row])
            for (const part *p = parts; p < parts + part_count; p++) {
                int64_t start = 0, length = p->length;
                if (p->kind == INTEGERS) {
                    out = put_decimal(out, p->integers[row], p->width, p->zeros);
                    continue;
                }
                if (p->kind != LITERAL && !located(p, row, &start, &length)) return -1;
                seedbed_copy(out, p->data, start, length, p->size);
                out += length;
            }
        offsets[row + 1] = (int32_t)(out - begin);
    }
    return out - begin;
}
