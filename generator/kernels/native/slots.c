/* Lays out slots, and fills rows with short words from them (see slots.h and reference/words.py). */
#include "slots.h"

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)
#define CHUNK 16     /* words drawn at once */
#define WORDS 4096   /* of a block, so that it stays in the nearest cache */
#define ROWS 256     /* of a block */
#define LAST 0x8000u /* of a pick: the row's last word, which no space follows */

/* Slots of prefix + text + suffix for ``count`` texts. The binding has checked the offsets and that all fit. */
SEEDBED_EXPORT void seedbed_slots(const int32_t *offsets, const uint8_t *data, int64_t count, const uint8_t *prefix,
                                  int64_t prefix_length, const uint8_t *suffix, int64_t suffix_length, int64_t width,
                                  uint8_t *slots) {
    memset(slots, 0, (size_t)(count * width));
    for (int64_t i = 0; i < count; i++, slots += width) {
        int64_t length = offsets[i + 1] - offsets[i];
        if (prefix_length) memcpy(slots, prefix, (size_t)prefix_length);
        if (length) memcpy(slots + prefix_length, data + offsets[i], (size_t)length);
        if (suffix_length) memcpy(slots + prefix_length + length, suffix, (size_t)suffix_length);
        slots[width - 1] = (uint8_t)(prefix_length + length + suffix_length);
    }
}

/* What a row draws from: threshold in the low, alias in the high half of each entry; without entries, evenly. */
typedef struct {
    const uint64_t *entries;
    uint64_t count;
} weights;

static inline __attribute__((always_inline)) uint32_t picked(weights from, uint64_t half, int weighted) {
    uint64_t product = half * from.count;
    uint32_t i = (uint32_t)(product >> 32);
    if (!weighted) return i;
    uint64_t entry = from.entries[i];
    uint32_t keep = 0u - (uint32_t)((uint32_t)product < (uint32_t)entry), other = (uint32_t)(entry >> 32);
    return other ^ ((i ^ other) & keep); /* a branch would be mispredicted half the time */
}

/* Draws a block's words side by side, CHUNK too many at the end; ends[row + 1] is how many the rows so far have. */
static inline __attribute__((always_inline)) void draw(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                       uint64_t kappa, uint64_t minimum, uint64_t span,
                                                       const uint8_t *skip, weights from, int weighted,
                                                       uint16_t *words, int32_t *ends) {
    uint64_t bits[ROWS];
    uint16_t counts[ROWS];
    for (int64_t row = 0; row < count; row++) {
        uint64_t x = bits[row] = seedbed_bits(rows[row], gamma, kappa);
        uint64_t high = (x >> 32) * span + ((x & UINT32_MAX) * span >> 32); /* span < 2^32: nothing overflows */
        counts[row] = (uint16_t)(minimum + (high >> 32));
    }
    if (skip)
        for (int64_t row = 0; row < count; row++) counts[row] = skip[row] ? 0 : counts[row];
    int64_t total = 0;
    ends[0] = 0;
    for (int64_t row = 0; row < count; row++) {
        int64_t own = counts[row], drawn = 0;
        uint64_t x = bits[row];
        do { /* once for most rows: a count of words is no branch */
            uint32_t pairs[CHUNK / 2];
            for (int j = 0; j < CHUNK / 2; j++) {
                uint64_t y = seedbed_mix(x + GOLDEN * (uint64_t)(j + 1));
                pairs[j] = picked(from, (uint32_t)y, weighted) | picked(from, y >> 32, weighted) << 16;
            }
            memcpy(words + total + drawn, pairs, sizeof pairs);
            x += GOLDEN * (CHUNK / 2);
            drawn += CHUNK;
        } while (drawn < own);
        total += own;
        words[total - 1] |= own ? LAST : 0; /* words[-1] is there, and nobody's */
        ends[row + 1] = (int32_t)total;
    }
}

static inline __attribute__((always_inline)) int64_t fill(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                          uint64_t kappa, uint64_t minimum, uint64_t span,
                                                          const uint8_t *skip, weights from, int weighted,
                                                          const uint8_t *slots, int64_t width, int32_t *offsets,
                                                          uint8_t *out) {
    uint16_t words[1 + WORDS + CHUNK];
    int32_t ends[ROWS + 1], reached[WORDS + 1];
    int64_t most = WORDS / (int64_t)(minimum + span), block = most < ROWS ? most : ROWS, at = 0;
    words[0] = 0;
    offsets[0] = 0;
    for (int64_t start = 0; start < count; start += block) {
        int64_t size = count - start < block ? count - start : block;
        draw(rows + start, size, gamma, kappa, minimum, span, skip ? skip + start : skip, from, weighted, words + 1,
             ends);
        reached[0] = (int32_t)at;
        for (int64_t i = 0; i < ends[size]; i++) {
            uint32_t word = words[1 + i];
            at += seedbed_take(out + at, slots, word & (LAST - 1), width) - (word >= LAST);
            reached[i + 1] = (int32_t)at;
        }
        for (int64_t row = 0; row < size; row++) offsets[start + row + 1] = reached[ends[row + 1]];
    }
    return at;
}

/* Whether any of ``count`` entries has another word as its alias; -1 where an alias is outside the pool. */
static int interleaved(const uint32_t *thresholds, const int32_t *aliases, int64_t count, uint64_t *entries) {
    int weighted = 0, broken = 0;
    for (int64_t i = 0; i < count; i++) {
        broken |= (uint64_t)(int64_t)aliases[i] >= (uint64_t)count;
        weighted |= aliases[i] != i;
        entries[i] = thresholds[i] | (uint64_t)(uint32_t)aliases[i] << 32;
    }
    return broken ? -1 : weighted;
}

/* Texts of minimum..minimum + span - 1 < WORDS / 2 words, from ``entry_count`` < 2^15 slots whose texts end with a
 * space. Returns their bytes, or -1 where an alias is outside the pool. entries is scratch, a word for each; out has
 * SEEDBED_SLACK to spare. */
SEEDBED_EXPORT SEEDBED_CLONES int64_t seedbed_slot_words(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                         uint64_t kappa, uint64_t minimum, uint64_t span,
                                                         const uint8_t *slots, int64_t width,
                                                         const uint32_t *thresholds, const int32_t *aliases,
                                                         int64_t entry_count, uint64_t *entries, const uint8_t *skip,
                                                         int32_t *offsets, uint8_t *out) {
    int weighted = interleaved(thresholds, aliases, entry_count, entries);
    if (weighted < 0) return -1;
    weights from = {entries, (uint64_t)entry_count};
#define FILL(weighted, width) fill(rows, count, gamma, kappa, minimum, span, skip, from, weighted, slots, width, offsets, out)
    if (width == 16) return weighted ? FILL(1, 16) : FILL(0, 16);
    if (width == 32) return weighted ? FILL(1, 32) : FILL(0, 32);
    return weighted ? FILL(1, 64) : FILL(0, 64);
#undef FILL
}
