/* A keyed bijection of [0, n): a balanced Feistel network with cycle walking (see reference/permutation.py).
 *
 * Rows go through in blocks: one pass over the whole block, then again over those that fell outside [0, n), packed
 * together without a branch. So no row's walk stalls another, and the passes vectorise. */
#include "kernels.h"

#define ROUNDS 6
#define BLOCK 256

static inline uint64_t scrambled(uint64_t x, uint64_t key, int taken) {
    x = (x + key) * UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 32;
    return (x * UINT64_C(0x94d049bb133111eb)) >> taken;
}

static inline uint64_t turned(uint64_t value, int half, const uint64_t *keys, int64_t stride) {
    uint64_t left = value >> half, right = value & ((UINT64_C(1) << half) - 1);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t next = left ^ scrambled(right, keys[round * stride], 64 - half);
        left = right;
        right = next;
    }
    return left << half | right;
}

static inline uint64_t turned_back(uint64_t value, int half, const uint64_t *keys) {
    uint64_t left = value >> half, right = value & ((UINT64_C(1) << half) - 1);
    for (int round = ROUNDS - 1; round >= 0; round--) {
        uint64_t before = right ^ scrambled(left, keys[round], 64 - half);
        right = left;
        left = before;
    }
    return left << half | right;
}

/* Writes the block's results so far and keeps those outside [0, n); returns how many. */
static inline int64_t kept_outside(uint64_t *work, uint16_t *place, int64_t count, uint64_t n, uint64_t *out) {
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        uint64_t value = work[i];
        uint16_t at = place[i];
        out[at] = value;
        work[kept] = value;
        place[kept] = at;
        kept += value >= n;
    }
    return kept;
}

static inline int64_t opened(const uint64_t *values, int64_t left, uint64_t *work, uint16_t *place) {
    int64_t count = left < BLOCK ? left : BLOCK;
    memcpy(work, values, (size_t)count * sizeof *work);
    for (int64_t i = 0; i < count; i++) place[i] = (uint16_t)i;
    return count;
}

static inline void round_keys(uint64_t gamma, uint64_t kappa, uint64_t *keys) {
    for (int round = 0; round < ROUNDS; round++) keys[round] = seedbed_bits((uint64_t)round, gamma, kappa);
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_permute(const uint64_t *values, int64_t count, uint64_t n, int32_t half,
                                                   uint64_t gamma, uint64_t kappa, uint64_t *out) {
    uint64_t keys[ROUNDS], work[BLOCK];
    uint16_t place[BLOCK];
    round_keys(gamma, kappa, keys);
    for (int64_t start = 0; start < count; start += BLOCK) {
        int64_t pending = opened(values + start, count - start, work, place);
        while (pending > 0) {
            for (int64_t i = 0; i < pending; i++) work[i] = turned(work[i], half, keys, 1);
            pending = kept_outside(work, place, pending, n, out + start);
        }
    }
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_unpermute(const uint64_t *values, int64_t count, uint64_t n, int32_t half,
                                                     uint64_t gamma, uint64_t kappa, uint64_t *out) {
    uint64_t keys[ROUNDS], work[BLOCK];
    uint16_t place[BLOCK];
    round_keys(gamma, kappa, keys);
    for (int64_t start = 0; start < count; start += BLOCK) {
        int64_t pending = opened(values + start, count - start, work, place);
        while (pending > 0) {
            for (int64_t i = 0; i < pending; i++) work[i] = turned_back(work[i], half, keys);
            pending = kept_outside(work, place, pending, n, out + start);
        }
    }
}

SEEDBED_EXPORT SEEDBED_CLONES void seedbed_permute_each(const uint64_t *values, int64_t count, uint64_t n,
                                                        int32_t half, uint64_t gamma, uint64_t kappa,
                                                        const uint64_t *tweaks, uint64_t *out) {
    uint64_t keys[ROUNDS * BLOCK], work[BLOCK];
    uint16_t place[BLOCK];
    for (int64_t start = 0; start < count; start += BLOCK) {
        int64_t pending = opened(values + start, count - start, work, place);
        for (int64_t i = 0; i < pending; i++) {
            uint64_t own = kappa ^ seedbed_bits(tweaks[start + i], gamma, kappa);
            for (int round = 0; round < ROUNDS; round++)
                keys[round * BLOCK + i] = seedbed_bits((uint64_t)round, gamma, own);
        }
        while (pending > 0) {
            for (int64_t i = 0; i < pending; i++) work[i] = turned(work[i], half, keys + place[i], BLOCK);
            pending = kept_outside(work, place, pending, n, out + start);
        }
    }
}
