"""Limits of how often somebody may ask: token buckets in memory, in the database or in Redis."""
