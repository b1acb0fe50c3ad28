"""VFA, the voice forge: speaks a script line by line while it is being written."""
