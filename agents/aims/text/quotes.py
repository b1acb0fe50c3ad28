"""Finding a quoted passage in its source: the exact span, whatever the model did to the spaces."""

from functools import lru_cache

_SAME = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "\u2011": "-",
    "…": ".",
}


@lru_cache(maxsize=32)
def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    """The text with one kind of space, quote and dash, and where each character came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = " " if letter.isspace() else _SAME.get(letter, letter)
        if plain == " " and letters and letters[-1] == " ":
            continue
        letters.append(plain)
        places.append(place)
    return "".join(letters), tuple(places)


def find_quote(text: str, quote: str, start: int = 0) -> tuple[int, int] | None:
    """The span of a quote in a text, the first at or after ``start``; None where it is not there.

    Spaces, quotation marks and dashes may differ; every other character has to be the same.
    """
    plain, places = _plain(text)
    wanted = _plain(quote)[0].strip()
    at = next((n for n, place in enumerate(places) if place >= start), len(places))
    found = plain.find(wanted, at) if wanted else -1
    if found < 0:
        return None
    return places[found], places[found + len(wanted) - 1] + 1
