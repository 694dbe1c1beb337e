/* Strings of a finite language, by a small program run for each row (see kernels/program.py).
 *
 * Every index a program holds is checked before it is used, so a broken program is an error and not a crash: reads stay
 * within code, text and sizes, writes within the longest string that the binding made room for. */
#include "kernels.h"

#define SLACK 16
#define DOMAIN (UINT64_C(1) << 40)
#define MOST_CHOICES 65536
#define MOST_STEPS (INT64_C(1) << 24) /* of one row: far above what any language needs, so that no program hangs */
#define DEPTH 64

enum { LITERAL, RUN, SELECT, REPEAT };

typedef struct {
    const int64_t *code;
    int64_t code_size;
    const uint8_t *text;
    int64_t text_size;
    const uint64_t *sizes;
    int64_t sizes_size;
    const uint64_t *const *words;
    int64_t word_count;
    int64_t ranked, row, next, steps, broken;
    uint64_t left; /* the fraction that is left of the draw, or of the rank */
    uint64_t used; /* what the draw has decided: a product of numbers of choices */
    uint8_t *out, *limit;
} state;

/* Whether ``length`` items from ``start`` are among ``size``. */
static inline int within(int64_t start, int64_t length, int64_t size) {
    return start >= 0 && length >= 0 && start <= size && length <= size - start;
}

static inline uint64_t digit(state *s, uint64_t n) {
    if (s->ranked) {
        uint64_t digit = s->left % n;
        s->left /= n;
        return digit;
    }
    uint64_t used = s->used * n;
    if (used > DOMAIN) {
        if (s->next >= s->word_count) {
            s->broken = 1;
            return 0;
        }
        s->left = s->words[s->next++][s->row];
        used = n;
    }
    s->used = used;
    unsigned __int128 product = (unsigned __int128)s->left * n;
    s->left = (uint64_t)product;
    return (uint64_t)(product >> 64);
}

/* One of k, by draw evenly, by rank in proportion to their sizes. */
static inline int64_t choose(state *s, int64_t k, int64_t table) {
    if (k == 1) return 0;
    if (!s->ranked) return (int64_t)digit(s, (uint64_t)k);
    if (!within(table, k + 1, s->sizes_size) || !s->sizes[table + k]) {
        s->broken = 1;
        return 0;
    }
    const uint64_t *totals = s->sizes + table;
    uint64_t place = s->left % totals[k], rest = s->left / totals[k];
    int64_t choice = k - 1;
    while (choice && totals[choice] > place) choice--;
    s->left = rest * (totals[choice + 1] - totals[choice]) + (place - totals[choice]);
    return choice;
}

