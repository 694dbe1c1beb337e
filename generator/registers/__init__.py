"""Codes that registers give out: how many there are of each, and how numbers become one with its check digits.

Pure arithmetic on whole columns. What a field is, a locale or a schema is not known here.
"""
