"""The page of stories when things go wrong: slow, cut off, signed out, lied to."""

from tests.api.web.landing.hall import CALM, CARDS, CATEGORIES, DATA, Reader, chip, there

SLOW = """(() => { const fetched = window.fetch; window.fetch = async (address, how) => {
    const slow = /category=food|library/.test(address);
    if (slow) await new Promise((go) => setTimeout(go, 500));
    const answer = await fetched(address, how);
    window.late = (window.late ?? 0) + slow;
    return answer; }; })()"""
"""Some answers take their time; `late` counts those that came."""


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
