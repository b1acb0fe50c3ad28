"""Entries that say something else than when their topic was told from them."""

from agents.aims.text.grounded.lexicon import NUMBER_WORDS
from agents.aims.text.grounded.words import split_words
from agents.tda.features import features_of, title_key
from agents.tda.material import Material
from agents.tda.story import Standing

_TELLINGS = 3
"""So many texts of one entry a topic is told from at most: some papers change theirs all day."""
_REWRITTEN, _LONG = 0.5, 20
"""A text is another one where less than so much of the shorter is in both; and so many runs of
words each has to have for that.
"""
_COUNTS = NUMBER_WORDS - {"one"}


def find_changed(texts: list[Material], topic: Standing) -> Material | None:
    """The entry a topic is told from first, if it says something else now.

    Of what was told from the page behind an entry only the title can be compared with it, which
    the page has from its entry; what has no address cannot be compared at all.
    """
    if not topic.texts or topic.texts[0].url is None:
        return None
    first = topic.texts[0].identity
    told = [one for one in topic.texts if one.identity == first and one.kind != "document"]
    entries = [one for one in told if one.kind == "feed"]
    now = next((one for one in texts if one.identity == first and one.kind == "feed"), None)
    if now is None or not told or len(entries) >= _TELLINGS:
        return None
    if entries:
        return now if _says_other(entries[-1], now) else None
    return now if title_key(told[-1].title) != title_key(now.title) else None


def _says_other(told: Material, now: Material) -> bool:
    """Whether the title or a figure is another, a spelt number too, or most of the words are.

    Some other words alone are no news.
    """
    old, new = features_of(told), features_of(now)
    if (old.title, old.figures) != (new.title, new.figures):
        return True
    before, after = _counts(told), _counts(now)
    if before - after and after - before:
        return True
    shorter = min(len(old.runs), len(new.runs))
    return shorter >= _LONG and len(old.runs & new.runs) < _REWRITTEN * shorter


def _counts(text: Material) -> set[str]:
    """Numbers that are written as words."""
    return {word for word in split_words(text.text.casefold()) if word in _COUNTS}
