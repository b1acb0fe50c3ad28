"""Web pages: the text stays, everything around it goes."""

from datetime import date

from lxml.html import document_fromstring

from agents.wcha.extract import extract
from agents.wcha.formats.page_content import find_content
from agents.wcha.formats.page_leaves import walk_leaves

PROSE = (
    "The harbour was built in 1872, and for eighty years it was the busiest on the coast. "
    "Then the river silted up, and within ten years the last ship had gone."
)
MORE = "Today the old warehouses hold a market, a school of music and some four hundred flats."


def page(main: str, head: str = "", around: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>The Old Harbour | Coast News</title>{head}</head>"
        f"<body>{around}<main>{main}</main></body></html>"
    ).encode()


def test_headings_and_paragraphs_are_kept_and_told_apart() -> None:
    found = extract(
        page(f"<h1>The Old Harbour</h1><p>{PROSE}</p><h2>Today</h2><p>{MORE}</p><p>{PROSE}</p>")
    )
    assert found.title == "The Old Harbour"
    assert found.body == f"{PROSE}\n\n{MORE}\n\n{PROSE}"
    (heading,) = found.outline
    assert (heading["level"], heading["text"]) == (2, "Today")
    assert found.body[heading["start"] :].startswith(MORE)


def test_navigation_banners_captions_and_tables_go() -> None:
    around = (
        "<nav><a href='/'>Home</a> <a href='/x'>Sport</a></nav>"
        "<div class='cookie-banner'><p>We use cookies to improve your visit to our pages.</p></div>"
        "<aside><p>Read also: ten harbours you must see before they have gone for ever.</p></aside>"
        "<footer><p>© 2026 Coast News. All rights reserved.</p></footer>"
    )
    main = (
        f"<h1>The Old Harbour</h1><p>{PROSE}</p><figure><img><figcaption>The quay in May."
        "</figcaption></figure><table><tr><td>1872</td><td>41</td></tr><tr><td>1900</td><td>77</td>"
        f"</tr></table><div class='share-buttons'>Share this story</div><p>{MORE}</p>"
        "<h2>Related articles</h2><ul><li><a href='/a'>Another harbour, another story</a></li></ul>"
    )
    body = extract(page(main, around=around)).body
    assert body == f"{PROSE}\n\n{MORE}"


def test_reference_marks_and_reference_lists_go() -> None:
    main = (
        f"<h1>X</h1><p>{PROSE[:-1]}<sup>3</sup>.<sup class='reference'>[4]</sup></p>"
        f"<p>{MORE}[12]</p>"
        "<h2>References</h2><p>A. Author, A book about harbours and their people, 1990.</p>"
    )
    found = extract(page(main))
    assert found.body == f"{PROSE}\n\n{MORE}"
    assert found.outline == []


def test_names_that_mislead_cost_nothing() -> None:
    main = "".join(
        f"<div id='toc-{n}' class='content-sidebar'><h2>Part {n}</h2><p>{PROSE}</p></div>"
        for n in range(6)
    )
    found = extract(page(main))
    own = walk_leaves(find_content(document_fromstring(page(main))))
    assert sum(block.text == PROSE for block in own) == 6
    assert found.body.count(PROSE) == 6
    assert [h["text"] for h in found.outline] == [f"Part {n}" for n in range(6)]


def test_a_page_of_breaks_instead_of_paragraphs() -> None:
    found = extract(page(f"<div>{PROSE}<br><br>{MORE}<br>{PROSE}</div>"))
    assert found.body == f"{PROSE}\n\n{MORE} {PROSE}"


def test_a_page_tells_its_author_and_date() -> None:
    head = (
        "<meta name='author' content='Ann Other'>"
        "<meta property='article:published_time' content='2024-05-19T08:00:00Z'>"
    )
    found = extract(page(f"<p>{PROSE}</p><p>{MORE}</p>", head))
    assert (found.author, found.published_on) == ("Ann Other", date(2024, 5, 19))
    assert found.title == "The Old Harbour"


def test_linked_data_tells_them_too_and_broken_data_does_no_harm() -> None:
    head = (
        "<script type='application/ld+json'>{broken</script><script type='application/ld+json'>"
        '{"@graph":[{"author":[{"name":"Jo Doe"}],"datePublished":"2023-01-02"}]}</script>'
    )
    found = extract(page(f"<p>{PROSE}</p><p>{MORE}</p>", head))
    assert (found.author, found.published_on) == ("Jo Doe", date(2023, 1, 2))


def test_an_old_encoding_is_understood() -> None:
    html = page(f"<p>{PROSE} Größe, café.</p><p>{MORE}</p>", "<meta charset='iso-8859-1'>")
    found = extract(html.decode().encode("iso-8859-1"))
    assert "Größe, café." in found.body


def test_text_that_lies_in_a_form_is_still_text() -> None:
    form = f"<form><p>{PROSE}</p><p>{MORE}</p><p>{PROSE} {MORE} {PROSE} {MORE}</p></form>"
    assert extract(page(form * 2)).words > 200
