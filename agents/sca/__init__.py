"""SCA: makes a card out of a discovered topic: a title, two or three sentences, a cover's words."""
