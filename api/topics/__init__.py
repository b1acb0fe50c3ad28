"""Going deeper: exploring what lies under a story, or beside a question."""
