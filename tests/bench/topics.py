"""Twenty episodes about different things, out of the embedded library's sixteen documents."""

import re
from pathlib import Path

from tests.acceptance.api import Document
from tests.conftest import ROOT

ARTICLES = ROOT / "agents" / "wcha" / "library" / "articles"
TOLD_FROM_THE_MIDDLE = ("coffee", "octopus", "smallpox", "voyager")
"""Given as the caller's own text, from the second section on: they begin with other sentences."""


def orders(minutes: int) -> list[Document]:
    """Twenty request bodies: each document asked for by its title, then four texts."""
    found = [{"topic": _title(path)} for path in sorted(ARTICLES.glob("*.md"))]
    given = [_from_the_middle(ARTICLES / f"{name}.md") for name in TOLD_FROM_THE_MIDDLE]
    return [{**body, "user_preferences": {"length_minutes": minutes}} for body in found + given]


def warm_up() -> Document:
    """One about something else, told in words that none of the others has."""
    return {**_from_the_middle(ARTICLES / "tides.md"), "user_preferences": {"length_minutes": 1}}


def _title(path: Path) -> str:
    match = re.search(r"^title: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert match is not None
    return match[1].strip('"')


def _from_the_middle(path: Path) -> Document:
    """A document without what stands before its second heading."""
    sections = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    heading = sections[2].partition("\n")[0]
    text = "".join(f"## {section}" for section in sections[2:])
    return {"topic": heading, "sources": [{"title": heading, "text": text}]}
