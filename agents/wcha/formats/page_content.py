"""What of a page is content, and what surrounds it."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING

from agents.wcha.text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "nav", "footer", "aside",
     "button", "select", "input", "textarea", "iframe", "object", "embed", "video", "audio",
     "canvas", "figcaption", "picture", "dialog", "menu", "rt", "rp", "map", "head",
     "del", "pre"}
)  # fmt: skip
_WRAPPERS = frozenset({"form", "figure"})
_FEW = 400
_KEPT = frozenset({"html", "body", "main", "article", "code"})
_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog",
     "alert", "menu", "toolbar", "tooltip", "doc-endnotes", "doc-bibliography", "doc-toc", "note"}
)  # fmt: skip
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|newsletter|subscri\w*|promo\w*|advert\w*|ads?|sponsor\w*"
    r"|sidebar|share|sharing|social\w*|related|recommend\w*|comments?|breadcrumbs?|footer|nav"
    r"|navbar|navbox|navigation|menu|toc|pagination|pager|popup|modal|paywall|infobox|metadata"
    r"|editsection|references?|reflist|footnotes?|hatnote|captions?|byline|skip|sr-only"
    r"|visually-hidden|printfooter|catlinks|mw-jump-link|noprint|credits?|login|signup|toolbar"
    r"|disqus|rating\w*|mw-cite-backlink|sistersitebox|shortdescription|ambox|thumb|gallery"
    r"|headerlink)(?:$|[\s_-])",
    re.IGNORECASE,
)


def find_content(root: "HtmlElement") -> "HtmlElement":
    """Remove what surrounds the text; the element that holds most of what is left."""
    _drop(root, _is_foreign)
    whole = _paragraph_text(root)
    bare = deepcopy(root)
    _drop(bare, lambda element: _is_marked(element) and _paragraph_text(element) * 4 < whole)
    # Names can mislead: where they cost most of the text, this page means something else by them.
    content = bare if _paragraph_text(bare) * 2 >= whole else root
    whole = _paragraph_text(content)
    found = content.xpath("//article | //main | //*[@role='main'] | //*[@id='content']")
    best = max(found, key=_paragraph_text, default=content)
    return best if _paragraph_text(best) * 2 >= whole > 0 else content


def _drop(root: "HtmlElement", judge: "Callable[[HtmlElement], bool]") -> None:
    for element in list(root.iter("*")):
        if element is not root and element.getparent() is not None and judge(element):
            element.drop_tree()


def _is_foreign(element: "HtmlElement") -> bool:
    """What is never part of a text: scripts, forms, pictures, tables of figures."""
    if element.tag in _WRAPPERS:
        return _paragraph_text(element) < _FEW
    if element.tag == "table":
        return _is_data_table(element)
    return element.tag in _DROPPED


def _is_marked(element: "HtmlElement") -> bool:
    if element.tag in _KEPT:
        return False
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if "display:none" in (element.get("style") or "").replace(" ", ""):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.get("role") in _ROLES or _CHROME.search(names) is not None


def _is_data_table(table: "HtmlElement") -> bool:
    """A table lays out prose when most of its text stands in sentences."""
    texts = [clean(cell.text_content()) for cell in table.xpath(".//td[not(.//table)]")]
    prose = sum(len(text) for text in texts if len(text.split()) > 25 and ". " in text)
    return prose * 2 < sum(map(len, texts)) or not texts


def _paragraph_text(element: "HtmlElement") -> int:
    """Characters in the element's paragraphs; without any, half of all its characters."""
    inside = sum(len(p.text_content()) for p in element.iter("p"))
    return inside or len(element.text_content()) // 2
