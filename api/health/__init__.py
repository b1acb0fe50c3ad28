"""Whether the facade lives, and whether the whole chain behind it is warm."""
