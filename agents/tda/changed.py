"""Entries that say something else than when their topic was told from them."""

from agents.tda.features import features_of
from agents.tda.material import Material
from agents.tda.story import Standing

_TELLINGS = 3
"""So many texts of one entry a topic is told from at most: some papers change theirs all day."""


def find_changed(texts: list[Material], topic: Standing) -> Material | None:
    """The entry a topic is told from first, if its title or a figure is another now.

    Other words alone are no news. What was told from the page behind an entry cannot be compared
    with it, nor what has no address.
    """
    if not topic.texts or topic.texts[0].url is None:
        return None
    first = topic.texts[0].identity
    told = [one for one in topic.texts if one.identity == first and one.kind == "feed"]
    now = next((one for one in texts if one.identity == first and one.kind == "feed"), None)
    if now is None or not told or len(told) >= _TELLINGS:
        return None
    old, new = features_of(told[-1]), features_of(now)
    return now if (old.title, old.figures) != (new.title, new.figures) else None
