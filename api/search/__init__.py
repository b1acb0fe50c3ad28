"""Searching cards, stories and one's own episodes."""
