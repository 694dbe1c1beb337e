"""The reference kernels: clear numpy and pyarrow, the oracle of the native ones and the fallback where none were built.

Only integer operations and IEEE + - * / sqrt rint floor may decide a value here; nothing may be imported from native.
"""
