"""What becomes of the pool as server-sent events: new cards, changed ones, and those that go."""
