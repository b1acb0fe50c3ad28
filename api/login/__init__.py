"""How a person's browser signs in: a one-time link, then a cookie (docs/decisions/007)."""
