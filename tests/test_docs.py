"""What the pages say is there is there."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TARGET = re.compile(r"`make ([a-z-]+)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_what_is_there(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        place = link.partition("#")[0]
        if place and not re.match(r"[a-z]+:", place):
            assert (page.parent / place).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_knows_what_it_is_told(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = set(_TARGET.findall(page.read_text(encoding="utf-8")))
    assert told <= targets, told - targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_snippets_are_whole(page: Path) -> None:
    """That those of CLIENT.md also work, a test with the real stack finds out."""
    for language, code in _CODE.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            ast.parse(code)
        if language in ("bash", "sh"):
            subprocess.run(["bash", "-n", "-c", code], check=True)


def test_every_page_is_within_reach_of_the_first() -> None:
    seen, left = set[Path](), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page in seen or not page.exists() or page.suffix != ".md":
            continue
        seen.add(page)
        links = _LINK.findall(page.read_text(encoding="utf-8"))
        left += [(page.parent / link.partition("#")[0]).resolve() for link in links]
    alone = [name_of(page) for page in PAGES if page not in seen and "decisions" not in page.parts]
    assert alone == ["CHANGELOG.md"]
