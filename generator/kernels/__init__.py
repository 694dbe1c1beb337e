"""The generation kernels: the few operations on whole arrays from which every field is made.

Each is written twice: ``reference`` in numpy and pyarrow, and in C behind the ``native`` modules, the same bytes
several times faster. Which one is in use is decided once, here, and told by ``KIND``. Nothing here knows of fields,
documents or formats.
"""

from __future__ import annotations

from generator.kernels.library import KernelError, kind
from generator.kernels.reference.draws import quantile_at

if kind == "native":
    from generator.kernels.native_digests import digest, digest_lines
    from generator.kernels.native_draws import (
        alias_pick,
        alias_table,
        alias_table32,
        below,
        below_each,
        bits,
        children_of_parents,
        children_of_rows,
        fractions,
        mix,
        muldiv,
        permute,
        permute_each,
        quantile,
        tail_quantile,
        unit,
        unpermute,
    )
    from generator.kernels.native_recoding import letters, recode, shorten, transliterate
    from generator.kernels.native_strings import concat, pattern, uuid4, words
else:
    from generator.kernels.reference.alias import alias_pick, alias_table, alias_table32
    from generator.kernels.reference.children import children_of_parents, children_of_rows
    from generator.kernels.reference.digests import digest, digest_lines
    from generator.kernels.reference.draws import (
        below,
        below_each,
        bits,
        fractions,
        mix,
        muldiv,
        quantile,
        tail_quantile,
        unit,
    )
    from generator.kernels.reference.permutation import permute, permute_each, unpermute
    from generator.kernels.reference.recoding import letters, recode, shorten, transliterate
    from generator.kernels.reference.strings import concat, pattern, uuid4
    from generator.kernels.reference.words import words

KIND = kind

__all__ = [
    "KIND",
    "KernelError",
    "alias_pick",
    "alias_table",
    "alias_table32",
    "below",
    "below_each",
    "bits",
    "children_of_parents",
    "children_of_rows",
    "concat",
    "digest",
    "digest_lines",
    "fractions",
    "letters",
    "mix",
    "muldiv",
    "pattern",
    "permute",
    "permute_each",
    "quantile",
    "quantile_at",
    "recode",
    "shorten",
    "tail_quantile",
    "transliterate",
    "unit",
    "unpermute",
    "uuid4",
    "words",
]
