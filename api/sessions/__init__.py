"""Who a caller is over time: their sessions, and what they like (docs/decisions/038)."""
