"""What the house may be rid of, and how it is taken away without touching what is live."""
