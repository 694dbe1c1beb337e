"""The entries of the table of functions, a room for each kind of them; ``functions`` puts the table together."""
