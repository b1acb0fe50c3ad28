"""The walk over a page's leaf blocks, in document order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.wcha.text import Block, clean_prose, count_words, ends_sentence

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    {"address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
     "fieldset", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
     "html", "li", "main", "ol", "p", "section", "summary", "table", "tbody", "td", "tfoot", "th",
     "thead", "tr", "ul"}
)  # fmt: skip
_BOILERPLATE = re.compile(
    r"cookie|all rights reserved|©|copyright \d|subscribe|sign up|sign in|log in|newsletter"
    r"|share this|advertisement|read more|click here|skip to|follow us|terms of (?:use|service)"
    r"|privacy policy|javascript|your browser|leave a (?:comment|reply)|min(?:ute)?s? read"
    r"|back to top|jump to|from wikipedia|table of contents|print this|powered by|accept all",
    re.IGNORECASE,
)
_SHORT = 25
_ANCHOR_SIGNS = "¶#§🔗 "


@dataclass
class _Run:
    """The text gathered since the last block boundary."""

    level: int = 0
    pieces: list[str] = field(default_factory=list)
    linked: int = 0

    def block(self) -> Block | None:
        """The run as a block, or nothing if it is no text worth keeping."""
        text = clean_prose("".join(self.pieces))
        words = count_words(text)
        if self.level:
            return Block(text.rstrip(_ANCHOR_SIGNS), self.level) if 0 < words <= _SHORT else None
        if words < 3 or (self.linked * 2 > len(text) and words < 30):
            return None
        if words < _SHORT and (_BOILERPLATE.search(text) or text.endswith("[…]")):
            return None
        return Block(text)


def walk_leaves(root: "HtmlElement") -> list[Block]:
    """The text between block boundaries, in document order."""
    return [block for run in _runs(root) if (block := run.block())]


def _runs(root: "HtmlElement") -> Iterator[_Run]:
    from lxml import etree

    run = _Run()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = str(element.tag)
        if tag in _BLOCKS or (tag == "br" and event == "start" and _is_double(element)):
            yield run
            run = _Run(_level(element, event))
        if event == "end" and element is root:
            break
        _gather(run, event, element)
    yield run


def _is_double(br: "HtmlElement") -> bool:
    """Two line breaks in a row separate paragraphs."""
    before = br.getprevious()
    return before is not None and before.tag == "br" and not (before.tail or "").strip()


def _level(element: "HtmlElement", event: str) -> int:
    """The heading level of the text that follows an event."""
    inside = element if event == "start" else element.getparent()
    while inside is not None and inside.tag in {"div", "p"}:
        inside = inside.getparent()
    match = re.fullmatch(r"h([1-6])", str(inside.tag)) if inside is not None else None
    return int(match[1]) if match else 0


def _gather(run: _Run, event: str, element: "HtmlElement") -> None:
    text = element.text if event == "start" else element.tail
    if event == "start" and element.tag == "br":
        run.pieces.append(" ")
    if not text:
        return
    if event == "start" and element.tag == "sup" and re.fullmatch(r"\W*\d{1,3}\W*", text):
        return
    if event == "start" and element.tag == "a":
        run.linked += len(text)
    run.pieces.append(text)


def is_prose(text: str) -> bool:
    """Whether a text reads like at least one sentence."""
    return count_words(text) >= 6 and ends_sentence(text)
