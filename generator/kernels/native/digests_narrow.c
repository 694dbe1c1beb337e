/* The digests of 32-bit words: MD5 (RFC 1321, R. Rivest, 1992), SHA-1 and SHA-256 (FIPS 180-4). */
#include "digest_tables.h"
#include "digests.h"

#define LEFT(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define RIGHT(x, n) LEFT(x, 32 - (n))

typedef union {
    lanes32 lanes;
    uint32_t each[LANES];
} word;

/* The 16 words of each lane's block, big-endian where ``turned``. */
SEEDBED_BOTH void read_words(word *words, const digest_step *step, int turned) {
    for (int lane = 0; lane < LANES; lane++)
        for (int i = 0; i < 16; i++) {
            uint32_t x = seedbed_load4(step->blocks[lane] + 4 * i);
            words[i].each[lane] = turned ? __builtin_bswap32(x) : x;
        }
}

#define CHOICE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))
#define PARITY(x, y, z) ((x) ^ (y) ^ (z))

/* One step of MD5: the names of the words turn from step to step instead of the words. */
#define MD5_STEP(f, a, b, c, d, i, from, turn) \
    a += f(b, c, d) + words[(from) & 15].lanes + SINES[i]; \
    a = b + LEFT(a, turn);
#define MD5_FOUR(f, i, step, t0, t1, t2, t3) \
    MD5_STEP(f, a, b, c, d, i, step(i), t0) \
    MD5_STEP(f, d, a, b, c, (i) + 1, step((i) + 1), t1) \
    MD5_STEP(f, c, d, a, b, (i) + 2, step((i) + 2), t2) \
    MD5_STEP(f, b, c, d, a, (i) + 3, step((i) + 3), t3)
#define MD5_ROUND(f, i, step, t0, t1, t2, t3) \
    MD5_FOUR(f, i, step, t0, t1, t2, t3) \
    MD5_FOUR(f, (i) + 4, step, t0, t1, t2, t3) \
    MD5_FOUR(f, (i) + 8, step, t0, t1, t2, t3) \
    MD5_FOUR(f, (i) + 12, step, t0, t1, t2, t3)

#define FIRST_ORDER(i) (i)
#define SECOND_ORDER(i) (5 * (i) + 1)
#define THIRD_ORDER(i) (3 * (i) + 5)
#define FOURTH_ORDER(i) (7 * (i))
#define CHOICE_BY_LAST(x, y, z) CHOICE(z, x, y)
#define OUTSIDE(x, y, z) ((y) ^ ((x) | ~(z)))

SEEDBED_CLONES void seedbed_compress_md5(digest_state *state, const digest_step *step) {
    word words[16];
    read_words(words, step, 0);
    lanes32 *s = state->narrow, a = s[0], b = s[1], c = s[2], d = s[3];
    MD5_ROUND(CHOICE, 0, FIRST_ORDER, 7, 12, 17, 22)
    MD5_ROUND(CHOICE_BY_LAST, 16, SECOND_ORDER, 5, 9, 14, 20)
    MD5_ROUND(PARITY, 32, THIRD_ORDER, 4, 11, 16, 23)
    MD5_ROUND(OUTSIDE, 48, FOURTH_ORDER, 6, 10, 15, 21)
    s[0] += a, s[1] += b, s[2] += c, s[3] += d;
}

#define SHA1_WORD(i) \
    if ((i) >= 16) { \
        lanes32 mixed = words[((i) + 13) & 15].lanes ^ words[((i) + 8) & 15].lanes ^ words[((i) + 2) & 15].lanes \
                        ^ words[(i) & 15].lanes; \
        words[(i) & 15].lanes = LEFT(mixed, 1); \
    }
#define SHA1_STEP(f, k, a, b, c, d, e, i) \
    SHA1_WORD(i) \
    e += LEFT(a, 5) + f(b, c, d) + words[(i) & 15].lanes + UINT32_C(k); \
    b = LEFT(b, 30);
#define SHA1_FIVE(f, k, i) \
    SHA1_STEP(f, k, a, b, c, d, e, i) \
    SHA1_STEP(f, k, e, a, b, c, d, (i) + 1) \
    SHA1_STEP(f, k, d, e, a, b, c, (i) + 2) \
    SHA1_STEP(f, k, c, d, e, a, b, (i) + 3) \
    SHA1_STEP(f, k, b, c, d, e, a, (i) + 4)
#define SHA1_ROUND(f, k, i) \
    SHA1_FIVE(f, k, i) SHA1_FIVE(f, k, (i) + 5) SHA1_FIVE(f, k, (i) + 10) SHA1_FIVE(f, k, (i) + 15)

SEEDBED_CLONES void seedbed_compress_sha1(digest_state *state, const digest_step *step) {
    word words[16];
    read_words(words, step, 1);
    lanes32 *s = state->narrow, a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    SHA1_ROUND(CHOICE, 0x5a827999, 0)
    SHA1_ROUND(PARITY, 0x6ed9eba1, 20)
    SHA1_ROUND(MAJORITY, 0x8f1bbcdc, 40)
    SHA1_ROUND(PARITY, 0xca62c1d6, 60)
    s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e;
}

#define SHA256_WORD(i) \
    { \
        lanes32 early = words[((i) + 1) & 15].lanes, late = words[((i) + 14) & 15].lanes; \
        words[i].lanes += (RIGHT(early, 7) ^ RIGHT(early, 18) ^ early >> 3) + words[((i) + 9) & 15].lanes \
                          + (RIGHT(late, 17) ^ RIGHT(late, 19) ^ late >> 10); \
    }
#define SHA256_STEP(a, b, c, d, e, f, g, h, i) \
    if (round) SHA256_WORD(i) \
    h += (RIGHT(e, 6) ^ RIGHT(e, 11) ^ RIGHT(e, 25)) + CHOICE(e, f, g) + words[i].lanes + CUBE_ROOTS[round + (i)]; \
    d += h; \
    h += (RIGHT(a, 2) ^ RIGHT(a, 13) ^ RIGHT(a, 22)) + MAJORITY(a, b, c);
#define SHA256_EIGHT(i) \
    SHA256_STEP(a, b, c, d, e, f, g, h, i) \
    SHA256_STEP(h, a, b, c, d, e, f, g, (i) + 1) \
    SHA256_STEP(g, h, a, b, c, d, e, f, (i) + 2) \
    SHA256_STEP(f, g, h, a, b, c, d, e, (i) + 3) \
    SHA256_STEP(e, f, g, h, a, b, c, d, (i) + 4) \
    SHA256_STEP(d, e, f, g, h, a, b, c, (i) + 5) \
    SHA256_STEP(c, d, e, f, g, h, a, b, (i) + 6) \
    SHA256_STEP(b, c, d, e, f, g, h, a, (i) + 7)

SEEDBED_CLONES void seedbed_compress_sha256(digest_state *state, const digest_step *step) {
    word words[16];
    read_words(words, step, 1);
    lanes32 *s = state->narrow, a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (int round = 0; round < 64; round += 16) {
        SHA256_EIGHT(0)
        SHA256_EIGHT(8)
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e, s[5] += f, s[6] += g, s[7] += h;
}
