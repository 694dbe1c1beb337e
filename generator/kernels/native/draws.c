/* One number a row: bits, units, bounded integers, weighted choices, quantiles; and exact scaling of integers.
 *
 * What each gives is said, and tested against, generator/kernels/reference/draws.py and alias.py. */
#include "kernels.h"

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_draw_mix(const uint64_t *values, int64_t count, uint64_t *out) {
    for (int64_t i = 0; i < count; i++) out[i] = seedbed_mix(values[i]);
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_draw_bits(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                     uint64_t kappa, uint64_t *out) {
    for (int64_t i = 0; i < count; i++) out[i] = seedbed_bits(rows[i], gamma, kappa);
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_draw_unit(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                     uint64_t kappa, double *out) {
    for (int64_t i = 0; i < count; i++)
        out[i] = (double)(int64_t)(seedbed_bits(rows[i], gamma, kappa) >> 11) * 0x1p-53;
}

SEEDBED_BOTH void below(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa, uint64_t n,
                        uint64_t start, uint64_t step, uint64_t *out, int lanes) {
    for (int64_t i = 0; i < count; i++)
        out[i] = start + step * seedbed_mulhi_of(seedbed_bits(rows[i], gamma, kappa), n, lanes);
}

SEEDBED_LANES static void below_lanes(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa, uint64_t n,
                                      uint64_t start, uint64_t step, uint64_t *out) {
    below(rows, count, gamma, kappa, n, start, step, out, 1);
}

/* The binding has checked that start + step * (n - 1) fits an int64, so wrapping arithmetic gives the true value. */
SEEDBED_EXPORT void seedbed_draw_below(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa, uint64_t n,
                                       uint64_t start, uint64_t step, uint64_t *out) {
    if (seedbed_has_lanes())
        below_lanes(rows, count, gamma, kappa, n, start, step, out);
    else
        below(rows, count, gamma, kappa, n, start, step, out, 0);
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_draw_below_each(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                           uint64_t kappa, const uint64_t *limits, uint64_t *out) {
    for (int64_t i = 0; i < count; i++) out[i] = seedbed_mulhi(seedbed_bits(rows[i], gamma, kappa), limits[i]);
}

/* The place drawn, or its alias. A branch here would be mispredicted half the time. */
static inline int32_t place_or_alias(uint64_t place, uint64_t fraction, const uint64_t *thresholds,
                                     const int32_t *aliases) {
    int32_t other = aliases[place], keep = -(fraction < thresholds[place]);
    return other ^ (((int32_t)place ^ other) & keep);
}

#define BLOCK 256

/* In blocks: first places and fractions, the halves of a product, then what the table says. entries < 2^31. */
SEEDBED_LANES static void alias_lanes(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa,
                                      const uint64_t *thresholds, const int32_t *aliases, uint64_t entries,
                                      int32_t *out) {
    uint64_t fractions[BLOCK];
    uint32_t places[BLOCK];
    for (int64_t start = 0; start < count; start += BLOCK) {
        int64_t size = count - start < BLOCK ? count - start : BLOCK;
        for (int64_t i = 0; i < size; i++) {
            uint64_t x = seedbed_bits(rows[start + i], gamma, kappa), low = (x & UINT32_MAX) * entries;
            uint64_t high = (x >> 32) * entries + (low >> 32);
            places[i] = (uint32_t)(high >> 32);
            fractions[i] = high << 32 | (low & UINT32_MAX);
        }
        for (int64_t i = 0; i < size; i++)
            out[start + i] = place_or_alias(places[i], fractions[i], thresholds, aliases);
    }
}

SEEDBED_EXPORT void seedbed_draw_alias(const uint64_t *rows, int64_t count, uint64_t gamma, uint64_t kappa,
                                       const uint64_t *thresholds, const int32_t *aliases, uint64_t entries,
                                       int32_t *out) {
    if (seedbed_has_lanes()) {
        alias_lanes(rows, count, gamma, kappa, thresholds, aliases, entries, out);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        unsigned __int128 product = (unsigned __int128)seedbed_bits(rows[i], gamma, kappa) * entries;
        out[i] = place_or_alias((uint64_t)(product >> 64), (uint64_t)product, thresholds, aliases);
    }
}

/* A 128-bit number kept as two words: a scratch array of them needs no alignment beyond 8. */
typedef struct {
    uint64_t high, low;
} wide;

static inline unsigned __int128 wide_get(wide x) { return (unsigned __int128)x.high << 64 | x.low; }
static inline wide wide_of(unsigned __int128 x) { return (wide){(uint64_t)(x >> 64), (uint64_t)x}; }

/* Vose's pairing in integers. filled and stack are scratch of ``count`` items: entries short of the mean pile up from
 * the stack's left end, the others from its right, and an entry is only ever on one of the two. */
SEEDBED_EXPORT void seedbed_alias_table(const uint64_t *weights, int64_t count, uint64_t total, uint64_t *thresholds,
                                        int32_t *aliases, wide *filled, int32_t *stack) {
    int64_t small = 0, large = count;
    for (int64_t i = 0; i < count; i++) {
        unsigned __int128 scaled = (unsigned __int128)weights[i] * (uint64_t)count;
        filled[i] = wide_of(scaled);
        thresholds[i] = UINT64_MAX;
        aliases[i] = (int32_t)i;
        if (scaled < total)
            stack[small++] = (int32_t)i;
        else
            stack[--large] = (int32_t)i;
    }
    while (small > 0) {
        int32_t taker = stack[--small], giver = stack[large];
        uint64_t had = filled[taker].low;
        thresholds[taker] = (uint64_t)(((unsigned __int128)had << 64) / total);
        aliases[taker] = giver;
        unsigned __int128 left = wide_get(filled[giver]) - (total - had);
        filled[giver] = wide_of(left);
        if (left < total) {
            large++;
            stack[small++] = giver;
        }
    }
}

/* Which of 2^53 equal steps of probability a row draws, and whether it lies in their upper half. */
static inline uint64_t probability_step(uint64_t row, uint64_t gamma, uint64_t kappa, uint64_t low, uint64_t span,
                                        uint64_t *upper) {
    uint64_t m = low + seedbed_mulhi(seedbed_bits(row, gamma, kappa), span);
    *upper = m >> 52;
    return m;
}

/* The piecewise polynomial at p: 16 segments an octave from 2^-54 on, chosen by the double's own bits. */
static inline double polynomial(double p, const double *table) {
    uint64_t word;
    memcpy(&word, &p, sizeof word);
    const double *c = table + 6 * ((int64_t)(word >> 48) - (INT64_C(0x3C90000000000000) >> 48));
    double t = (double)(int64_t)(word & UINT64_C(0xFFFFFFFFFFFF)) * 0x1p-48;
    return c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))));
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_draw_quantile(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                         uint64_t kappa, const double *table, uint64_t low,
                                                         uint64_t span, double scale, double offset, double *out) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t upper, m = probability_step(rows[i], gamma, kappa, low, span, &upper);
        m ^= (0 - upper) & ((UINT64_C(1) << 53) - 1); /* 2^53 - 1 - m in the upper half */
        double q = polynomial(((double)(int64_t)m + 0.5) * 0x1p-53, table);
        uint64_t word;
        memcpy(&word, &q, sizeof word);
        word ^= (1 - upper) << 63;
        memcpy(&q, &word, sizeof q);
        out[i] = q * scale + offset;
    }
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_draw_tail_quantile(const uint64_t *rows, int64_t count, uint64_t gamma,
                                                              uint64_t kappa, const double *table, uint64_t low,
                                                              uint64_t span, double scale, double offset,
                                                              double *out) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t upper, m = probability_step(rows[i], gamma, kappa, low, span, &upper);
        double p = (double)(int64_t)(2 * m + 1 - upper) * 0x1p-54; /* exact in both halves */
        out[i] = polynomial(p, table) * scale + offset;
    }
}

/* Returns 0, or 1 where a quotient exceeds 64 bits. num, add and den are below 2^63. */
SEEDBED_EXPORT int32_t seedbed_muldiv(const uint64_t *values, int64_t count, uint64_t num, uint64_t add, uint64_t den,
                                      uint64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        unsigned __int128 product = (unsigned __int128)values[i] * num + add;
        uint64_t high = (uint64_t)(product >> 64);
        if (high >= den) return 1;
        out[i] = high ? (uint64_t)(product / den) : (uint64_t)product / den;
    }
    return 0;
}

/* ceil(rank * 2^64 / domain); the binding has checked rank < domain <= 2^63. */
SEEDBED_EXPORT void seedbed_fractions(const uint64_t *ranks, int64_t count, uint64_t domain, uint64_t *out) {
    for (int64_t i = 0; i < count; i++)
        out[i] = (uint64_t)((((unsigned __int128)ranks[i] << 64) + (domain - 1)) / domain);
}
