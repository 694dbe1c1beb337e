/* Calls each native kernel with pseudo-random and boundary input in buffers of exactly the size its binding promises,
 * under AddressSanitizer and UndefinedBehaviorSanitizer: a byte read or written outside ends the run.
 *
 * usage: fuzz_kernels SECONDS SEED. Prints the number of rounds; a wrong result ends it with a message. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "slots.h"

typedef struct {
    int64_t position, width, alphabet;
    uint64_t size;
} step;

typedef struct {
    int64_t kind;
    const uint8_t *data;
    int64_t size, length;
    const int32_t *offsets, *indices;
    int64_t entries;
    const int64_t *integers;
    int64_t width, zeros;
} part;

void seedbed_draw_mix(const uint64_t *, int64_t, uint64_t *);
void seedbed_draw_bits(const uint64_t *, int64_t, uint64_t, uint64_t, uint64_t *);
void seedbed_draw_unit(const uint64_t *, int64_t, uint64_t, uint64_t, double *);
void seedbed_draw_below(const uint64_t *, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t *);
void seedbed_draw_below_each(const uint64_t *, int64_t, uint64_t, uint64_t, const uint64_t *, uint64_t *);
void seedbed_draw_alias(const uint64_t *, int64_t, uint64_t, uint64_t, const uint64_t *, const int32_t *, uint64_t,
                        int32_t *);
void seedbed_alias_table(const uint64_t *, int64_t, uint64_t, uint64_t *, int32_t *, void *, int32_t *);
void seedbed_draw_quantile(const uint64_t *, int64_t, uint64_t, uint64_t, const double *, uint64_t, uint64_t, double,
                           double, double *);
void seedbed_draw_tail_quantile(const uint64_t *, int64_t, uint64_t, uint64_t, const double *, uint64_t, uint64_t,
                                double, double, double *);
int32_t seedbed_muldiv(const uint64_t *, int64_t, uint64_t, uint64_t, uint64_t, uint64_t *);
void seedbed_fractions(const uint64_t *, int64_t, uint64_t, uint64_t *);
void seedbed_permute(const uint64_t *, int64_t, uint64_t, int32_t, uint64_t, uint64_t, uint64_t *);
void seedbed_unpermute(const uint64_t *, int64_t, uint64_t, int32_t, uint64_t, uint64_t, uint64_t *);
void seedbed_permute_each(const uint64_t *, int64_t, uint64_t, int32_t, uint64_t, uint64_t, const uint64_t *,
                          uint64_t *);
void seedbed_uuid4(const uint64_t *, const uint64_t *, int64_t, uint8_t *);
void seedbed_pattern(uint8_t *, int64_t, int64_t, const uint8_t *, const uint64_t *, const step *, int64_t,
                     const uint8_t *);
int64_t seedbed_longest(const int32_t *, int64_t, int64_t);
int64_t seedbed_concat_size(const part *, int64_t, int64_t, const uint8_t *);
int64_t seedbed_concat(const part *, int64_t, int64_t, const uint8_t *, int32_t *, uint8_t *);
int64_t seedbed_words(const uint64_t *, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, int64_t, const int32_t *,
                      const uint8_t *, int64_t, const uint32_t *, const int32_t *, int64_t, void *, const uint8_t *,
                      int32_t *, uint8_t *);

void seedbed_slots(const int32_t *, const uint8_t *, int64_t, const uint8_t *, int64_t, const uint8_t *, int64_t, int64_t,
                   uint8_t *);
int64_t seedbed_slot_words(const uint64_t *, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, const uint8_t *, int64_t,
                           const uint32_t *, const int32_t *, int64_t, uint64_t *, const uint8_t *, int32_t *,
                           uint8_t *);

void seedbed_digest(const int32_t *, const uint8_t *, int64_t, const uint8_t *, int64_t, int64_t, int64_t, uint8_t *);
int64_t seedbed_recode(const int32_t *, const uint8_t *, int64_t, const uint8_t *, const uint8_t *, int32_t *,
                       uint8_t *);
int64_t seedbed_letters(const uint8_t *, int64_t, int64_t, const uint8_t *, uint8_t *, int32_t *, uint8_t *);
int64_t seedbed_shorten(const int32_t *, const uint8_t *, int64_t, int64_t, int64_t, const uint8_t *, int64_t,
                        const uint8_t *, int32_t *, uint8_t *);
int64_t seedbed_transliterate(const int32_t *, const uint8_t *, int64_t, const uint64_t *, int64_t, const uint8_t *,
                              int32_t *, uint8_t *, int64_t);

static uint64_t state;

static uint64_t next(void) { return seedbed_mix(state += UINT64_C(0x9E3779B97F4A7C15)); }

/* Uniform in 0..most, its ends more often. */
static uint64_t upto(uint64_t most) {
    switch (next() % 8) {
        case 0: return 0;
        case 1: return most;
        default: return most == UINT64_MAX ? next() : next() % (most + 1);
    }
}

