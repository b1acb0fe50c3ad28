"""Procedural covers: a motif chosen by the prompt's words, a palette, a well-set title."""
