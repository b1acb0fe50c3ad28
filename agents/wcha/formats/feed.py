"""RSS and Atom feeds: entries as text, whatever mark-up they came with."""

import calendar
import codecs
import contextlib
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax import SAXException

from agents.wcha.errors import NoFeed
from agents.wcha.formats.page_leaves import walk_leaves
from agents.wcha.text import BREAK, Block, Heading, assemble, clean, clean_prose, count_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PARSER = 1
"""The number of this reading of feeds: what another one read is read anew."""
LONGEST_TITLE, LONGEST_TEXT = 500, 20_000
_MOST_TAGS, _LONGEST_NAME, _LONGEST_ADDRESS = 12, 200, 2_000
_TITLE_WORDS = 12
_WHOLE_WORDS = 150
"""Fewer words than this are an extract, even where a feed calls them the content."""
_OFTEN = 3
_DECLARED = re.compile(rb"""encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_HIDDEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "math", "figure",
           "audio", "video", "form", "button", "select", "textarea", "table")  # fmt: skip
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_FAREWELL = re.compile(
    r"\s*(?:The post .{1,300}? (?:appeared|was) first (?:appeared|published)? ?on .{1,200}$"
    r"|(?:Continue|Keep) reading\b.{0,200}$|Read (?:more|on|the (?:full|rest))\b.{0,120}$"
    r"|(?:Share|Follow|Tweet|Like|Pin|E-?mail) (?:this|us|on|it)\b.{0,120}$"
    r"|(?:Click|Tap) here\b.{0,120}$|Comments(?: \(\d+\))?$)",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\b(?:continue reading|read more)\b.{0,80})\W*$", re.IGNORECASE)
_TAIL = 600
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“‘(]?[A-ZÀ-Þ0-9])")


@dataclass(frozen=True)
class Entry:
    """One entry. ``link`` stands as it was given; ``text`` is paragraphs, into which ``outline``
    points; ``published_at`` is what the entry says, which may be nonsense; ``complete`` where the
    feed carries the whole text.
    """

    key: str | None
    link: str | None
    title: str
    text: str
    outline: list[Heading] = field(default_factory=list)
    author: str | None = None
    tags: list[str] = field(default_factory=list)
    published_at: datetime | None = None
    complete: bool = False


@dataclass(frozen=True)
class Feed:
    """A feed's title and newest entries. ``minutes``: how long it wants to be left alone;
    ``broken``: it is no well-formed XML, and what could be read of it was.
    """

    title: str | None
    entries: list[Entry]
    minutes: float | None = None
    broken: bool = False


@dataclass
class _Draft:
    raw: Any
    title: str
    blocks: list[Block]
    whole: bool
    """Whether its feed calls this the content, and it does not end as an extract does."""


def prepare(data: bytes) -> None:
    """Load what reading these bytes may need from a file: the codec they name."""
    for name in _DECLARED.findall(data[:400]):
        with contextlib.suppress(LookupError, UnicodeError):
            codecs.lookup(name.decode("ascii"))


def read_feed(data: bytes, most: int) -> Feed:
    """The newest ``most`` entries of a feed.

    Raises:
        NoFeed: this is none.
    """
    import feedparser

    # Bare bytes would first be tried as the name of a file of ours.
    found = feedparser.parse(io.BytesIO(data), resolve_relative_uris=True, sanitize_html=False)
    if not found.get("version"):
        raise NoFeed
    drafts = [_draft(raw) for raw in _newest(found.entries, most)]
    _drop_repeated(drafts)
    entries = [entry for draft in drafts if (entry := _finish(draft)) is not None]
    title = to_line(str(found.feed.get("title") or ""))[:_LONGEST_NAME] or None
    broken = isinstance(found.get("bozo_exception"), SAXException)
    return Feed(title, entries, _minutes(found.feed), broken)


def _newest(raws: list[Any], most: int) -> Iterable[Any]:
    """Each entry once, those of a known date first, the newest of them first of all."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for raw in raws:
        own = str(raw.get("id") or raw.get("link") or "")
        mark = (own,) if own else (str(raw.get("title")), str(raw.get("summary")))
        same = (str(raw.get("title")), str(raw.get("link")), str(raw.get("summary")))
        if mark not in seen and same not in seen:
            seen |= {mark, same}
            kept.append((_moment(raw), raw))
    now = datetime.now(UTC)
    # What claims to be from the future is as new as what says nothing.
    kept.sort(key=lambda one: min(one[0] or now, now), reverse=True)
    return [raw for _, raw in kept[:most]]


def _draft(raw: Any) -> _Draft:
    offered = [str(one.get("value") or "") for one in raw.get("content") or []]
    summary = str(raw.get("summary") or "")
    longest = max([*offered, summary], key=len)
    blocks = _without_farewell(to_blocks(longest))
    title = to_line(str(raw.get("title") or ""))[:LONGEST_TITLE]
    whole = longest in offered and not _CUT_OFF.search(to_line(longest[-_TAIL:]))
    return _Draft(raw, title, blocks, whole)


def _drop_repeated(drafts: list[_Draft]) -> None:
    """A sentence that stands in several entries of one feed says nothing of any."""
    texts = {tuple(block.text for block in draft.blocks) for draft in drafts}
    counted = Counter(
        sentence
        for text in texts
        for sentence in {one for block in text for one in _SENTENCE.split(block)}
        if count_words(sentence) >= 3
    )
    often = {sentence for sentence, count in counted.items() if count >= _OFTEN}
    if not often:
        return
    for draft in drafts:
        draft.blocks = [
            Block(text, block.level)
            for block in draft.blocks
            if (text := " ".join(s for s in _SENTENCE.split(block.text) if s not in often))
        ]


def _finish(draft: _Draft) -> Entry | None:
    text, outline = assemble(_within(draft.blocks), draft.title)
    title = draft.title or " ".join(text.split()[:_TITLE_WORDS])[:LONGEST_TITLE]
    if not title or not any(map(str.isalnum, title)):
        return None
    raw = draft.raw
    return Entry(
        key=str(raw.get("id") or "")[:_LONGEST_ADDRESS] or None,
        link=_link(raw), title=title, text=text, outline=outline,
        author=to_line(str(raw.get("author") or ""))[:_LONGEST_NAME] or None,
        tags=_tags(raw), published_at=_moment(raw),
        complete=draft.whole and count_words(text) >= _WHOLE_WORDS,
    )  # fmt: skip


def _within(blocks: list[Block]) -> list[Block]:
    kept, total = [], 0
    for block in blocks:
        total += len(block.text) + len(BREAK)
        if total > LONGEST_TEXT:
            break
        kept.append(block)
    return kept or [Block(block.text[:LONGEST_TEXT]) for block in blocks[:1]]


def _link(raw: Any) -> str | None:
    """Where it leads: past those who count readers, where the feed says so."""
    link = str(raw.get("feedburner_origlink") or raw.get("link") or "").strip()
    return link if link and len(link) <= _LONGEST_ADDRESS else None


def _tags(raw: Any) -> list[str]:
    terms = (
        to_line(str(one.get("label") or one.get("term") or "")) for one in raw.get("tags") or []
    )
    return list(dict.fromkeys(term[:60] for term in terms if term))[:_MOST_TAGS]


def _moment(raw: Any) -> datetime | None:
    parsed = raw.get("published_parsed") or raw.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _minutes(feed: Any) -> float | None:
    said = str(feed.get("ttl") or "").strip()
    return float(said[:6]) if said.isascii() and said.isdigit() else None


def _without_farewell(blocks: list[Block]) -> list[Block]:
    kept = []
    for block in blocks:
        text = _FAREWELL.sub("", block.text).strip()
        if text:
            kept.append(Block(text, block.level))
    return kept


# Mark-up


def to_line(text: str) -> str:
    """One line of text without mark-up, whatever was packed into what."""
    for _ in range(3):
        if not (_MARKUP.search(text) or _ENTITY.search(text)):
            break
        root = _parse(text)
        text = "" if root is None else " ".join(root.itertext())
    return _bare(clean(text))


def to_blocks(text: str) -> list[Block]:
    """Paragraphs and headings of a piece of HTML, or of plain text."""
    root = _parse(text)
    blocks = [] if root is None else walk_leaves(root)
    return [Block(bare, one.level) for one in blocks if (bare := _bare(_again(one.text)))]


def _again(text: str) -> str:
    """A paragraph in which mark-up was spelled out as text."""
    return to_line(text) if _MARKUP.search(text) else clean_prose(text)


def _bare(text: str) -> str:
    """Nothing that a careless reader could take for a tag."""
    while _MARKUP.search(text):
        text = _MARKUP.sub(lambda sign: sign[0][1:], text)
    return text.strip()


def _parse(text: str) -> "HtmlElement | None":
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = document_fromstring(f"<div>{text.replace(chr(0), '')}</div>", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    etree.strip_elements(root, *_HIDDEN, with_tail=False)
    return root
