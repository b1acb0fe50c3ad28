"""The sound: its record, its store, and the door it streams through."""
