"""Material that a caller hands in."""
