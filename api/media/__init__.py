"""Signed, expiring URLs of media, and what answers them."""