static inline int utf8_length(uint8_t lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

/* ASCII characters from draws, two at a time where one draw decides both: the same digits as one by one. */
static inline void ascii_draws(state *s, int64_t count, uint64_t n, const uint8_t *alphabet, const uint8_t *pairs) {
    uint8_t *out = s->out;
    uint64_t left = s->left, used = s->used;
    const uint64_t square = n * n;
    while (count > 0) {
        if (used * n > DOMAIN) {
            if (s->next >= s->word_count) {
                s->broken = 1;
                return;
            }
            left = s->words[s->next++][s->row];
            used = 1;
        }
        for (; pairs && count > 1 && used * square <= DOMAIN; count -= 2, out += 2) {
            unsigned __int128 product = (unsigned __int128)left * square;
            left = (uint64_t)product;
            used *= square;
            memcpy(out, pairs + 2 * (uint64_t)(product >> 64), 2);
        }
        if (count > 0 && used * n <= DOMAIN) {
            unsigned __int128 product = (unsigned __int128)left * n;
            left = (uint64_t)product;
            used *= n;
            *out++ = alphabet[(uint64_t)(product >> 64)];
            count--;
        }
    }
    s->left = left;
    s->used = used;
    s->out = out;
}

static inline void run(state *s, const int64_t *c) {
    int64_t minimum = c[1], maximum = c[2], start = c[4], n = c[5], width = c[6], pairs = c[7];
    if (minimum < 0 || maximum < minimum || maximum >= MOST_CHOICES || n < 1 || n > MOST_CHOICES
        || (width != 1 && width != 4) || !within(start, n * width, s->text_size)
        || (pairs >= 0 && !within(pairs, 2 * n * n, s->text_size))) {
        s->broken = 1;
        return;
    }
    int64_t count = minimum + choose(s, maximum - minimum + 1, c[3]);
    const uint8_t *alphabet = s->text + start;
    if (s->limit - s->out < (width == 1 ? count : 0)) {
        s->broken = 1;
    } else if (width == 1 && n > 1 && !s->ranked) {
        ascii_draws(s, count, (uint64_t)n, alphabet, pairs < 0 ? 0 : s->text + pairs);
    } else {
        for (; count > 0 && s->out < s->limit && !s->broken; count--) {
            const uint8_t *from = alphabet + (n == 1 ? 0 : digit(s, (uint64_t)n)) * (uint64_t)width;
            memcpy(s->out, from, (size_t)(width == 1 ? 1 : 4)); /* at most 3 bytes into the slack */
            s->out += width == 1 ? 1 : utf8_length(*from);
        }
        if (count > 0 || s->out > s->limit) s->broken = 1;
    }
}

static inline void literal(state *s, int64_t start, int64_t length) {
    if (!within(start, length, s->text_size - SLACK) || length > s->limit - s->out) {
        s->broken = 1;
        return;
    }
    for (int64_t i = 0; i < length; i += 16) memcpy(s->out + i, s->text + start + i, 16);
    s->out += length;
}

static void spell(state *s, int64_t at, int64_t end, int depth);

static inline int64_t select_one(state *s, int64_t at, int64_t end, int depth) {
    const int64_t *c = s->code + at;
    int64_t k = c[1], after = c[3];
    if (k < 1 || k > MOST_CHOICES || at + 4 + k > after || after > end) {
        s->broken = 1;
        return end;
    }
    int64_t choice = choose(s, k, c[2]);
    int64_t from = c[4 + choice], to = choice + 1 < k ? c[5 + choice] : after;
    if (from < at + 4 + k || from > to || to > after)
        s->broken = 1;
    else
        spell(s, from, to, depth + 1);
    return after;
}

static inline int64_t repeat(state *s, int64_t at, int64_t end, int depth) {
    const int64_t *c = s->code + at;
    int64_t minimum = c[1], maximum = c[2], after = c[4];
    if (minimum < 0 || maximum < minimum || maximum >= MOST_CHOICES || after < at + 5 || after > end) {
        s->broken = 1;
        return end;
    }
    int64_t count = minimum + choose(s, maximum - minimum + 1, c[3]);
    for (; count > 0 && !s->broken; count--) spell(s, at + 5, after, depth + 1);
    return after;
}

static void spell(state *s, int64_t at, int64_t end, int depth) {
    static const int64_t lengths[] = {3, 8, 4, 5};
    if (depth > DEPTH) s->broken = 1;
    while (at < end && !s->broken) {
        if (--s->steps < 0) s->broken = 1;
        const int64_t *c = s->code + at;
        if (*c < LITERAL || *c > REPEAT || at + lengths[*c] > end) {
            s->broken = 1;
        } else if (*c == LITERAL) {
            literal(s, c[1], c[2]);
            at += 3;
        } else if (*c == RUN) {
            run(s, c);
            at += 8;
        } else {
            at = *c == SELECT ? select_one(s, at, end, depth) : repeat(s, at, end, depth);
        }
    }
}

/* The bytes written, or -1 for a program that reaches beyond its buffers. ``capacity`` is for ``rows`` strings of
 * ``max_bytes`` bytes and SLACK. */
SEEDBED_EXPORT int64_t seedbed_spell(const int64_t *code, int64_t code_size, const uint8_t *text, int64_t text_size,
                                     const uint64_t *sizes, int64_t sizes_size, int64_t max_bytes,
                                     const uint64_t *const *words, int64_t word_count, int64_t rows, int64_t ranked,
                                     int32_t *offsets, uint8_t *out, int64_t capacity) {
    state s = {code, code_size, text, text_size, sizes, sizes_size, words, word_count, ranked, 0, 0, 0, 0, 0, 0, out, out};
    if (max_bytes < 0 || text_size < SLACK || rows * max_bytes + SLACK > capacity) return -1;
    for (int64_t row = 0; row < rows; row++) {
        offsets[row] = (int32_t)(s.out - out);
        s.row = row;
        s.next = 0;
        s.steps = MOST_STEPS;
        s.left = ranked ? words[0][row] : 0;
        s.used = DOMAIN;
        s.limit = s.out + max_bytes;
        spell(&s, 0, code_size, 0);
        if (s.broken) return -1;
    }
    offsets[rows] = (int32_t)(s.out - out);
    return s.out - out;
}
