/* Looking for special bytes, those that are escaped or make quotes needed. Included by text_strings.h only.
 *
 * Most text has none, so the first question is a quick one that may say yes in vain; only then are they counted.
 */
#ifndef SEEDBED_TEXT_SCAN_H
#define SEEDBED_TEXT_SCAN_H

#include "text_cells.h"

#define BLOCK 64

static inline uint8_t is_special(const text_layout *layout, uint8_t byte) {
    const uint8_t *marks = layout->marks;
    return (uint8_t)((byte < layout->special_below) | (byte == marks[0]) | (byte == marks[1]) | (byte == marks[2]) |
                     (byte == marks[3]));
}

/* Whether text[0..size) may hold a special byte: one below `low`, or one of the marks; by running minima, which
 * compilers make wide. `four`: more than two marks. */
__attribute__((always_inline)) static inline int scan(const uint8_t *marks, uint8_t low, const uint8_t *text, int64_t size,
                                                      int four) {
    uint8_t a = marks[0], b = marks[1], c = marks[2], d = marks[3];
    uint8_t lowest = 255, least = 255; /* the lowest byte, and 0 where a byte is a mark */
    for (int64_t i = 0; i < size; i++) {
        uint8_t byte = text[i], other;
        lowest = lowest < byte ? lowest : byte;
        least = least < (other = byte ^ a) ? least : other;
        least = least < (other = byte ^ b) ? least : other;
        if (four) {
            least = least < (other = byte ^ c) ? least : other;
            least = least < (other = byte ^ d) ? least : other;
        }
    }
    return !least || lowest < low;
}

/* The whole of a text: its last block by itself, overlapping, which saves a loop over bytes. */
__attribute__((always_inline)) static inline int scan_all(const uint8_t *marks, uint8_t low, const uint8_t *text,
                                                          int64_t size, int four) {
    int64_t rest = size < BLOCK ? 0 : size - BLOCK;
    int64_t whole = size < BLOCK ? size : size / BLOCK * BLOCK, tail = size < BLOCK ? 0 : BLOCK;
    return scan(marks, low, text, whole, four) || scan(marks, low, text + rest, tail, 1);
}

/* More than MARKS marks, as many at a time. */
__attribute__((always_inline)) static inline int may_hold_sought(const text_layout *layout, const uint8_t *text,
                                                                 int64_t size) {
    int found = 0;
    for (int64_t k = 0; k < layout->sought_count && !found; k += MARKS)
        found = scan_all(layout->sought + k, layout->sought_below, text, size, 1);
    return found;
}

/* Marks that are control characters are looked for as one run with those below: no text has them as a rule. */
SEEDBED_CLONES
static int may_hold_special(const text_layout *layout, const uint8_t *text, int64_t size) {
    uint8_t marks[MARKS] = {0}, low = layout->special_below;
    int count = 0;
    if (layout->specials)
        return may_hold_sought(layout, text, size);
    for (int k = 0; k < MARKS; k++)
        if (layout->marks[k] < ' ')
            low = low <= layout->marks[k] ? layout->marks[k] + 1 : low;
        else if (!count || marks[count - 1] != layout->marks[k])
            marks[count++] = layout->marks[k];
    for (int k = count; k < MARKS; k++)
        marks[k] = count ? marks[count - 1] : low;
    return count > 2 ? scan_all(marks, low, text, size, 1) : scan_all(marks, low, text, size, 0);
}

/* The end of the blocks from `at` on that hold no sought byte. */
static inline int64_t skip_blocks(const text_layout *layout, const uint8_t *text, int64_t at, int64_t size) {
    while (at + BLOCK <= size && !may_hold_sought(layout, text + at, BLOCK))
        at += BLOCK;
    return at;
}

/* How many special bytes lie in text[0..size), by a table. */
SEEDBED_CLONES
static int64_t count_sought(const text_layout *layout, const uint8_t *text, int64_t size) {
    int64_t count = 0;
    for (int64_t at = skip_blocks(layout, text, 0, size); at < size; at = skip_blocks(layout, text, at, size))
        for (int64_t end = at + BLOCK < size ? at + BLOCK : size; at < end; at++)
            count += layout->specials[text[at]];
    return count;
}

SEEDBED_CLONES
static void find_sought(const text_layout *layout, const uint8_t *text, int64_t size, int64_t *places) {
    for (int64_t at = skip_blocks(layout, text, 0, size); at < size; at = skip_blocks(layout, text, at, size))
        for (int64_t end = at + BLOCK < size ? at + BLOCK : size; at < end; at++) {
            *places = at;
            places += layout->specials[text[at]];
        }
}

/* How many special bytes lie in text[0..size); compilers make wide comparisons of it. */
SEEDBED_CLONES
static int64_t count_special(const text_layout *layout, const uint8_t *text, int64_t size) {
    const text_layout local = *layout;
    int64_t count = 0, at = 0;
    if (layout->specials)
        return count_sought(layout, text, size);
    for (; at + BLOCK <= size; at += BLOCK) {
        uint8_t found = 0; /* at most 64 */
        for (int i = 0; i < BLOCK; i++)
            found = (uint8_t)(found + is_special(&local, text[at + i]));
        count += found;
    }
    for (; at < size; at++)
        count += is_special(&local, text[at]);
    return count;
}

/* Their places, in order, without a branch a byte: places must have room for one more than there are. */
static void find_special(const text_layout *layout, const uint8_t *text, int64_t size, int64_t *places) {
    const text_layout local = *layout;
    if (layout->specials) {
        find_sought(layout, text, size, places);
        return;
    }
    for (int64_t at = 0; at < size;) {
        int64_t end = at + BLOCK < size ? at + BLOCK : size;
        if (end - at == BLOCK) {
            uint8_t any = 0;
            for (int i = 0; i < BLOCK; i++)
                any |= is_special(&local, text[at + i]);
            if (!any) {
                at = end;
                continue;
            }
        }
        for (; at < end; at++) {
            *places = at;
            places += is_special(&local, text[at]);
        }
    }
}

#endif
