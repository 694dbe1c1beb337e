/* The digests of 64-bit words: SHA-512 (FIPS 180-4) and BLAKE2b (RFC 7693, M.-J. Saarinen and J.-P. Aumasson, 2015). */
#include "digest_tables.h"
#include "digests.h"

#define RIGHT(x, n) ((x) >> (n) | (x) << (64 - (n)))
#define CHOICE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

typedef union {
    lanes64 lanes;
    uint64_t each[LANES];
} word;

/* The 16 words of each lane's block, big-endian where ``turned``. */
SEEDBED_BOTH void read_words(word *words, const digest_step *step, int turned) {
    for (int lane = 0; lane < LANES; lane++)
        for (int i = 0; i < 16; i++) {
            uint64_t x = seedbed_load8(step->blocks[lane] + 8 * i);
            words[i].each[lane] = turned ? __builtin_bswap64(x) : x;
        }
}

#define SHA512_WORD(i) \
    { \
        lanes64 early = words[((i) + 1) & 15].lanes, late = words[((i) + 14) & 15].lanes; \
        words[i].lanes += (RIGHT(early, 1) ^ RIGHT(early, 8) ^ early >> 7) + words[((i) + 9) & 15].lanes \
                          + (RIGHT(late, 19) ^ RIGHT(late, 61) ^ late >> 6); \
    }
#define SHA512_STEP(a, b, c, d, e, f, g, h, i) \
    if (round) SHA512_WORD(i) \
    h += (RIGHT(e, 14) ^ RIGHT(e, 18) ^ RIGHT(e, 41)) + CHOICE(e, f, g) + words[i].lanes \
         + LONG_CUBE_ROOTS[round + (i)]; \
    d += h; \
    h += (RIGHT(a, 28) ^ RIGHT(a, 34) ^ RIGHT(a, 39)) + MAJORITY(a, b, c);
#define SHA512_EIGHT(i) \
    SHA512_STEP(a, b, c, d, e, f, g, h, i) \
    SHA512_STEP(h, a, b, c, d, e, f, g, (i) + 1) \
    SHA512_STEP(g, h, a, b, c, d, e, f, (i) + 2) \
    SHA512_STEP(f, g, h, a, b, c, d, e, (i) + 3) \
    SHA512_STEP(e, f, g, h, a, b, c, d, (i) + 4) \
    SHA512_STEP(d, e, f, g, h, a, b, c, (i) + 5) \
    SHA512_STEP(c, d, e, f, g, h, a, b, (i) + 6) \
    SHA512_STEP(b, c, d, e, f, g, h, a, (i) + 7)

SEEDBED_CLONES void seedbed_compress_sha512(digest_state *state, const digest_step *step) {
    word words[16];
    read_words(words, step, 1);
    lanes64 *s = state->wide, a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (int round = 0; round < 80; round += 16) {
        SHA512_EIGHT(0)
        SHA512_EIGHT(8)
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e, s[5] += f, s[6] += g, s[7] += h;
}

#define MIXED(a, b, c, d, i) \
    v[a] += v[b] + words[order[i]].lanes, v[d] = RIGHT(v[d] ^ v[a], 32); \
    v[c] += v[d], v[b] = RIGHT(v[b] ^ v[c], 24); \
    v[a] += v[b] + words[order[(i) + 1]].lanes, v[d] = RIGHT(v[d] ^ v[a], 16); \
    v[c] += v[d], v[b] = RIGHT(v[b] ^ v[c], 63);

SEEDBED_CLONES void seedbed_compress_blake2b(digest_state *state, const digest_step *step) {
    word words[16];
    read_words(words, step, 0);
    lanes64 v[16];
    for (int i = 0; i < 8; i++) {
        v[i] = state->wide[i];
        v[i + 8] = (lanes64){0} + SQUARE_ROOTS[i];
    }
    v[12] ^= step->counted;
    v[14] ^= step->last;
    for (int round = 0; round < 12; round++) {
        const uint8_t *order = ORDERS[round];
        MIXED(0, 4, 8, 12, 0)
        MIXED(1, 5, 9, 13, 2)
        MIXED(2, 6, 10, 14, 4)
        MIXED(3, 7, 11, 15, 6)
        MIXED(0, 5, 10, 15, 8)
        MIXED(1, 6, 11, 12, 10)
        MIXED(2, 7, 8, 13, 12)
        MIXED(3, 4, 9, 14, 14)
    }
    for (int i = 0; i < 8; i++) state->wide[i] ^= v[i] ^ v[i + 8];
}
