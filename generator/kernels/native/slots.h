/* Short texts of a pool or a dictionary in slots of equal width, so that taking one is a single copy.
 *
 * A slot holds the text from its first byte on, zeros behind it, and in its last byte the text's length. */
#ifndef SEEDBED_SLOTS_H
#define SEEDBED_SLOTS_H

#include "copying.h"

/* Copies slot ``i`` whole to ``to``, of which all ``width`` bytes can be written; returns the length of its text. */
static inline __attribute__((always_inline)) int64_t seedbed_take(uint8_t *to, const uint8_t *slots, uint64_t i,
                                                                  int64_t width) {
    const uint8_t *slot = slots + i * (uint64_t)width;
    memcpy(to, slot, (size_t)width);
    return slot[width - 1];
}

#endif
