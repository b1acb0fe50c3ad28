"""Podcasts: asking for one, and seeing how it comes along."""
