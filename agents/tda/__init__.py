"""TDA, the topic discovery agent: from feeds, the library and a wish to topics worth a card."""