static void check(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "wrong: %s\n", what);
        exit(1);
    }
}

static void *exactly(int64_t bytes) {
    void *found = malloc((size_t)bytes);
    check(found || !bytes, "out of memory");
    return found;
}

static uint64_t *values(int64_t count, uint64_t most) {
    uint64_t *found = exactly(8 * count);
    for (int64_t i = 0; i < count; i++) found[i] = upto(most);
    return found;
}

static void numbers(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa) {
    uint64_t *out = exactly(8 * count), *limits = values(count, UINT64_MAX);
    double *reals = exactly(8 * count), *table = exactly(8 * 6 * 864);
    seedbed_draw_mix(rows, count, out);
    seedbed_draw_bits(rows, count, gamma, kappa, out);
    seedbed_draw_unit(rows, count, gamma, kappa, reals);
    seedbed_draw_below(rows, count, gamma, kappa, upto((UINT64_C(1) << 63) - 1) + 1, next(), next(), out);
    seedbed_draw_below_each(rows, count, gamma, kappa, limits, out);
    for (int i = 0; i < 6 * 864; i++) table[i] = (double)i;
    uint64_t steps = UINT64_C(1) << 53, low = upto(steps - 1), span = 1 + upto(steps - low - 1);
    seedbed_draw_tail_quantile(rows, count, gamma, kappa, table, low, span, 2.0, 1.0, reals);
    double *half = exactly(8 * 6 * 848);
    memcpy(half, table, 8 * 6 * 848);
    seedbed_draw_quantile(rows, count, gamma, kappa, half, low, span, 2.0, 1.0, reals);
    uint64_t most = (UINT64_C(1) << 63) - 1, domain = upto(most) + 1;
    seedbed_muldiv(limits, count, upto(most), upto(most), upto(most - 1) + 1, out);
    for (int64_t i = 0; i < count; i++) limits[i] %= domain;
    seedbed_fractions(limits, count, domain, out);
    for (int64_t i = 0; i < count; i++) check(seedbed_mulhi(out[i], domain) == limits[i], "fractions");
    free(half), free(out), free(limits), free(reals), free(table);
}

static void permutations(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa) {
    uint64_t n = 2 + upto((UINT64_C(1) << 63) - 2) % (next() % 2 ? 1000 : UINT64_C(1) << 63);
    int32_t half = 1;
    while (half < 32 && UINT64_C(1) << 2 * half < n) half++;
    uint64_t *places = exactly(8 * count), *back = exactly(8 * count), *own = values(count, n - 1);
    seedbed_permute(own, count, n, half, gamma, kappa, places);
    seedbed_unpermute(places, count, n, half, gamma, kappa, back);
    for (int64_t i = 0; i < count; i++) check(places[i] < n && back[i] == own[i], "permute");
    seedbed_permute_each(own, count, n, half, gamma, kappa, rows, places);
    for (int64_t i = 0; i < count; i++) check(places[i] < n, "permute_each");
    free(places), free(back), free(own);
}

static void weighted(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa) {
    int64_t entries = 1 + (int64_t)upto(300);
    uint64_t *weights = values(entries, next() % 2 ? 9 : (UINT64_C(1) << 54)), total = 0;
    weights[next() % (uint64_t)entries] = 1;
    for (int64_t i = 0; i < entries; i++) total += weights[i];
    uint64_t *thresholds = exactly(8 * entries), *filled = exactly(16 * entries);
    int32_t *aliases = exactly(4 * entries), *stack = exactly(4 * entries), *picks = exactly(4 * count);
    seedbed_alias_table(weights, entries, total, thresholds, aliases, filled, stack);
    seedbed_draw_alias(rows, count, gamma, kappa, thresholds, aliases, (uint64_t)entries, picks);
    for (int64_t i = 0; i < count; i++)
        check(picks[i] >= 0 && picks[i] < entries && weights[picks[i]] > 0, "alias_pick");
    free(weights), free(thresholds), free(filled), free(aliases), free(stack), free(picks);
}

