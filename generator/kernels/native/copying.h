/* Copying short texts: how the string kernels read and write beyond what they need, and where they may. */
#ifndef SEEDBED_COPYING_H
#define SEEDBED_COPYING_H

#include "kernels.h"

/* Bytes that every text output has to spare behind its last character. */
#define SEEDBED_SLACK 64

static inline void seedbed_store8(uint8_t *to, uint64_t x) { memcpy(to, &x, 8); }
static inline void seedbed_store4(uint8_t *to, uint32_t x) { memcpy(to, &x, 4); }

/* data[start .. start + length) to ``to``; up to 16 bytes are written. Nothing is read beyond data[size). */
static inline void seedbed_copy(uint8_t *to, const uint8_t *data, int64_t start, int64_t length, int64_t size) {
    if (length <= 16 && start + 16 <= size)
        memcpy(to, data + start, 16);
    else if (length)
        memcpy(to, data + start, (size_t)length);
}

#endif
