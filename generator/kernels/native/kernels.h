/* Shared by the native kernels: plain C11, no allocation, no global state, no Python.
 *
 * Every exported function is called through a checked binding (generator/kernels/native_*.py) which guarantees the
 * dtype, contiguity, length and capacity of each buffer. Floating point is IEEE + - * / sqrt rint floor only and is
 * compiled with -ffp-contract=off, so each kernel gives the reference's bytes on every machine.
 */
#ifndef SEEDBED_KERNELS_H
#define SEEDBED_KERNELS_H

#include <stdint.h>
#include <string.h>

#define SEEDBED_EXPORT __attribute__((visibility("default")))

/* Function clones for newer processors, chosen when the library is loaded (GNU ifunc: Linux on x86-64 with glibc). */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) \
    && !defined(SEEDBED_NO_CLONES)
#define SEEDBED_CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define SEEDBED_CLONES
#endif

/* splitmix64's finaliser (Steele, Lea, Flood 2014; constants: Stafford's variant 13). */
static inline uint64_t seedbed_mix(uint64_t x) {
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* The bits of a draw at a row: gamma is odd. */
static inline uint64_t seedbed_bits(uint64_t row, uint64_t gamma, uint64_t kappa) {
    return seedbed_mix(row * gamma + kappa);
}

/* floor(a * b / 2^64). */
static inline uint64_t seedbed_mulhi(uint64_t a, uint64_t b) {
    return (uint64_t)(((unsigned __int128)a * b) >> 64);
}

#endif
