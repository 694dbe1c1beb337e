/* Digests of texts, eight at a time: each lane takes the next text when its own ends (see reference/digests.py). */
#include "digests.h"
#include "digest_tables.h"
#include "hexadecimal.h"

enum { MD5, SHA1, SHA224, SHA256, SHA384, SHA512, BLAKE2B };

typedef struct {
    int wide, turned, length_bytes; /* turned: big-endian; length_bytes: of the length at the end, 0 where there is none */
    uint64_t initial[8];
    void (*compress)(digest_state *, const digest_step *);
} algorithm;

static algorithm algorithm_of(int64_t kind, int64_t size) {
    const uint64_t *roots = SQUARE_ROOTS + (kind == SHA224 || kind == SHA384 ? 8 : 0);
    algorithm found = {kind >= SHA384, kind != MD5 && kind != BLAKE2B, kind >= SHA384 ? 16 : 8, {0}, NULL};
    for (int i = 0; i < 8; i++)
        found.initial[i] = kind == SHA224 ? (uint32_t)roots[i] : kind == SHA256 ? roots[i] >> 32 : roots[i];
    switch (kind) {
        case MD5:
        case SHA1:
            memcpy(found.initial, ((const uint64_t[]){0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}), 40);
            found.compress = kind == MD5 ? seedbed_compress_md5 : seedbed_compress_sha1;
            break;
        case SHA224:
        case SHA256:
            found.compress = seedbed_compress_sha256;
            break;
        case SHA384:
        case SHA512:
            found.compress = seedbed_compress_sha512;
            break;
        default:
            found.initial[0] ^= UINT64_C(0x01010000) ^ (uint64_t)size; /* no key, one text of one level */
            found.length_bytes = 0;
            found.compress = seedbed_compress_blake2b;
    }
    return found;
}

/* A text on its way: ``blocks`` in all, of which ``done`` are compressed and the last lie padded in ``tail``. */
typedef struct {
    const uint8_t *text;
    uint64_t length, blocks, done;
    uint8_t *out;
    uint8_t tail[2 * LARGEST_BLOCK];
} lane;

/* The same as memcpy, which compilers make too much of where they know that few bytes are copied. */
static inline void copy_few(uint8_t *to, const uint8_t *from, uint64_t size) {
    if (size >= 8) {
        for (uint64_t at = 0; at + 8 < size; at += 8) memcpy(to + at, from + at, 8);
        memcpy(to + size - 8, from + size - 8, 8);
        return;
    }
    for (uint64_t at = 0; at < size; at++) to[at] = from[at];
}

static void start(const algorithm *a, digest_state *state, int i, lane *l, const uint8_t *text, uint64_t length,
                  uint8_t *out) {
    uint64_t ended = length + (a->length_bytes ? 1 + (uint64_t)a->length_bytes : 0);
    int power = a->wide ? 7 : 6; /* of two: the bytes of a block */
    l->text = text, l->length = length, l->done = 0, l->out = out;
    l->blocks = ended ? ((ended - 1) >> power) + 1 : 1;
    uint64_t whole = length >> power, rest = length - (whole << power), end = (l->blocks - whole) << power;
    if (a->wide)
        memset(l->tail, 0, 2 * LARGEST_BLOCK); /* of a known size, which is faster than of the right one */
    else
        memset(l->tail, 0, LARGEST_BLOCK);
    copy_few(l->tail, text + (whole << power), rest);
    if (a->length_bytes) {
        uint64_t bits = a->turned ? __builtin_bswap64(length << 3) : length << 3;
        l->tail[rest] = 0x80;
        memcpy(l->tail + end - 8, &bits, 8);
    }
    if (a->wide)
        for (int w = 0; w < 8; w++) state->wide[w][i] = a->initial[w];
    else
        for (int w = 0; w < 8; w++) state->narrow[w][i] = (uint32_t)a->initial[w];
}

/* The digest that has come about in a lane, in halves of words whose bytes are in the order of the digest. */
static void read_digest(const algorithm *a, const digest_state *state, int i, uint32_t *halves) {
    if (!a->wide)
        for (int w = 0; w < 8; w++) {
            uint32_t x = state->narrow[w][i];
            halves[w] = a->turned ? __builtin_bswap32(x) : x;
        }
    else
        for (int w = 0; w < 8; w++) {
            uint64_t x = a->turned ? __builtin_bswap64(state->wide[w][i]) : state->wide[w][i];
            halves[2 * w] = (uint32_t)x;
            halves[2 * w + 1] = (uint32_t)(x >> 32);
        }
}

/* Writes the digest of a lane, in hexadecimal digits or in bytes. */
static void finish(const algorithm *a, const digest_state *state, int i, uint8_t *out, int64_t size, int spelled) {
    uint32_t halves[16];
    read_digest(a, state, i, halves);
    if (!spelled) {
        copy_few(out, (const uint8_t *)halves, (uint64_t)size);
        return;
    }
    for (int64_t half = 0; half < size / 4; half++) {
        uint64_t eight = seedbed_hexadecimal(__builtin_bswap32(halves[half]));
        memcpy(out + 8 * half, &eight, 8);
    }
    if (size % 4) { /* only BLAKE2b has such digests */
        uint64_t eight = seedbed_hexadecimal(__builtin_bswap32(halves[size / 4]));
        memcpy(out + 8 * (size / 4), &eight, 2 * (size_t)(size % 4));
    }
}

/* The next block of each lane that has a text; the others get anything. */
static void next_step(const algorithm *a, lane *lanes, int busy, digest_step *step) {
    int power = a->wide ? 7 : 6;
    uint64_t block = UINT64_C(1) << power;
    for (int i = 0; i < LANES; i++) {
        lane *l = lanes + i;
        uint64_t at = l->done << power, whole = l->length >> power;
        if (!(busy >> i & 1)) {
            step->blocks[i] = l->tail;
            continue;
        }
        step->blocks[i] = l->done < whole ? l->text + at : l->tail + (at - (whole << power));
        step->counted[i] = at + block < l->length ? at + block : l->length;
        step->last[i] = l->done + 1 == l->blocks ? UINT64_MAX : 0;
        l->done++;
    }
}

/* The digests of the texts that are not skipped, one after the other: ``size`` bytes each, or twice as many digits.
 * The binding has checked the offsets, and that the algorithm has digests of this size. */
SEEDBED_EXPORT void seedbed_digest(const int32_t *offsets, const uint8_t *data, int64_t count, const uint8_t *skip,
                                   int64_t kind, int64_t size, int64_t spelled, uint8_t *out) {
    algorithm a = algorithm_of(kind, size);
    digest_state state;
    digest_step step;
    lane lanes[LANES];
    memset(&state, 0, sizeof state), memset(&step, 0, sizeof step), memset(lanes, 0, sizeof lanes);
    int64_t row = 0;
    int busy = 0;
    do {
        for (int i = 0; i < LANES; i++) {
            if (busy >> i & 1) continue;
            while (skip && row < count && skip[row]) row++;
            if (row == count) break;
            start(&a, &state, i, lanes + i, data + offsets[row], (uint64_t)(offsets[row + 1] - offsets[row]), out);
            out += spelled ? 2 * size : size;
            busy |= 1 << i;
            row++;
        }
        if (!busy) return;
        next_step(&a, lanes, busy, &step);
        a.compress(&state, &step);
        for (int i = 0; i < LANES; i++) {
            if (!(busy >> i & 1) || lanes[i].done < lanes[i].blocks) continue;
            finish(&a, &state, i, lanes[i].out, size, spelled != 0);
            busy &= ~(1 << i);
        }
    } while (1);
}
