"""The pool of cards: which there are, who sees which, in what order, and what is new."""
