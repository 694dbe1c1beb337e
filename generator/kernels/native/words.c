/* Runs of words from a weighted pool (see reference/words.py). */
#include "copying.h"

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

/* What a pick needs, side by side; the scratch that the binding gives has one for each word of the pool. */
typedef struct {
    uint32_t threshold, alias, start, length, points; /* points: code points, known only where texts are limited */
} entry;

typedef struct {
    const entry *entries;
    uint64_t count;
    const uint8_t *data;
    int64_t size; /* bytes of data that can be read */
} pool;

/* The code points of data[0..length). */
static inline int64_t code_points(const uint8_t *data, int64_t length) {
    int64_t points = 0;
    for (int64_t i = 0; i < length; i++) points += (data[i] & 0xC0) != 0x80;
    return points;
}

/* The bytes of the first ``points`` code points of a longer text. */
static inline int64_t cut(const uint8_t *data, int64_t length, int64_t points) {
    int64_t i = 0;
    for (; i < length; i++)
        if ((data[i] & 0xC0) != 0x80 && points-- == 0) break;
    return i;
}

static inline const entry *picked(const pool *p, uint64_t half) {
    uint64_t product = half * p->count;
    uint64_t i = product >> 32, other = p->entries[i].alias;
    uint64_t keep = 0 - (uint64_t)((uint32_t)product < p->entries[i].threshold);
    return p->entries + (other ^ ((i ^ other) & keep)); /* a branch would be mispredicted half the time */
}

/* Writes one row's text at out, unless ``write`` is 0; returns its length. */
static inline __attribute__((always_inline)) int64_t row_text(const pool *p, uint64_t x, int64_t count,
                                                              int64_t max_length, int limited, int write,
                                                              uint8_t *out) {
    uint64_t halves = 0;
    int64_t total = 0, points = 0;
    for (int64_t w = 0; w < count; w++) {
        halves = w & 1 ? halves >> 32 : seedbed_mix(x += GOLDEN);
        const entry *word = picked(p, (uint32_t)halves);
        int64_t length = word->length;
        if (limited) {
            int64_t more = word->points;
            if (w == 0 && more > max_length) {
                length = cut(p->data + word->start, length, max_length);
                if (write) seedbed_copy(out, p->data, word->start, length, p->size);
                return length;
            }
            points += more + (w > 0);
            if (points > max_length) break;
        }
        if (write) {
            seedbed_copy(out + total, p->data, word->start, length, p->size);
            out[total + length] = ' ';
        }
        total += length + 1;
    }
    return total - (total > 0);
}

static inline __attribute__((always_inline)) int64_t all_rows(const pool *p, const uint64_t *rows, int64_t count,
                                                              uint64_t gamma, uint64_t kappa, uint64_t minimum,
                                                              uint64_t span, int64_t max_length, int limited,
                                                              int write, const uint8_t *skip, int32_t *offsets,
                                                              uint8_t *out) {
    int64_t total = 0;
    if (write) offsets[0] = 0;
    for (int64_t row = 0; row < count; row++) {
        if (!skip || !skip[row]) {
            uint64_t x = seedbed_bits(rows[row], gamma, kappa);
            int64_t word_count = (int64_t)(minimum + seedbed_mulhi(x, span));
            total += row_text(p, x, word_count, max_length, limited, write, write ? out + total : out);
        }
        if (write) offsets[row + 1] = (int32_t)total;
    }
    return total;
}

/* Returns the bytes of all texts; only counts them where out is NULL. max_length < 0: no limit. entries is scratch;
 * the binding has checked the pool's offsets and aliases. out has SEEDBED_SLACK to spare. */
SEEDBED_EXPORT int64_t seedbed_words(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa,
                                     uint64_t minimum, uint64_t span, int64_t max_length, const int32_t *pool_offsets,
                                     const uint8_t *data, int64_t size, const uint32_t *thresholds,
                                     const int32_t *aliases, int64_t entry_count, entry *entries, const uint8_t *skip,
                                     int32_t *offsets, uint8_t *out) {
    for (int64_t i = 0; i < entry_count; i++) {
        int32_t start = pool_offsets[i], length = pool_offsets[i + 1] - start;
        entries[i] = (entry){thresholds[i], (uint32_t)aliases[i], (uint32_t)start, (uint32_t)length,
                             max_length < 0 ? 0 : (uint32_t)code_points(data + start, length)};
    }
    pool p = {entries, (uint64_t)entry_count, data, size};
    if (!out)
        return max_length < 0
                   ? all_rows(&p, rows, count, gamma, kappa, minimum, span, 0, 0, 0, skip, offsets, out)
                   : all_rows(&p, rows, count, gamma, kappa, minimum, span, max_length, 1, 0, skip, offsets, out);
    return max_length < 0
               ? all_rows(&p, rows, count, gamma, kappa, minimum, span, 0, 0, 1, skip, offsets, out)
               : all_rows(&p, rows, count, gamma, kappa, minimum, span, max_length, 1, 1, skip, offsets, out);
}
