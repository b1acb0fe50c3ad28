"""Names of countries: where a story happens, but hardly ever which it is."""

from functools import cache
from pathlib import Path


@cache
def _countries() -> dict[str, str]:
    lines = Path(__file__).with_name("countries.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {word: row[0] for row in rows for word in row}


def one_word(names: frozenset[str]) -> frozenset[str]:
    """The same names with one word for a country and its people: "danish" is "denmark"."""
    known = _countries()
    return frozenset(known.get(name, name) for name in names)


def is_country(name: str) -> bool:
    """Whether a name in lower case is a country's, its people's or a continent's."""
    return name in _countries()
