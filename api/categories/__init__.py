"""What cards can be about."""
