"""Accounts: who somebody is, how that is proved, and what was done to accounts. Nothing here knows HTTP."""
