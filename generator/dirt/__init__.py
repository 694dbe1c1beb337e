"""Dirty data on purpose: cells and rows that are written wrong, while all that reads them reads the clean values.

``option.py`` is what a user writes, ``orders.py`` what of it can be done in a table. ``stain.py`` does it to a column,
``repeats.py`` to rows. ``kinds.py`` lists the kinds of dirt: on text (``misspelling.py`` ``spacing.py`` ``capitals.py``
over ``letters.py``), on numbers and moments (``outliers.py``), and text in place of values (``strangers.py``).
"""
