"""The landing page on the real stack: a story heard, read, checked, and left for another one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.login_link import mint
from tests.acceptance.api import Caller
from tests.acceptance.conftest import Stack
from tests.acceptance.killing import wait_for
from tests.api.conftest import make_settings
from tests.api.web.chromium import Page, open_browser
from tests.api.web.conftest import CHROMIUM, NO_CHROMIUM
from tests.api.web.landing.test_journey import DOCK, FOCUS, LIT, LOUDNESS, SILENCE_DBFS, STATE

pytestmark = pytest.mark.acceptance

READER = "reader"
NOTE = """document.addEventListener("click", () => (window.pressedAt = performance.now()), true)"""
"""Notes when a button was pressed."""
WATCH = f"""(() => {{
  window.heardAt = null;
  const watch = setInterval(() => {{
    if (window.loudness() <= {SILENCE_DBFS}) return;
    window.heardAt = performance.now();
    clearInterval(watch);
  }}, 10);
}})()"""
"""Notes when sound comes."""


@pytest.fixture
def page(stack: Stack, tmp_path: Path) -> Iterator[Page]:
    """The landing page in a browser that is signed in, with cards."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    code = mint(make_settings(stack.database_url, tmp_path, stack.url(8080)), READER)
    with open_browser(CHROMIUM, tmp_path / "chromium") as browser, browser.tab() as opened:
        opened.look(1440, 900, "light")
        opened.open(f"{stack.facade}/login?code={code}&next=/")
        opened.click("button")
        opened.wait("location.pathname === '/'")
        opened.wait("document.querySelectorAll('ae-page .listen').length > 1", 60)
        yield opened
        assert opened.complaints == []


@pytest.fixture
def reader(stack: Stack) -> Iterator[Caller]:
    """The same person as a program; what they had begun is stopped at the end."""
    made = stack.run("-m", "api.token", "--subject", READER, "--days", "1")
    assert made.returncode == 0, made.stderr
    caller = Caller(stack.facade, made.stdout.strip())
    yield caller
    for each in caller.client.get("/api/v1/podcasts").json()["podcasts"]:
        if each["status"] == "GENERATING":
            caller.client.delete(f"/api/v1/podcasts/{each['podcast_id']}")


def hear(page: Page, place: int) -> None:
    """Press "Listen" on a card, and wait until it sounds; how long that took is only told."""
    title: str = page.evaluate(f"document.querySelectorAll('.sleeve-title')[{place}].textContent")
    page.evaluate(f"document.querySelectorAll('article .listen')[{place}].id = 'pressed-{place}'")
    page.click(f"#pressed-{place}")
    page.wait(f"{DOCK}.querySelector('.dock-title').textContent === {title!r}")
    page.wait(f"window.loudness() <= {SILENCE_DBFS}")  # what was heard before is heard no more
    page.evaluate(WATCH)
    page.wait("document.querySelector('.dock-making').textContent !== ''", 30)
    page.wait("window.heardAt", 60)
    seconds = page.evaluate("(window.heardAt - window.pressedAt) / 1000")
    print(f"from the press to sound: {seconds:.2f} s")


def test_a_story_is_heard_read_checked_left_and_followed_by_another(
    page: Page, reader: Caller
) -> None:
    page.evaluate(LOUDNESS, pressed=True)
    page.evaluate(NOTE)
    hear(page, 0)

    page.click(".dock-read")
    page.wait("location.pathname.startsWith('/listen/')")
    page.wait(f"{LIT} !== undefined", 30)
    page.wait("document.querySelector('.citation-mark') !== null", 30)
    page.click(".citation-mark")
    quote, source = page.evaluate(
        """["quote", "title"].map((each) =>
            document.querySelector(`.citation:not([hidden]) .citation-${each}`).textContent)"""
    )
    assert len(quote) > 10
    assert source
    page.press("Escape")
    assert page.evaluate(f"{FOCUS}.className") == "citation-mark"

    page.evaluate("history.back()")
    page.wait("location.pathname === '/' && document.querySelector('.transcript').hidden")
    hear(page, 1)
    assert page.evaluate(STATE) in ("playing", "stalled")
    asked = wait_for(lambda: reader.client.get("/api/v1/podcasts").json()["podcasts"], "podcasts")
    assert len(asked) == 2
