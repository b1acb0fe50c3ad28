"""The page of stories: what it shows, what it does when pressed, and what when things go wrong."""

import gzip
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import Connection

from api.app import create_app
from api.login_link import mint
from api.web.built import DIST
from streamer.media import MediaStore, open_store
from tests.agents.sca.seed import Seeded, seed_cards
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, make_settings
from tests.api.serving import serve
from tests.api.web.chromium import Page
from tests.api.web.landing.conftest import listen
from tests.api.web.test_page import AXE, FINDINGS, WIDTHS
from tests.conftest import create_database
from tests.witness import foreign

SETTLED = "document.documentElement?.dataset.settled === ''"
TITLES = "[...document.querySelectorAll('.sleeve-title')].map((each) => each.textContent)"
CARDS = "document.querySelectorAll('article.card').length"
CATEGORIES = "[...document.querySelectorAll('.sleeve')].map((each) => each.dataset.category)"
CHIPS = "[...document.querySelectorAll('.chip')].map((each) => each.textContent.trim())"
FOCUS = "document.activeElement.textContent.trim()"
PLACED = ".card, .page-title, .search, .filter, #sources, main h2"
BOXES = f"""[...document.querySelectorAll("{PLACED}")].map((each) => {{
    const {{x, y, width, height}} = each.getBoundingClientRect();
    return [x, y, width, height].map(Math.round); }})"""
DATA = "document.querySelector('ae-episode-card').context.dataContext.surface.dataModel"
CALM = """Promise.all(document.getAnimations().filter((each) => each instanceof CSSTransition)
    .map(({finished}) => finished)).then(() => true, () => true)"""
KEPT = "({preferences}) => preferences.theme === 'dark'"
LISTEN = "Listen to How Coffee Crossed the Sea in a Glass Box"
MOST_BYTES = 150_000
SLOW = """(() => { const fetched = window.fetch; window.fetch = async (address, how) => {
    const slow = /category=food|library/.test(address);
    if (slow) await new Promise((go) => setTimeout(go, 500));
    const answer = await fetched(address, how);
    window.late = (window.late ?? 0) + slow;
    return answer; }; })()"""
"""Some answers take their time; `late` counts those that came."""
LOOKED_AWAY = """(value) => {
    Object.defineProperty(document, 'hidden', {value, configurable: true});
    document.dispatchEvent(new Event('visibilitychange')); }"""


@dataclass
class Hall:
    """A facade and its pool."""

    facade: Facade
    connection: Connection[Any]
    store: MediaStore

    def seed(self, count: int, first: int = 0) -> list[Seeded]:
        return seed_cards(self.connection, count, first=first, media=self.store)


