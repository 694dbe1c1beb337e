/* Hexadecimal digits, eight at a time. */
#ifndef SEEDBED_HEXADECIMAL_H
#define SEEDBED_HEXADECIMAL_H

#include "kernels.h"

/* The 8 hexadecimal characters of x, first character in the low byte. */
static inline uint64_t seedbed_hexadecimal(uint32_t x) {
    const uint64_t each_byte = UINT64_C(0x0101010101010101);
    uint64_t v = __builtin_bswap32(x);
    v = (v | v << 16) & UINT64_C(0x0000FFFF0000FFFF);
    v = (v | v << 8) & UINT64_C(0x00FF00FF00FF00FF);
    v = (v >> 4 & UINT64_C(0x000F000F000F000F)) | (v & UINT64_C(0x000F000F000F000F)) << 8;
    uint64_t letters = (v + 6 * each_byte) >> 4 & each_byte;
    return v + '0' * each_byte + letters * ('a' - '0' - 10);
}

#endif
