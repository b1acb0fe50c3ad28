"""The page of stories for everybody: before its script, without it, in both themes, by ear."""

import gzip
import json
import time
import uuid

import pytest

from api.web.built import DIST
from tests.api.web.chromium import Page
from tests.api.web.landing.hall import CALM, DATA, SETTLED, Hall, Reader, sign_in, there
from tests.api.web.test_page import AXE, FINDINGS, WIDTHS

PLACED = ".card, .page-title, .search, .filter, .further, .further button, #sources, main h2"
BOXES = f"""[...document.querySelectorAll("{PLACED}")].map((each) => {{
    const {{x, y, width, height}} = each.getBoundingClientRect();
    return [x, y, width, height].map(Math.round); }})"""
KEPT = "({preferences}) => preferences.theme === 'dark'"
LISTEN = "Listen to How Coffee Crossed the Sea in a Glass Box"
ASKED = {
    "method": "POST", "body": json.dumps({"topic": "The sea"}),
    "headers": {"Content-Type": "application/json", "Idempotency-Key": "the sea"},
}  # fmt: skip
MOST_BYTES = 150_000


def test_taking_over_moves_nothing(reader: Reader) -> None:
    page = reader.page
    page.look(820, 1180, "light")
    topic = page.evaluate("document.querySelector('.deeper').pathname")
    for address in ("/", topic, "/find?q=coffee"):
        page.open(f"{reader.facade.url}{address}")
        page.wait(f"{there('ae-page .card')} && document.documentElement.dataset.settled === ''")
        alive = page.evaluate(BOXES)
        page.send("Network.setBlockedURLs", urls=["*.js"])
        page.open(f"{reader.facade.url}{address}")
        assert not page.evaluate(there("ae-page"))
        assert page.evaluate(BOXES) == alive, address
        page.send("Network.setBlockedURLs", urls=[])
    page.forgive("Failed to load resource: net::ERR_BLOCKED")


def test_the_colours_chosen_are_there_from_the_first_paint(reader: Reader) -> None:
    page = reader.page
    page.look(820, 1180, "light")
    page.click(".theme")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.send("Network.setBlockedURLs", urls=["*.js"])
    page.open(f"{reader.facade.url}/")
    assert page.evaluate(paper) == dark != "rgb(251, 247, 240)"
    page.wait(f"fetch('/api/v1/sessions/current').then((a) => a.json()).then({KEPT})")
    page.send("Network.deleteCookies", name="theme", url=reader.facade.url)  # another browser's
    page.open(f"{reader.facade.url}/")
    assert page.evaluate(paper) == dark
    page.send("Network.setBlockedURLs", urls=[])
    page.forgive("Failed to load resource: net::ERR_BLOCKED")


def test_without_scripts_it_can_be_read_and_worked(page: Page, hall: Hall) -> None:
    reader = sign_in(page, hall.facade)
    with page.without_scripts():
        page.send("Page.navigate", url=f"{reader.facade.url}/?category=food")
        until, names = time.monotonic() + 20, set[str]()
        while LISTEN not in names and time.monotonic() < until:
            names = {each["name"] for each in page.spoken_tree()}
    assert {LISTEN, "Search", "Food", "Stories to listen to"} <= names, names


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_left_out(reader: Reader, theme: str) -> None:
    """axe finds nothing serious, with cards in all their states, at each width."""
    page = reader.page
    page.evaluate(
        f"""(() => {{ const states = ['making', 'failed', 'ready', 'idle'];
        document.querySelectorAll('ae-episode-card').forEach(({{context}}, index) => {{
          const at = '/cards/' + context.componentModel.properties.snippetId;
          {DATA}.set(at + '/state', states[index % 4]);
          {DATA}.set(at + '/stateText', 'A word about it');
          {DATA}.set(at + '/progress', 0.4);
          if (index === 4) {DATA}.set(at + '/cover', '');
        }}); }})()"""
    )
    page.evaluate(AXE.read_text())
    for width, height in WIDTHS.items():
        page.look(width, height, theme)
        page.evaluate(CALM)
        assert page.evaluate(FINDINGS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    names = [each["name"] for each in page.spoken_tree() if each["role"] == "button"]
    assert len(names) >= 6 + 2
    assert len(names) == len(set(names)), names
    assert all(names)


def test_nobody_is_left_out_of_the_other_pages(reader: Reader, hall: Hall) -> None:
    """axe finds nothing serious on a telephone, in either theme."""
    page = reader.page
    asked = page.evaluate(f"fetch('/api/v1/podcasts', {json.dumps(ASKED)}).then((a) => a.status)")
    assert asked == 202
    gone = f"/topics/{uuid.uuid4()}"
    topic = f"/topics/{hall.cards[0].topic_id}"
    for address in ("/library", "/preferences", topic, "/find?q=coffee", gone, "/login"):
        page.open(f"{reader.facade.url}{address}")
        if address not in (gone, "/login"):
            page.wait(SETTLED)
        page.evaluate(AXE.read_text())
        for theme in ("light", "dark"):
            page.look(390, WIDTHS[390], theme)
            page.evaluate(CALM)
            assert page.evaluate(FINDINGS) == [], (address, theme)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert page.evaluate("document.querySelectorAll('h1').length") == 1, address
    page.forgive("Failed to load resource: the server responded with a status of 404")


def test_the_page_is_small() -> None:
    manifest = json.loads((DIST / "manifest.json").read_bytes())
    wanted, loaded = ["src/landing/main.ts"], set()
    while wanted:
        each = manifest[wanted.pop()]
        loaded.add(each["file"])
        wanted += each.get("imports", [])
    size = sum(len(gzip.compress((DIST / each).read_bytes())) for each in loaded)
    print(f"JavaScript of the landing page: {size / 1000:.1f} kB gzipped")
    assert size < MOST_BYTES