static void fixed(const uint64_t *rows, int64_t count) {
    uint8_t *text = exactly(36 * count);
    seedbed_uuid4(rows, rows, count, text);
    for (int64_t i = 0; i < count; i++) check(text[36 * i + 14] == '4' && text[36 * i + 23] == '-', "uuid4");
    free(text);
    int64_t length = 1 + (int64_t)upto(70), step_count = (int64_t)upto(9), used = 0;
    uint8_t *template = exactly(length), *alphabets = exactly(step_count * 2 * 90);
    step *steps = exactly(step_count * (int64_t)sizeof *steps);
    memset(template, '#', (size_t)length);
    memset(alphabets, 'x', (size_t)(step_count * 2 * 90));
    for (int64_t i = 0; i < step_count; i++) {
        int64_t width = length > 1 ? 1 + (int64_t)upto(1) : 1;
        steps[i] = (step){(int64_t)upto((uint64_t)(length - width)), width, used, 1 + upto(89)};
        used += width * (int64_t)steps[i].size;
    }
    alphabets = realloc(alphabets, (size_t)used);
    text = exactly(count * length);
    seedbed_pattern(text, count, length, template, rows, steps, step_count, alphabets);
    seedbed_pattern(text, count, length, NULL, rows, steps, step_count, alphabets);
    free(template), free(alphabets), free(steps), free(text);
}

/* Texts of 0..39 bytes in a buffer that ends with the last of them, or a little later. */
typedef struct {
    int32_t *offsets;
    uint8_t *data;
    int64_t size;
} pool;

static pool pooled(int64_t count) {
    pool p = {exactly(4 * (count + 1)), NULL, 0};
    p.offsets[0] = (int32_t)upto(20);
    for (int64_t i = 0; i < count; i++) p.offsets[i + 1] = p.offsets[i] + (int32_t)upto(39);
    p.size = p.offsets[count] + (int64_t)upto(20);
    p.data = exactly(p.size);
    for (int64_t i = 0; i < p.size; i++) p.data[i] = (uint8_t)next();
    check(seedbed_longest(p.offsets, count, p.size) <= 39, "longest");
    check(seedbed_longest(p.offsets, count, p.offsets[count] - 1) == -1, "longest of broken offsets");
    return p;
}

static void ascend(const int32_t *offsets, int64_t count, int64_t total, int64_t measured, const char *what) {
    check(total == measured && offsets[0] == 0 && offsets[count] == total, what);
    for (int64_t i = 0; i < count; i++) check(offsets[i] <= offsets[i + 1], what);
}

/* The pool's texts, each between "<" and "; ", in the narrowest slots they fit. */
static uint8_t *slotted(const pool *p, int64_t count, int64_t *width) {
    int64_t longest = seedbed_longest(p->offsets, count, p->size) + 3;
    *width = longest < 16 ? 16 : longest < 32 ? 32 : 64;
    uint8_t *slots = exactly(count * *width);
    seedbed_slots(p->offsets, p->data, count, (const uint8_t *)"<", 1, (const uint8_t *)"; ", 2, *width, slots);
    for (int64_t i = 0; i < count; i++) {
        int64_t length = p->offsets[i + 1] - p->offsets[i];
        const uint8_t *slot = slots + i * *width;
        check(slot[0] == '<' && slot[*width - 1] == length + 3, "slots");
        check(!length || !memcmp(slot + 1, p->data + p->offsets[i], (size_t)length), "slots");
    }
    return slots;
}

