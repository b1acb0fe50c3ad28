"""The page of one episode, for people."""
