"""What of a page is content, and what surrounds it."""

import re
from typing import TYPE_CHECKING

from agents.wcha.text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "nav", "footer", "aside", "form",
     "button", "select", "input", "textarea", "iframe", "object", "embed", "video", "audio",
     "canvas", "figure", "figcaption", "picture", "dialog", "menu", "rt", "rp", "map", "head",
     "del", "pre"}
)  # fmt: skip
_WRAPPERS = frozenset({"form", "figure"})
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
    whole = max(_paragraph_text(root), 1)
    for element in list(root.iter("*")):
        if element is not root and _is_chrome(element, whole) and element.getparent() is not None:
            element.drop_tree()
    whole = _paragraph_text(root)
    found = root.xpath("//article | //main | //*[@role='main'] | //*[@id='content']")
    best = max(found, key=_paragraph_text, default=root)
    return best if _paragraph_text(best) * 2 >= whole > 0 else root


def _is_chrome(element: "HtmlElement", whole: int) -> bool:
    """What stands around a text, judged by its tag, role and class names.

    An element with much of the page's prose is never chrome, whatever its name.
    """
    tag = str(element.tag)
    if tag in _DROPPED - _WRAPPERS:
        return True
    if tag in _KEPT:
        return False
    if tag == "table":
        return _is_data_table(element)
    marked = tag in _WRAPPERS or _is_marked(element)
    return marked and _paragraph_text(element) * 4 < whole


def _is_marked(element: "HtmlElement") -> bool:
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
