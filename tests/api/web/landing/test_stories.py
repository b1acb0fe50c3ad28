"""The page of stories: what it shows, and what it does when pressed."""

from collections.abc import Iterator

import pytest

from tests.api.web.chromium import Page
from tests.api.web.landing.conftest import listen
from tests.api.web.landing.hall import (
    CARDS,
    CATEGORIES,
    CHIPS,
    DATA,
    TITLES,
    Hall,
    Reader,
    chip,
    open_hall,
    sign_in,
    there,
)
from tests.conftest import create_database

FOCUS = "document.activeElement.textContent.trim()"
LOOKED_AWAY = """(value) => {
    Object.defineProperty(document, 'hidden', {value, configurable: true});
    document.dispatchEvent(new Event('visibilitychange')); }"""


@pytest.fixture(scope="module")
def bare(
    postgres_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    """A house that nobody has entered yet: no card at all."""
    url = create_database(postgres_server, template_database)
    with open_hall(url, tmp_path_factory.mktemp("bare")) as opened:
        opened.facade.settings.refresh_on_visit = True
        yield opened


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
    page.evaluate(f"{DATA}.set('/cards/{card.snippet_id}/minutes', 6)")
    page.wait(f"{button}.querySelector('.minutes').textContent === '5 min'")
    page.evaluate(f"{DATA}.set('/cards/{card.snippet_id}/minutes', 3)")
    page.wait(f"{button}.querySelector('.minutes').textContent === '3 min'")
    page.evaluate(  # one that is made is as long as it is, whatever is wished for now
        f"{DATA}.set('/cards/{card.snippet_id}/state', 'ready');"
        f"{DATA}.set('/cards/{card.snippet_id}/minutes', 9)"
    )
    page.wait(f"{button}.querySelector('.minutes').textContent === '9 min'")
    reader.open()  # and as the server writes it
    assert evil in page.evaluate(TITLES)
    assert not page.evaluate(there(".sleeve-title *, .sleeve img[src=x]"))
    hall.connection.execute(change, [card.title, card.snippet_id])


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
    cards = bare.seed(15)
    reader.open()
    assert page.evaluate(CARDS) == 13
    shown = page.evaluate(TITLES)
    for hidden in (each for each in cards if each.title not in shown):
        bare.connection.execute(
            "UPDATE topics_snippets SET cover_problem = 'late' WHERE id = %s", [hidden.snippet_id]
        )
    change = "UPDATE topics_snippets SET title = 'The last of all' WHERE title = %s"
    bare.connection.execute(change, [shown[0]])
    page.wait(f"{TITLES}[0] === 'The last of all'")  # told after those that are not shown
    assert not page.evaluate(there(".pill"))
    page.click(".more button")
    page.wait(f"{CARDS} === 15")
    assert len(set(page.evaluate(TITLES))) == 15
    assert not page.evaluate(there(".more"))
    page.click("article:last-of-type .deeper")  # and as many are there when one comes back
    page.wait("location.pathname.startsWith('/topics/')")
    page.evaluate("history.back()")
    page.wait(f"location.pathname === '/' && {CARDS} === 15")
