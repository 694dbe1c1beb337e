"""What the fields of a group share: one room a subject, used by the types that describe it."""
