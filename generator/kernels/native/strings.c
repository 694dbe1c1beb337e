/* Text row by row: patterns, UUIDs and concatenation (see reference/strings.py).
 *
 * Texts of any length are copied into slack: such an output buffer ends with SEEDBED_SLACK bytes to spare. A source is
 * read beyond its last byte only where the binding said there is room for it. */
#include "hexadecimal.h"
#include "slots.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

static inline uint64_t with_version(uint64_t high) { return (high & ~UINT64_C(0xF000)) | UINT64_C(0x4000); }
static inline uint64_t with_variant(uint64_t low) { return (low & (UINT64_MAX >> 2)) | UINT64_C(1) << 63; }

static void spell_uuids(const uint64_t *high, const uint64_t *low, int64_t count, uint8_t *out) {
    const uint64_t dash = '-';
    for (int64_t i = 0; i < count; i++, out += 36) {
        uint64_t first = with_version(high[i]), last = with_variant(low[i]);
        uint64_t a = seedbed_hexadecimal((uint32_t)(first >> 32)), b = seedbed_hexadecimal((uint32_t)first);
        uint64_t c = seedbed_hexadecimal((uint32_t)(last >> 32)), d = seedbed_hexadecimal((uint32_t)last);
        seedbed_store8(out, a);
        seedbed_store8(out + 8, dash | b << 8 << 32 >> 32 | b >> 24 << 56 >> 24 | dash << 40 | b >> 32 << 48);
        seedbed_store8(out + 16, b >> 48 | dash << 16 | c << 32 >> 8 | dash << 56);
        seedbed_store8(out + 24, c >> 32 | d << 32);
        seedbed_store4(out + 32, (uint32_t)(d >> 32));
    }
}

#ifdef __x86_64__
/* The same by rearranging sixteen bytes at once; place 128 leaves a zero, for a dash. */
__attribute__((target("ssse3"))) static void arrange_uuids(const uint64_t *high, const uint64_t *low, int64_t count,
                                                           uint8_t *out) {
    const __m128i backwards = _mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    const __m128i digits = _mm_loadu_si128((const __m128i *)"0123456789abcdef"), nibble = _mm_set1_epi8(15);
    const __m128i to_first = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, -128, 8, 9, 10, 11, -128, 12, 13);
    const __m128i to_second = _mm_setr_epi8(0, 1, -128, 2, 3, 4, 5, -128, 6, 7, 8, 9, 10, 11, 12, 13);
    const __m128i first_dashes = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, '-', 0, 0, 0, 0, '-', 0, 0);
    const __m128i second_dashes = _mm_setr_epi8(0, 0, '-', 0, 0, 0, 0, '-', 0, 0, 0, 0, 0, 0, 0, 0);
    for (int64_t i = 0; i < count; i++, out += 36) {
        __m128i bits = _mm_set_epi64x((int64_t)with_variant(low[i]), (int64_t)with_version(high[i]));
        __m128i bytes = _mm_shuffle_epi8(bits, backwards);
        __m128i upper = _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble), lower = _mm_and_si128(bytes, nibble);
        __m128i a = _mm_shuffle_epi8(digits, _mm_unpacklo_epi8(upper, lower));
        __m128i b = _mm_shuffle_epi8(digits, _mm_unpackhi_epi8(upper, lower));
        __m128i first = _mm_or_si128(_mm_shuffle_epi8(a, to_first), first_dashes);
        __m128i second = _mm_or_si128(_mm_shuffle_epi8(_mm_alignr_epi8(b, a, 14), to_second), second_dashes);
        _mm_storeu_si128((__m128i *)out, first);
        _mm_storeu_si128((__m128i *)(out + 16), second);
        seedbed_store4(out + 32, (uint32_t)_mm_cvtsi128_si32(_mm_srli_si128(b, 12)));
    }
}
#endif

/* 36 bytes a row, exactly. */
SEEDBED_EXPORT void seedbed_uuid4(const uint64_t *high, const uint64_t *low, int64_t count, uint8_t *out) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("ssse3")) {
        arrange_uuids(high, low, count, out);
        return;
    }
#endif
    spell_uuids(high, low, count, out);
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

enum { LITERAL, STRINGS, DICTIONARY, INTEGERS, SLOTS_16, SLOTS_32, SLOTS_64 };

