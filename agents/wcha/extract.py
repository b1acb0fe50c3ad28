"""From a source's bytes to clean text, whatever their format."""

import re
import time
from collections.abc import Callable

from agents.wcha.errors import ImageOnlySource, NoText, TooLarge, TooSlow
from agents.wcha.settings import HarvestSettings
from agents.wcha.sniff import sniff
from agents.wcha.text import Block, Extracted, assemble, clean, shorten

_UNTITLED = re.compile(
    r"^(?:untitled.*|microsoft word.*|.*\.(?:docx?|pdf|tex|indd|html?)|document\d*)$", re.I
)
_ADDRESS = re.compile(r"\w@\w|://|\bwww\.")
_LEGAL = re.compile(
    r"permission is (?:hereby )?granted|copyright (?:©|\(c\)|c)? ?\d{4}|all rights reserved"
    r"|implied warranty|redistributions? (?:of|and)|public license|documentation license"
    r"|isbn[ :-]?[\dx-]{9}",
    re.IGNORECASE,
)
_MIN_NUMBER_SHARE = 0.25


def _nothing() -> None:
    """Nothing is to be done before the parser begins."""


def extract(
    data: bytes,
    settings: HarvestSettings | None = None,
    before_parsing: Callable[[], None] = _nothing,
) -> Extracted:
    """Read one source. The format is judged by the bytes alone.

    ``before_parsing`` is called once the bytes are decoded and a parser is about to see them.

    Raises:
        UnreadableSource: one of its kinds, with a sentence for the listener.
    """
    limits = settings or HarvestSettings()
    if len(data) > limits.source_max_bytes:
        raise TooLarge(f"This source is larger than {limits.source_max_bytes // 1_000_000} MB.")
    deadline = time.monotonic() + limits.source_seconds
    kind, text = sniff(data)
    before_parsing()
    if kind == "pdf":
        found = _from_pdf(data, limits, deadline)
    elif len(text) > 4 * limits.source_max_characters and kind != "html":
        found = _read_text(kind, text[: 4 * limits.source_max_characters], limits)
    else:
        found = _read_text(kind, text, limits)
    if time.monotonic() > deadline + limits.source_seconds:
        raise TooSlow
    return _sufficient(found, kind, limits)


def _sufficient(found: Extracted, kind: str, limits: HarvestSettings) -> Extracted:
    if found.words >= limits.source_min_words:
        return found
    if not found.words:
        raise ImageOnlySource if kind == "pdf" else NoText
    raise NoText(
        f"There is too little text in this source: {found.words} words, "
        f"and an episode needs at least {limits.source_min_words}."
    )


def _from_pdf(data: bytes, limits: HarvestSettings, deadline: float) -> Extracted:
    from agents.wcha.formats.pdf import read_pdf

    blocks, fields = read_pdf(data, limits.source_max_pages, deadline)
    return _finish(blocks, fields, limits)


def _read_text(kind: str, text: str, limits: HarvestSettings) -> Extracted:
    if kind == "html":
        from agents.wcha.formats.html import read_html

        page = read_html(text)
        return _finish(page.blocks, page.fields, limits)
    if kind == "markdown":
        from agents.wcha.formats.markdown import read_markdown

        blocks, fields = read_markdown(text)
        return _finish(blocks, fields, limits)
    from agents.wcha.formats.plain import read_plain

    return _finish(read_plain(text), {}, limits)


def _finish(blocks: list[Block], fields: dict[str, str], limits: HarvestSettings) -> Extracted:
    from agents.wcha.formats.markdown import parse_date

    spoken = [block for block in _without_imprint(blocks) if not _is_figures(block.text)]
    kept, cut = shorten(spoken, limits.source_max_characters)
    title = _title(kept, fields.get("title"))
    body, outline = assemble(kept, title)
    return Extracted(
        body, outline, title, clean(fields.get("author", "")) or None,
        parse_date(fields.get("date")), cut,
    )  # fmt: skip


def _without_imprint(blocks: list[Block]) -> list[Block]:
    """Leave out addresses among the headings, and the lawyers' paragraphs of a title page."""
    return [
        block
        for index, block in enumerate(blocks)
        if not (
            _ADDRESS.search(block.text) if block.level else index < 15 and _is_legal(block.text)
        )
    ]


def _is_legal(text: str) -> bool:
    return len(text) < 900 and _LEGAL.search(text) is not None


def _is_figures(text: str) -> bool:
    """Rows of numbers are no prose: more than a quarter of the signs are digits."""
    signs = [character for character in text if not character.isspace()]
    return sum(map(str.isdigit, signs)) > _MIN_NUMBER_SHARE * len(signs)


def _title(blocks: list[Block], named: str | None) -> str | None:
    """The only top heading if it leads, else what the source calls itself, else what leads."""
    tops = [block for block in blocks if block.level == 1]
    if len(tops) == 1 and _leads(tops[0], blocks):
        return clean(tops[0].text)[:300]
    own = clean(named or "")
    if own and not _UNTITLED.match(own):
        return own[:300]
    top = [block for block in blocks[:6] if block.level]
    best = min((block.level for block in top), default=0)
    return next((clean(b.text)[:300] for b in top if b.level == best and _leads(b, blocks)), None)


def _leads(block: Block, blocks: list[Block]) -> bool:
    """Whether a heading stands before any text: then it is a title, not a section's."""
    first_text = next((i for i, b in enumerate(blocks) if not b.level), 0)
    return blocks.index(block) < max(first_text, 1)
