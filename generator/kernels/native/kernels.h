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

/* Where one library can hold code for several processors: x86-64 Linux with glibc, by a GCC that knows their levels. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && defined(__GNUC__) && __GNUC__ >= 12 \
    && !defined(__clang__)
#define SEEDBED_GCC 1
#endif

/* Function clones for newer processors, chosen when the library is loaded (GNU ifunc). */
#if defined(SEEDBED_GCC) && !defined(SEEDBED_NO_CLONES)
#define SEEDBED_CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define SEEDBED_CLONES
#endif

/* What is faster in eight lanes but slower in two has two forms: lanes where seedbed_has_lanes(), else one by one. */
#if defined(SEEDBED_GCC) && !defined(SEEDBED_NO_LANES)
#define SEEDBED_LANES __attribute__((target("arch=x86-64-v4")))
static inline int seedbed_has_lanes(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
           && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd");
}
#else
#define SEEDBED_LANES
static inline int seedbed_has_lanes(void) { return 0; }
#endif
#define SEEDBED_BOTH static inline __attribute__((always_inline))

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

/* The same of halves, for lanes have no wider product. */
static inline uint64_t seedbed_mulhi_of(uint64_t a, uint64_t b, int lanes) {
    if (!lanes) return seedbed_mulhi(a, b);
    uint64_t cross = (a >> 32) * (b & UINT32_MAX) + ((a & UINT32_MAX) * (b & UINT32_MAX) >> 32);
    uint64_t middle = (a & UINT32_MAX) * (b >> 32) + (cross & UINT32_MAX);
    return (a >> 32) * (b >> 32) + (cross >> 32) + (middle >> 32);
}

#endif
