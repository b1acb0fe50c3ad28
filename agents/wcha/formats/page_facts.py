"""What a page says about itself: title, author, date."""

import json
import re
from typing import TYPE_CHECKING

from agents.wcha.text import clean, clean_prose

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SITE = re.compile(r"\s+[|•·–—-]\s+[^|•·–—]{2,40}$")


def page_facts(root: "HtmlElement") -> dict[str, str]:
    """Those of title, author and date that the page names."""
    found = {"title": _find_title(root), "author": _find_author(root), "date": _find_date(root)}
    return {key: value for key, value in found.items() if value}


def _meta(root: "HtmlElement", *names: str) -> str | None:
    for name in names:
        for value in root.xpath(
            "//meta[@name=$name or @property=$name or @itemprop=$name]/@content", name=name
        ):
            if clean(str(value)):
                return clean(str(value))
    return None


def _find_title(root: "HtmlElement") -> str | None:
    headings = [clean_prose(h.text_content()).rstrip("¶#§ ") for h in root.iter("h1")]
    named = _meta(root, "og:title", "twitter:title", "dc.title", "citation_title")
    plain = clean(" ".join(root.xpath("//head/title/text()")))
    chosen = named or _SITE.sub("", plain)
    return chosen or next((h for h in headings if h), None)


def _find_author(root: "HtmlElement") -> str | None:
    named = _meta(root, "author", "dc.creator", "citation_author", "parsely-author")
    found = named or _linked_data(root, "author")
    return None if not found or "://" in found or len(found) > 120 else found


def _find_date(root: "HtmlElement") -> str | None:
    named = _meta(
        root, "article:published_time", "date", "dc.date", "datePublished", "citation_date",
        "citation_publication_date", "pubdate", "parsely-pub-date",
    )  # fmt: skip
    found = named or _linked_data(root, "datePublished")
    times = root.xpath("//time/@datetime")
    return found or (str(times[0]) if times else None)


def _linked_data(root: "HtmlElement", key: str) -> str | None:
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        try:
            value = _dig(json.loads(str(script)), key)
        except (ValueError, RecursionError):
            continue
        if value:
            return value
    return None


def _dig(data: object, key: str) -> str | None:
    """The first ``key`` of a JSON-LD graph as a text."""
    if isinstance(data, list):
        return next((found for item in data[:50] if (found := _dig(item, key))), None)
    if not isinstance(data, dict):
        return None
    value = data.get(key)
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return clean(value) if isinstance(value, str) else _dig(data.get("@graph"), key)
