"""What users have had made, and what the whole service does: statistics over HTTP."""
