"""From the landing page to the sound, into the transcript and its sources, back, and to another."""

from tests.api.web.chromium import Page
from tests.api.web.landing.conftest import Visitor, listen
from tests.api.web.recital import say, speak

DOCK = "document.querySelector('.dock')"
STATE = f"{DOCK}.dataset.state"
AUDIO = "document.querySelector('aethercast-player').audio"
PLACE = f"{AUDIO}.currentTime"
LIT = "document.querySelector('.transcript [aria-current]')?.dataset.line"
MAKING = "document.querySelector('.dock-making').textContent !== ''"
FOCUS = "document.activeElement"
LOUDNESS = f"""(() => {{
  const context = new AudioContext();
  const ear = context.createAnalyser();
  context.createMediaElementSource({AUDIO}).connect(ear).connect(context.destination);
  const heard = new Float32Array(ear.fftSize);
  window.loudness = () => {{
    ear.getFloatTimeDomainData(heard);
    return 10 * Math.log10(heard.reduce((sum, each) => sum + each * each, 0) / heard.length);
  }};
}})()"""
"""Decibels of what is decoded at the moment, as the browser sends it to the loudspeaker."""
SILENCE_DBFS = -50


def title_of(page: Page) -> str:
    title: str = page.evaluate("document.querySelector('.dock-title').textContent")
    return title


def test_a_story_is_heard_read_checked_left_and_followed_by_another(visitor: Visitor) -> None:
    page, (first, second, *_) = visitor.page, visitor.house.cards
    page.click(listen(first))
    page.wait(f"{STATE} === 'waiting'")
    assert title_of(page) == first.title
    button = f"document.querySelector({listen(first)!r})"
    page.wait(f"{button}.getAttribute('aria-busy') === 'true'")  # the card tells how far it is
    page.wait(MAKING)

    stage = visitor.stage(first)
    writer = stage.writer()
    speaking = speak(writer, 8, every=0.2)
    page.wait(f"{STATE} === 'playing'")
    page.evaluate(LOUDNESS, pressed=True)
    page.wait(f"window.loudness() > {SILENCE_DBFS}")

    page.click(".dock-read")
    page.wait(f"location.pathname === '/listen/{stage.workflow_id}'")
    page.wait(f"{LIT} === '0.2'")
    speaking.join()

    page.evaluate("document.querySelector('.skip').click()")  # it leads below, and moves nothing
    assert page.evaluate("[document.activeElement.id, location.hash]") == ["surface", ""]
    page.click(".line[data-line='0.0'] .citation-mark")
    opened = page.evaluate("document.querySelector('.citation:not([hidden])').textContent")
    assert "A history of coffee" in opened
    assert "example.org" in opened
    out = "(({href, target, rel}) => [href, target, rel])(document.querySelector('.citation-out'))"
    assert page.evaluate(out) == [
        "https://example.org/tides?a=1&b=2", "_blank", "noopener noreferrer nofollow",
    ]  # fmt: skip
    page.press("Escape")  # the source closes, the transcript stays
    assert page.evaluate(f"{FOCUS}.className") == "citation-mark"
    assert page.evaluate("document.querySelector('.citation:not([hidden])')") is None
    assert page.evaluate("document.querySelector('.transcript').hidden") is False

    page.evaluate("history.back()")
    page.wait("location.pathname === '/' && document.querySelector('.transcript').hidden")
    assert page.evaluate(STATE) in ("playing", "stalled", "ended")
    page.click(listen(second))
    page.wait(f"{DOCK}.querySelector('.dock-title').textContent === {second.title!r}")
    page.wait(f"{STATE} === 'waiting' && {MAKING}")
    other = visitor.stage(second)
    say(other.writer(), 2)
    page.wait(f"{STATE} === 'playing' && {PLACE} < 3")