@pytest.fixture(scope="module")
def bare(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    """A house that nobody has entered yet: no card at all."""
    with open_hall(postgres_server, template_database, tmp_path_factory) as opened:
        opened.facade.settings.refresh_on_visit = True
        yield opened


@pytest.fixture(scope="module")
def hall(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    """Six stories of six categories."""
    with open_hall(postgres_server, template_database, tmp_path_factory) as opened:
        opened.seed(6)
        yield opened


@contextmanager
def open_hall(
    postgres_server: str, template_database: str, folders: pytest.TempPathFactory
) -> Iterator[Hall]:
    url = create_database(postgres_server, template_database)
    with serve(AirflowWire().app()) as airflow:
        foreign(airflow)
        settings = make_settings(url, folders.mktemp("hall"), airflow)
        settings.stale_seconds = 15.0
        with (
            psycopg.connect(url, autocommit=True) as connection,
            serve(create_app(settings)) as served,
        ):
            settings.public_url = served
            yield Hall(Facade(served, settings), connection, open_store(settings.media_url))


@dataclass
class Reader:
    """Somebody nobody has seen before, signed in."""

    page: Page
    facade: Facade

    def open(self, address: str = "/") -> Page:
        self.page.open(f"{self.facade.url}{address}")
        self.page.wait(SETTLED)
        return self.page


def sign_in(page: Page, facade: Facade) -> Reader:
    """With the cookie that the printed link leads to."""
    code = mint(facade.settings, f"reader-{uuid.uuid4()}")
    opened = httpx.post(f"{facade.url}/login", data={"code": code}, headers={"Origin": facade.url})
    assert opened.status_code == 303
    for name, value in opened.cookies.items():
        page.send("Network.setCookie", name=name, value=value, url=facade.url, httpOnly=True)
    reader = Reader(page, facade)
    reader.open()
    return reader


@pytest.fixture
def reader(page: Page, hall: Hall) -> Reader:
    return sign_in(page, hall.facade)


def chip(page: Page, name: str) -> str:
    """The selector of a category's button."""
    return f".chip:nth-child({page.evaluate(CHIPS).index(name) + 1})"


def there(selector: str) -> str:
    """Whether there is such an element."""
    return f"document.querySelector({selector!r}) !== null"


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


def test_one_category_is_shown_and_left_again(reader: Reader) -> None:
    page = reader.page
    page.click(chip(page, "Food"))
    page.wait(f"location.search === '?category=food' && {CARDS} === 1")
    assert page.evaluate(FOCUS) == "Food"
    assert page.evaluate("document.activeElement.ariaPressed") == "true"
    page.evaluate("history.back()")
    page.wait(f"location.search === '' && {CARDS} === 6")
    reader.open("/?category=sport")
    assert page.evaluate(CARDS) == 0
    assert "Nothing here yet." in page.evaluate("document.querySelector('main').innerText")


def test_what_is_wished_of_a_category_changes_the_page(reader: Reader) -> None:
    page = reader.page
    page.click(chip(page, "Food"))
    page.wait(there(".wishes"))
    page.click(".wishes button:first-child")
    page.wait("document.querySelector('.wishes button').ariaPressed === 'true'")
    page.click(".wishes button:last-child")
    page.wait(f"location.search === '' && {CARDS} === 5")
    assert "food" not in page.evaluate(CATEGORIES)
    assert "Food" not in page.evaluate(CHIPS)
    kinds = "({snippets}) => snippets.map(({category}) => category)"
    told = page.evaluate(f"fetch('/api/v1/snippets?limit=20').then((a) => a.json()).then({kinds})")
    assert len(told) == 5
    assert "food" not in told
    reader.open("/?category=food")
    assert page.evaluate(CARDS) == 0


def test_the_slower_answer_does_not_win(reader: Reader) -> None:
    page = reader.page
    page.evaluate(SLOW)
    page.click(chip(page, "Food"))
    page.click(chip(page, "Nature"))
    page.wait(f"{CARDS} === 1")
    page.wait("window.late === 1")
    page.evaluate(CALM)
    assert page.evaluate(CATEGORIES) == ["nature"]
    page.click(".masthead a[href='/library']")
    page.click(".masthead a[href='/']")
    page.wait("window.late === 2")
    page.evaluate(CALM)
    page.wait(f"{CARDS} === 6")
    assert page.evaluate("document.querySelector('h1').textContent") == "Stories to listen to"


def test_a_search_finds_and_says_when_it_does_not(reader: Reader) -> None:
    page = reader.page
    page.click("#search")
    page.type("coffee")
    page.press("Enter")
    page.wait(f"location.pathname + location.search === '/find?q=coffee' && {CARDS} === 1")
    assert "Coffee" in page.evaluate(TITLES)[0]
    assert page.evaluate("document.getElementById('search').value") == "coffee"
    reader.open("/find?q=zyzzyva")
    assert page.evaluate(CARDS) == 0
    page.evaluate("history.back()")
    page.wait(f"location.search === '?q=coffee' && {CARDS} === 1")


def test_what_is_new_waits_until_it_is_asked_for(reader: Reader, hall: Hall) -> None:
    page = reader.page
    before = page.evaluate(TITLES)
    page.evaluate(f"({LOOKED_AWAY})(true)")  # nobody looks: no stream is held
    [made] = hall.seed(1, first=6)
    page.evaluate("new Promise((go) => setTimeout(go, 300))")
    assert not page.evaluate(there(".pill"))
    page.evaluate(f"({LOOKED_AWAY})(false)")
    page.wait("document.querySelector('.pill')?.textContent === '1 new story'")
    assert page.evaluate(TITLES) == before
    page.click(".pill")
    page.wait(f"{TITLES}.includes({made.title!r})")
    assert not page.evaluate(there(".pill"))
    assert page.evaluate("document.activeElement.tagName") == "H1"
    retire = "UPDATE topics_snippets SET state = 'retired', retired_at = now() WHERE id = %s"
    hall.connection.execute(retire, [made.snippet_id])
    page.evaluate("new Promise((go) => setTimeout(go, 300))")
    assert made.title in page.evaluate(TITLES)  # what one looks at stays
    reader.open()
    assert page.evaluate(TITLES) == before


def test_a_card_that_changes_is_text_and_keeps_the_focus(reader: Reader, hall: Hall) -> None:
    page, (card, *_) = reader.page, hall.seed(6)
    evil = "<img src=x onerror=alert(1)>{{7*7}}</script>"
    button = f"document.querySelector({listen(card)!r})"
    page.evaluate(f"{button}.focus()")
    change = "UPDATE topics_snippets SET title = %s WHERE id = %s"
    hall.connection.execute(change, [evil, card.snippet_id])
    page.wait(f"{TITLES}.includes({evil!r})")
    assert page.evaluate(f"document.activeElement === {button}")
    assert not page.evaluate(there(".sleeve-title *, .sleeve img[src=x]"))
    reader.open()  # and as the server writes it
    assert evil in page.evaluate(TITLES)
    assert not page.evaluate(there(".sleeve-title *, .sleeve img[src=x]"))
    hall.connection.execute(change, [card.title, card.snippet_id])


def test_no_address_of_a_stranger_runs_anything(reader: Reader) -> None:
    page = reader.page
    page.evaluate(
        f"""(() => {{ const {{snippetId}} =
            document.querySelector('ae-episode-card').context.componentModel.properties;
        const bad = 'javascript:alert(1)', card = '/cards/' + snippetId;
        {DATA}.set(card + '/cover', bad);
        {DATA}.set(card + '/sentences', [{{text: '<b>x</b>', source: bad, url: bad, quote: bad}}]);
        }})()"""
    )
    page.wait("document.querySelector('.teaser').textContent.startsWith('<b>x</b>')")
    addresses = "[...document.querySelectorAll('[href], [src]')].map((e) => e.href ?? e.src)"
    assert not [each for each in page.evaluate(addresses) if each.startswith("javascript")]
    assert page.evaluate("document.querySelector('.card').querySelector('img')") is None


def test_a_page_that_is_none_is_not_shown(reader: Reader) -> None:
    """A component nobody knows, in an answer from the server: what stands there stands."""
    page = reader.page
    page.evaluate(
        """(() => { const fetched = window.fetch; window.fetch = async (...asked) => {
        const answer = await fetched(...asked);
        if (!answer.url.includes('snippets')) return answer;
        const told = await answer.json();
        told.ui.messages[1].updateComponents.components[0].component = 'Script';
        return new Response(JSON.stringify(told), {headers: {'Content-Type': 'application/json'}});
        }; })()"""
    )
    page.click(chip(page, "Food"))
    page.wait(there(".banner[data-tone=error]"))
    assert page.evaluate(CARDS) == 6


def test_without_a_network_the_page_says_so_and_comes_back(reader: Reader) -> None:
    page = reader.page
    with page.offline():
        page.wait(there(".banner[data-tone=offline]"))
        page.wait("[...document.querySelectorAll('.listen')].every((each) => each.disabled)")
        assert "Offline" in page.evaluate("document.querySelector('.listen').innerText")
        assert page.evaluate(CARDS) == 6
    page.wait("!document.querySelector('.banner') && !document.querySelector('.listen').disabled")
    page.forgive("Failed to load resource: net::ERR_INTERNET_DISCONNECTED")


def test_what_could_not_be_had_can_be_tried_again(reader: Reader) -> None:
    page = reader.page
    page.send("Network.setBlockedURLs", urls=["*/api/v1/snippets*"])
    page.click(chip(page, "Food"))
    page.wait(there(".banner[data-tone=error]"))
    assert page.evaluate(CARDS) == 6
    page.send("Network.setBlockedURLs", urls=[])
    page.click(".banner button")
    page.wait(f"!document.querySelector('.banner') && {CARDS} === 1")
    page.forgive("Failed to load resource: net::ERR_BLOCKED")


def test_who_is_signed_out_is_led_to_the_door(reader: Reader) -> None:
    page = reader.page
    page.send("Network.clearBrowserCookies")
    page.click(chip(page, "Food"))
    page.wait(there(".banner a"))
    link = page.evaluate("document.querySelector('.banner a').href")
    assert link.endswith("/login?next=%2F%3Fcategory%3Dfood")
    page.click(".masthead a[href='/library']")
    page.wait("document.querySelector('h1').textContent === 'Library'")
    page.wait("document.querySelector('.banner a')?.search === '?next=%2Flibrary'")
    page.click(".masthead a[href='/']")
    page.wait("document.querySelector('.banner a')?.search === '?next=%2F'")
    page.forgive("Failed to load resource: the server responded with a status of 401")


def test_a_cover_that_is_gone_leaves_its_sleeve(reader: Reader) -> None:
    page = reader.page
    page.evaluate(
        f"{DATA}.set('/cards/' + document.querySelector('ae-episode-card').context"
        ".componentModel.properties.snippetId + '/cover', '/web/assets/none.jpg')"
    )
    page.wait("document.querySelector('.card img').hidden")
    assert page.evaluate("getComputedStyle(document.querySelector('.card img')).display") == "none"
    page.forgive("Failed to load resource: the server responded with a status of 404")


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


def test_a_first_visit_sees_stories_come(page: Page, bare: Hall) -> None:
    reader = sign_in(page, bare.facade)
    page.wait("document.querySelector('.notice').textContent.includes('being found')")
    assert page.evaluate("document.querySelectorAll('.skeleton').length") == 7
    [first] = bare.seed(1)
    page.wait(f"{TITLES}.includes({first.title!r})")
    bare.seed(2, first=1)  # behind the first one: nothing that stands there moves
    page.wait(f"{CARDS} === 3")
    assert page.evaluate(TITLES)[0] == first.title
    assert not page.evaluate(there(".pill"))
    bare.seed(15)
    reader.open()
    assert page.evaluate(CARDS) == 13
    page.click(".more button")
    page.wait(f"{CARDS} === 15")
    assert len(set(page.evaluate(TITLES))) == 15
    assert not page.evaluate(there(".more"))
    page.click("article:last-of-type .deeper")  # and as many are there when one comes back
    page.wait("location.pathname.startsWith('/topics/')")
    page.evaluate("history.back()")
    page.wait(f"location.pathname === '/' && {CARDS} === 15")


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