static void concatenated(int64_t count, const uint8_t *skip) {
    enum { PARTS = 4 };
    part parts[PARTS];
    pool pools[PARTS];
    uint8_t *slots[PARTS];
    int32_t *indices[PARTS];
    int64_t *integers = (int64_t *)values(count, UINT64_MAX), part_count = (int64_t)upto(PARTS), sound = 1;
    for (int64_t i = 0; i < PARTS; i++) {
        int64_t kind = (int64_t)(next() % 5), entries = 1 + (int64_t)upto(9), slot_width;
        pools[i] = pooled(kind == 1 ? count : entries);
        indices[i] = exactly(4 * count);
        int broken = next() % 32 == 0;
        for (int64_t row = 0; row < count; row++) {
            indices[i][row] = broken || (skip && skip[row]) ? (int32_t)next() : (int32_t)upto((uint64_t)entries - 1);
            if ((kind == 2 || kind == 4) && i < part_count && !(skip && skip[row]))
                sound &= indices[i][row] >= 0 && indices[i][row] < entries;
        }
        parts[i] = (part){kind,       pools[i].data, pools[i].size,         (int64_t)upto((uint64_t)pools[i].size),
                          pools[i].offsets, indices[i],    entries, integers,
                          (int64_t)upto(255), (int64_t)upto(1)};
        slots[i] = kind == 4 ? slotted(&pools[i], entries, &slot_width) : NULL;
        if (kind == 4) parts[i].kind += slot_width >> 5, parts[i].data = slots[i];
    }
    int64_t size = seedbed_concat_size(parts, part_count, count, skip);
    check((size >= 0) == sound, "concat finds broken indices");
    int32_t *offsets = exactly(4 * (count + 1));
    if (sound) {
        uint8_t *out = exactly(size + SEEDBED_SLACK);
        ascend(offsets, count, seedbed_concat(parts, part_count, count, skip, offsets, out), size, "concat");
        free(out);
    }
    for (int64_t i = 0; i < PARTS; i++) free(pools[i].offsets), free(pools[i].data), free(indices[i]), free(slots[i]);
    free(offsets), free(integers);
}

static void worded(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa, const uint8_t *skip) {
    int64_t entries = 1 + (int64_t)upto(50), limit = next() % 2 ? -1 : (int64_t)upto(90);
    uint64_t minimum = upto(next() % 8 ? 8 : 200), span = 1 + upto(9);
    pool p = pooled(entries);
    uint32_t *thresholds = exactly(4 * entries);
    int32_t *aliases = exactly(4 * entries), *offsets = exactly(4 * (count + 1));
    void *scratch = exactly(20 * entries);
    for (int64_t i = 0; i < entries; i++) {
        thresholds[i] = (uint32_t)next();
        aliases[i] = (int32_t)upto((uint64_t)entries - 1);
    }
    int64_t size = seedbed_words(rows, count, gamma, kappa, minimum, span, limit, p.offsets, p.data, p.size,
                                 thresholds, aliases, entries, scratch, skip, NULL, NULL);
    uint8_t *out = exactly(size + SEEDBED_SLACK);
    int64_t total = seedbed_words(rows, count, gamma, kappa, minimum, span, limit, p.offsets, p.data, p.size,
                                  thresholds, aliases, entries, scratch, skip, offsets, out);
    ascend(offsets, count, total, size, "words");
    if (limit < 0) {
        int64_t width = next() % 2 ? 64 : seedbed_longest(p.offsets, entries, p.size) < 15 ? 16 : 64;
        uint8_t *slots = exactly(entries * width), *again = exactly(size + SEEDBED_SLACK);
        uint64_t *drawn = exactly(8 * entries);
        seedbed_slots(p.offsets, p.data, entries, NULL, 0, (const uint8_t *)" ", 1, width, slots);
        int64_t same = seedbed_slot_words(rows, count, gamma, kappa, minimum, span, slots, width, thresholds, aliases,
                                          entries, drawn, skip, offsets, again);
        ascend(offsets, count, same, size, "slot_words");
        check(!memcmp(out, again, (size_t)size), "slot_words");
        aliases[next() % (uint64_t)entries] = next() % 2 ? -1 : (int32_t)entries;
        check(seedbed_slot_words(rows, count, gamma, kappa, minimum, span, slots, width, thresholds, aliases, entries,
                                 drawn, skip, offsets, again) < 0, "slot_words finds broken aliases");
        free(slots), free(again), free(drawn);
    }
    free(p.offsets), free(p.data), free(thresholds), free(aliases), free(offsets), free(scratch), free(out);
}

