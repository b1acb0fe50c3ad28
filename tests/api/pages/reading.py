"""Reads a page as a browser without scripts does, and finds fault with it as a validator does."""

import json
from typing import Any

import httpx
from lxml import etree, html

UNKNOWN_TO_LXML = "Tag "
"""libxml2 knows no element of HTML 5 by name; it reads them all the same."""
MAY_RUN = {"module", "application/json"}


def read(answer: httpx.Response) -> Any:
    """The page's tree, held against what every page of ours keeps to."""
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    parser = html.HTMLParser(recover=True, encoding="utf-8")
    page = html.document_fromstring(answer.content, parser=parser)
    wrong = [str(each) for each in parser.error_log if not each.message.startswith(UNKNOWN_TO_LXML)]
    assert wrong == []
    assert {each.get("type") for each in page.iter("script")} <= MAY_RUN
    for each in page.iter(etree.Element):
        assert not [name for name in each.attrib if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "cite"):
            address = each.get(name, "/")
            assert address.startswith(("/", "#", "http://", "https://")), (each.tag, address)
            assert not address.startswith("//")
    ids = [each.get("id") for each in page.iter(etree.Element) if each.get("id")]
    assert len(set(ids)) == len(ids)
    assert len(page.findall(".//h1")) == 1
    for place in ("surface", "status", "dock", "page"):
        assert place in ids
    return page


def given(answer: httpx.Response) -> Any:
    """What the page gives to its script, found as the script finds it."""
    begin = '<script type="application/json" id="page">'
    text = answer.text[answer.text.index(begin) + len(begin) :]
    return json.loads(text[: text.index("</script>")])


def texts(page: Any, kind: str) -> list[str]:
    """What elements of that class say."""
    found = page.xpath(f".//*[contains(concat(' ', @class, ' '), ' {kind} ')]")
    return [each.text_content().strip() for each in found]


def titles(page: Any) -> list[str]:
    """The cards' titles, in their order."""
    return texts(page, "sleeve-title")
