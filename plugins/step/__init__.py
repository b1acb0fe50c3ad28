"""One task of a flow: its row in our tables, its base operator, its links, its listener."""
