/* Digests of many texts side by side: what the driver (digests.c) and the compression functions share. */
#ifndef SEEDBED_DIGESTS_H
#define SEEDBED_DIGESTS_H

#include "kernels.h"

/* Texts that are compressed together, one in each lane of a vector. */
#define LANES 8
#define LARGEST_BLOCK 128

typedef uint32_t lanes32 __attribute__((vector_size(4 * LANES)));
typedef uint64_t lanes64 __attribute__((vector_size(8 * LANES)));

/* The state of each lane, word by word: the narrow algorithms have up to eight words of 32 bits, the wide of 64. */
typedef union {
    lanes32 narrow[8];
    lanes64 wide[8];
} digest_state;

/* What is compressed next: a block of each lane, the bytes of its text up to the block's end, and all ones for its
 * last block; only BLAKE2b reads the last two. */
typedef struct {
    const uint8_t *blocks[LANES];
    lanes64 counted, last;
} digest_step;

void seedbed_compress_md5(digest_state *, const digest_step *);
void seedbed_compress_sha1(digest_state *, const digest_step *);
void seedbed_compress_sha256(digest_state *, const digest_step *);
void seedbed_compress_sha512(digest_state *, const digest_step *);
void seedbed_compress_blake2b(digest_state *, const digest_step *);

static inline uint32_t seedbed_load4(const uint8_t *from) {
    uint32_t x;
    memcpy(&x, from, 4);
    return x;
}

static inline uint64_t seedbed_load8(const uint8_t *from) {
    uint64_t x;
    memcpy(&x, from, 8);
    return x;
}

#endif
