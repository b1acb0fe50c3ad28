"""Web pages: a walk over the leaf blocks that keeps headings, beside trafilatura's reading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.wcha.formats.page_content import find_content
from agents.wcha.formats.page_facts import page_facts
from agents.wcha.formats.page_leaves import is_prose, walk_leaves
from agents.wcha.text import Block, clean_prose, count_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_END_MATTER = re.compile(
    r"^(?:references|notes|see also|external links|further reading|bibliography|citations|sources"
    r"|footnotes|related(?: \w+)*|comments|contents|table of contents|share|more (?:from|on|in) .+"
    r"|about the authors?|you (?:may|might) also like.*|recommended.*|newsletter.*|works cited"
    r"|notes and references|navigation|subscribe.*|read (?:more|next).*|tags|discography)\W*$",
    re.IGNORECASE,
)
_BYLINE = 12
_MANY_ELEMENTS = 20_000
"""Beyond so many a second reading takes seconds and finds nothing new."""


@dataclass(frozen=True)
class Page:
    """What one reading of a page found."""

    blocks: list[Block]
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def prose_words(self) -> int:
        """Words in paragraphs that read like sentences."""
        return sum(count_words(b.text) for b in self.blocks if not b.level and is_prose(b.text))


def read_html(text: str) -> Page:
    """The richer of two readings of a page."""
    root = _parse(text)
    if root is None:
        return Page([])
    fields = page_facts(root)
    page = Page(_trim(_without_end_matter(walk_leaves(find_content(root)))), fields)
    fields.update(_own_title(page.blocks))
    if sum(1 for _ in root.iter()) > _MANY_ELEMENTS:
        return page
    other = Page(_trim(_without_end_matter(_read_with_trafilatura(text))), fields)
    # The walk keeps headings, so the other must be clearly richer to be preferred.
    if other.prose_words > page.prose_words * 1.15:
        return other
    return page


def _parse(text: str) -> "HtmlElement | None":
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")).replace("\x00", "")
    try:
        return document_fromstring(bare, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _trim(blocks: list[Block]) -> list[Block]:
    """Leave out bylines and buttons before the first sentence and after the last."""
    prose = [i for i, block in enumerate(blocks) if not block.level and is_prose(block.text)]
    if not prose:
        return blocks
    return [
        block
        for i, block in enumerate(blocks)
        if block.level or prose[0] <= i <= prose[-1] or count_words(block.text) > _BYLINE
    ]


def _own_title(blocks: list[Block]) -> dict[str, str]:
    """The text's only top heading names it better than the page's title bar."""
    top = [block.text for block in blocks if block.level == 1]
    return {"title": top[0]} if len(top) == 1 else {}


def _without_end_matter(blocks: list[Block]) -> list[Block]:
    """Leave out sections such as references and related links."""
    kept: list[Block] = []
    skipped = 0
    for block in blocks:
        if block.level:
            if skipped and block.level > skipped:
                continue
            skipped = block.level if _END_MATTER.match(block.text) else 0
        if not skipped:
            kept.append(block)
    return kept


def _read_with_trafilatura(text: str) -> list[Block]:
    from trafilatura import bare_extraction

    found = bare_extraction(
        text, include_comments=False, include_tables=False, include_images=False, fast=True
    )
    body = getattr(found, "body", None)
    return list(_trafilatura_blocks(body)) if body is not None else []


def _trafilatura_blocks(body: Any) -> Iterator[Block]:
    for element in body.iter("head", "p", "item", "quote"):
        if element.tag in {"item", "quote"} and element.find(".//p") is not None:
            continue
        words = clean_prose("".join(element.itertext()))
        if words:
            rank = re.sub(r"\D", "", element.get("rend") or "") or "2"
            yield Block(words, min(int(rank), 6) if element.tag == "head" else 0)
