"""Whether there is enough in a story's texts for a card, by the writer's own rules."""

from functools import lru_cache

from agents.aims.text.grounded.teaser import find_teaser, open_page
from agents.aims.text.request import Source
from agents.tda.story import Story

PLENTY = 8
"""With so many usable sentences nobody need look."""


def can_be_told(story: Story) -> bool:
    """Whether two or three sentences of the texts can stand by themselves."""
    if story.head.usable >= PLENTY:
        return True
    return _has_teaser(tuple((one.title, one.body) for one in story.texts))


@lru_cache(maxsize=1_000)
def _has_teaser(texts: tuple[tuple[str, str], ...]) -> bool:
    pages = [
        open_page(Source(id=str(place), title=title, text=body))
        for place, (title, body) in enumerate(texts)
    ]
    return find_teaser(sorted(pages, key=lambda page: -page.usable)) is not None
