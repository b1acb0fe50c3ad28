"""The snippets flow: topics are found, each becomes a card, and the cards become a page."""