/* Each digest is the same whatever texts lie beside it; the last ones end where the data ends. */
static void digested(int64_t count, const uint8_t *skip) {
    static const int64_t sizes[] = {16, 20, 28, 32, 48, 64, 0};
    int64_t kind = (int64_t)(next() % 7), size = kind == 6 ? 1 + (int64_t)upto(63) : sizes[kind];
    int64_t spelled = (int64_t)upto(1), width = spelled ? 2 * size : size, most = next() % 2 ? 300 : 20, kept = 0;
    int32_t *offsets = exactly(4 * (count + 1));
    offsets[0] = (int32_t)upto(9);
    for (int64_t i = 0; i < count; i++) {
        offsets[i + 1] = offsets[i] + (int32_t)upto((uint64_t)most);
        kept += !(skip && skip[i]);
    }
    uint8_t *data = exactly(offsets[count]), *out = exactly(kept * width), *alone = exactly(width);
    for (int64_t i = 0; i < offsets[count]; i++) data[i] = (uint8_t)next();
    seedbed_digest(offsets, data, count, skip, kind, size, spelled, out);
    for (int64_t i = 0, at = 0; i < count; i++) {
        if (skip && skip[i]) continue;
        if (next() % 8 == 0) {
            seedbed_digest(offsets + i, data, 1, NULL, kind, size, spelled, alone);
            check(!memcmp(alone, out + at * width, (size_t)width), "digest");
        }
        at++;
    }
    free(offsets), free(data), free(out), free(alone);
}

static void rewritten(int64_t count, const uint8_t *skip) {
    pool p = pooled(count);
    int64_t size = p.offsets[count] - p.offsets[0];
    uint8_t table[256], mark[2] = {(uint8_t)next(), (uint8_t)next()};
    int32_t *ends = exactly(4 * (count + 1));
    uint8_t *out = exactly(2 * size + SEEDBED_SLACK);
    for (int i = 0; i < 256; i++) table[i] = (uint8_t)upto(255);
    if (next() % 2)
        for (int64_t i = 0; i < p.size; i++) p.data[i] = (uint8_t)(p.data[i] % 2 ? ' ' : 'a');
    uint8_t *exact = exactly(size);
    int64_t total = seedbed_recode(p.offsets, p.data, count, table, skip, ends, exact);
    check(0 <= total && total <= size, "recode");
    free(exact);
    exact = exactly(size);
    total = seedbed_shorten(p.offsets, p.data, count, 1 + (int64_t)upto(40), (int64_t)upto(1), mark,
                            (int64_t)upto(2), skip, ends, exact);
    check(0 <= total && total <= size, "shorten");
    free(exact);
    uint64_t *letters = exactly(8 * 65536);
    for (int64_t i = 0; i < 65536; i++) letters[i] = (next() >> 8) | (uint64_t)upto(next() % 8 ? 2 : 255) << 56;
    total = seedbed_transliterate(p.offsets, p.data, count, letters, (int64_t)upto(1), skip, ends, out, 2 * size + 1);
    check(-1 <= total && total <= 2 * size, "transliterate");
    int64_t width = (int64_t)upto(40);
    uint8_t *matrix = exactly(count * width), *line = exactly(64 * width);
    for (int64_t i = 0; i < count * width; i++) matrix[i] = (uint8_t)next();
    exact = exactly(count * width);
    total = seedbed_letters(matrix, count, width, table, line, ends, exact);
    check(total == ends[count] && total <= count * width, "letters");
    check(seedbed_letters(matrix, count, width, table, NULL, NULL, exact) == count * width, "letters of one width");
    free(p.offsets), free(p.data), free(ends), free(out), free(letters), free(matrix), free(line), free(exact);
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) : 1.0;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    long rounds = 0;
    for (clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC); clock() < end; rounds++) {
        int64_t count = (int64_t)upto(next() % 8 ? 40 : 1100);
        uint64_t *rows = values(count, UINT64_MAX), gamma = next() | 1, kappa = upto(UINT64_MAX);
        uint8_t *skip = exactly(count);
        for (int64_t i = 0; i < count; i++) skip[i] = next() % 4 == 0;
        numbers(rows, count, gamma, kappa);
        permutations(rows, count, gamma, kappa);
        weighted(rows, count, gamma, kappa);
        fixed(rows, count);
        concatenated(count, next() % 2 ? skip : NULL);
        worded(rows, count, gamma, kappa, next() % 2 ? skip : NULL);
        digested(count, next() % 2 ? skip : NULL);
        if (rounds % 8 == 0) rewritten(count, next() % 2 ? skip : NULL);
        free(rows), free(skip);
    }
    printf("%ld rounds\n", rounds);
    return 0;
}