/* A part of a concatenation; generator/kernels/native_strings.py declares the same layout. */
typedef struct {
    int64_t kind;
    const uint8_t *data;    /* LITERAL, STRINGS, DICTIONARY: the characters, of which ``size`` bytes can be read; slots */
    int64_t size, length;   /* length: LITERAL's */
    const int32_t *offsets; /* STRINGS: one more than rows; DICTIONARY: one more than entries */
    const int32_t *indices; /* DICTIONARY and slots */
    int64_t entries;        /* DICTIONARY and slots */
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

/* The four digits of x < 10000, the first in the lowest byte: halves of two digits each, then digits of one. */
static inline uint32_t four_digits(uint32_t x) {
    uint32_t high = x * 5243 >> 19, halves = high | (x - 100 * high) << 16;
    uint32_t tens = halves * 103 >> 10 & 0x000F000F;
    return tens | (halves - 10 * tens) << 8;
}

#define ZEROS 0x30303030u

/* Without a branch, for most numbers have several lengths; four bytes are written. */
static inline uint8_t *put_short(uint8_t *out, uint32_t x) {
    uint32_t digits = four_digits(x);
    int leading = __builtin_ctz(digits | UINT32_C(1) << 24) & ~7;
    seedbed_store4(out, (digits | ZEROS) >> leading);
    return out + 4 - leading / 8;
}

static uint8_t *put_long(uint8_t *out, uint64_t x) {
    uint64_t front = x / 10000;
    out = front < 10000 ? put_short(out, (uint32_t)front) : put_long(out, front);
    seedbed_store4(out, four_digits((uint32_t)(x - 10000 * front)) | ZEROS);
    return out + 4;
}

static inline uint8_t *put_decimal(uint8_t *out, int64_t value, int64_t width, int64_t zeros) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int64_t padding = width ? width - decimal_digits(size) - (value < 0) : 0;
    if (padding > 0 && !zeros) {
        memset(out, ' ', (size_t)padding);
        out += padding;
    }
    *out = '-';
    out += value < 0;
    if (padding > 0 && zeros) {
        memset(out, '0', (size_t)padding);
        out += padding;
    }
    return size < 10000 ? put_short(out, (uint32_t)size) : put_long(out, size);
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

/* The bytes of a row of slots; -1 for an index that is out of range. */
static inline int64_t slot_length(const part *p, int64_t row) {
    uint64_t i = (uint64_t)(int64_t)p->indices[row], width = UINT64_C(16) << (p->kind - SLOTS_16);
    return i < (uint64_t)p->entries ? p->data[i * width + width - 1] : -1;
}

/* The bytes the rows will take, or -1 where an index of a dictionary is out of range. */
SEEDBED_EXPORT int64_t seedbed_concat_size(const part *parts, int64_t part_count, int64_t count, const uint8_t *skip) {
    int64_t total = 0, start, length;
    for (int64_t row = 0; row < count; row++) {
        if (skip && skip[row]) continue;
        for (const part *p = parts; p < parts + part_count; p++) {
            if (p->kind == LITERAL)
                length = p->length;
            else if (p->kind == INTEGERS)
                length = decimal_length(p->integers[row], p->width);
            else if (p->kind >= SLOTS_16)
                length = slot_length(p, row);
            else if (!located(p, row, &start, &length))
                length = -1;
            if (length < 0) return -1;
            total += length;
        }
    }
    return total;
}

/* Returns where the row's text of a part ends that was put at out; NULL for an index that is out of range. */
static inline __attribute__((always_inline)) uint8_t *put_part(uint8_t *out, const part *p, int64_t row) {
    int64_t start = 0, length = p->length;
    uint64_t i;
    switch (p->kind) {
        case SLOTS_16:
            i = (uint64_t)(int64_t)p->indices[row];
            return i < (uint64_t)p->entries ? out + seedbed_take(out, p->data, i, 16) : NULL;
        case SLOTS_32:
            i = (uint64_t)(int64_t)p->indices[row];
            return i < (uint64_t)p->entries ? out + seedbed_take(out, p->data, i, 32) : NULL;
        case SLOTS_64:
            i = (uint64_t)(int64_t)p->indices[row];
            return i < (uint64_t)p->entries ? out + seedbed_take(out, p->data, i, 64) : NULL;
        case INTEGERS:
            if ((uint64_t)p->integers[row] < 10000 && !p->width) return put_short(out, (uint32_t)p->integers[row]);
            return put_decimal(out, p->integers[row], p->width, p->zeros);
        case LITERAL:
            break;
        default:
            if (!located(p, row, &start, &length)) return NULL;
    }
    seedbed_copy(out, p->data, start, length, p->size);
    return out + length;
}

/* Returns the bytes written, or -1 where an index of a dictionary is out of range. out holds them and the slack. */
SEEDBED_EXPORT int64_t seedbed_concat(const part *parts, int64_t part_count, int64_t count, const uint8_t *skip,
                                      int32_t *offsets, uint8_t *out) {
    uint8_t *begin = out;
    offsets[0] = 0;
    for (int64_t row = 0; row < count; row++) {
        if (!skip || !skip[row])
            for (const part *p = parts; p < parts + part_count; p++) {
                out = put_part(out, p, row);
                if (!out) return -1;
            }
        offsets[row + 1] = (int32_t)(out - begin);
    }
    return out - begin;
}
