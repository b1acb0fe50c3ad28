"""The pages for people, as HTML that needs no script; with one, it takes them over."""
