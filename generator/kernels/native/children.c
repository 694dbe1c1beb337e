/* Bounded children in both directions: child -> (parent, number) and parent -> (first child, count), for any rows.
 *
 * A block of parents needs its draws' running sums only: where a parent's children begin is one division away, so a
 * row costs one block and a binary search, and nothing where the row before lay in the same block. What each gives is
 * said, and tested against, generator/kernels/reference/children.py. */
#include "kernels.h"

#define BLOCK 128

typedef struct {
    uint64_t parents, rows, least, spread, gamma, kappa; /* spread: most - least, at most 2^31 */
} bounds;

/* One block: what it has to give or to take (missing of whole), and the sums of what its parents drew before each. */
typedef struct {
    uint64_t number, parents, first, missing, whole;
    int gives;
    uint64_t before[BLOCK + 1];
} block;

static inline uint64_t scaled(uint64_t value, uint64_t num, uint64_t den) {
    unsigned __int128 product = (unsigned __int128)value * num;
    return product >> 64 ? (uint64_t)(product / den) : (uint64_t)product / den;
}

/* The first child of the parents from ``before`` on. */
static inline uint64_t edge(const bounds *b, uint64_t before) {
    return scaled(before < b->parents ? before : b->parents, b->rows, b->parents);
}

/* The block whose edges a child lies between: the last parent p with edge(p) <= row is in it. */
static inline uint64_t block_of(const bounds *b, uint64_t row) {
    unsigned __int128 product = (unsigned __int128)row * b->parents + (b->parents - 1);
    return (product >> 64 ? (uint64_t)(product / b->rows) : (uint64_t)product / b->rows) / BLOCK;
}

SEEDBED_BOTH void draw(const bounds *b, uint64_t first, uint64_t *drawn, int lanes) {
    uint64_t n = b->spread + 1;
    for (int i = 0; i < BLOCK; i++) {
        uint64_t x = seedbed_bits(first + (uint64_t)i, b->gamma, b->kappa);
        drawn[i] = lanes ? ((x >> 32) * n + ((x & UINT32_MAX) * n >> 32)) >> 32 : seedbed_mulhi(x, n); /* n < 2^32 */
    }
}

SEEDBED_LANES static void draw_lanes(const bounds *b, uint64_t first, uint64_t *drawn) { draw(b, first, drawn, 1); }

static void open_block(const bounds *b, uint64_t number, int lanes, block *k) {
    uint64_t drawn[BLOCK], first = number * BLOCK, sum = 0;
    if (lanes)
        draw_lanes(b, first, drawn);
    else
        draw(b, first, drawn, 0);
    k->number = number;
    k->parents = b->parents - first < BLOCK ? b->parents - first : BLOCK;
    for (uint64_t i = 0; i < k->parents; i++) {
        k->before[i] = sum;
        sum += drawn[i];
    }
    k->before[k->parents] = sum;
    k->first = edge(b, first);
    uint64_t total = edge(b, first + BLOCK) - k->first - k->parents * b->least;
    k->gives = total >= sum;
    k->missing = k->gives ? total - sum : sum - total;
    k->whole = k->gives ? k->parents * b->spread - sum : sum;
    if (k->whole == 0) k->whole = 1;
}

/* The first child of the block's i-th parent, i <= parents: what those before it drew, and their part of the rest. */
static inline uint64_t start(const bounds *b, const block *k, uint64_t i) {
    uint64_t drawn = k->before[i], plain = k->first + i * b->least + drawn;
    if (k->gives) return plain + scaled(i * b->spread - drawn, k->missing, k->whole);
    return plain - scaled(drawn, k->missing, k->whole);
}

/* The block's parent of a child that lies in the block: the last one that begins at or before it. */
static inline uint64_t parent_of(const bounds *b, const block *k, uint64_t row) {
    uint64_t from = 0, to = k->parents;
    while (to - from > 1) {
        uint64_t middle = (from + to) / 2;
        if (start(b, k, middle) <= row)
            from = middle;
        else
            to = middle;
    }
    return from;
}

/* rows: each below the table's own; parents >= 1. Two outputs of ``count`` items. */
SEEDBED_EXPORT void seedbed_children_of_rows(const uint64_t *rows, int64_t count, uint64_t parents, uint64_t total,
                                             uint64_t least, uint64_t most, uint64_t gamma, uint64_t kappa,
                                             uint64_t *parent, int64_t *number) {
    bounds b = {parents, total, least, most - least, gamma, kappa};
    block k;
    int lanes = seedbed_has_lanes();
    uint64_t at = 0, low = 0, high = 0, end = 0; /* children of the parent ``at``: low to high; the block's: to end */
    for (int64_t i = 0; i < count; i++) {
        uint64_t row = rows[i];
        if (row < low || row >= high) {
            if (row >= end || row < k.first) {
                open_block(&b, block_of(&b, row), lanes, &k);
                end = edge(&b, (k.number + 1) * BLOCK);
                at = 0, high = start(&b, &k, 1), low = k.first;
            }
            if (row >= high && at + 1 < k.parents) { /* the next one, as in a range of rows */
                at++, low = high, high = start(&b, &k, at + 1);
            }
            if (row < low || row >= high) {
                at = parent_of(&b, &k, row), low = start(&b, &k, at), high = start(&b, &k, at + 1);
            }
        }
        parent[i] = k.number * BLOCK + at;
        number[i] = (int64_t)(row - low) + 1;
    }
}

/* parents: each below the table's own. Two outputs of ``count`` items. */
SEEDBED_EXPORT void seedbed_children_of_parents(const uint64_t *wanted, int64_t count, uint64_t parents,
                                                uint64_t total, uint64_t least, uint64_t most, uint64_t gamma,
                                                uint64_t kappa, int64_t *first, int64_t *children) {
    bounds b = {parents, total, least, most - least, gamma, kappa};
    block k;
    int lanes = seedbed_has_lanes();
    k.number = UINT64_MAX;
    for (int64_t i = 0; i < count; i++) {
        uint64_t number = wanted[i] / BLOCK, at = wanted[i] % BLOCK;
        if (number != k.number) open_block(&b, number, lanes, &k);
        uint64_t begin = start(&b, &k, at);
        first[i] = (int64_t)begin;
        children[i] = (int64_t)(start(&b, &k, at + 1) - begin);
    }
}
