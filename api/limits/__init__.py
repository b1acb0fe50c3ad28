"""How often a caller may ask, and how much a caller may have."""
