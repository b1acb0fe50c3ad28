"""Clean text with exact offsets: what every format is turned into."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypedDict

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u2028": "\n"}
)
_NOTE_MARK = re.compile(r"\s?\[(?:\d{1,3}|[a-z]|note \d+|citation needed|edit)\]")
_BEFORE_POINT = re.compile(r"(?<=\w) +(?=[,.;:!?](?:\s|$))")
_MUCH = 2_000
BREAK = "\n\n"
"""What stands between two paragraphs of a body."""
_TERMINAL = (".", "!", "?", ":", "…", "”", '"', "’", "'", ")", "»", "。", "！", "？")


class Heading(TypedDict):
    """A heading and where in the body its section starts (a character offset)."""

    level: int
    text: str
    start: int


@dataclass(frozen=True)
class Block:
    """One paragraph (level 0) or one heading (level 1 to 6)."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Extracted:
    """The text of one source.

    ``body`` holds paragraphs separated by one blank line; ``outline`` points into it;
    no heading stands in ``body``.
    """

    body: str
    outline: list[Heading] = field(default_factory=list)
    title: str | None = None
    author: str | None = None
    published_on: date | None = None
    truncated: bool = False

    @property
    def words(self) -> int:
        """How many words the body has."""
        return len(self.body.split())

    def with_defaults(
        self, title: str | None, author: str | None, published_on: date | None
    ) -> "Extracted":
        """This text, with what it does not say about itself filled in."""
        return replace(
            self,
            title=self.title or title,
            author=self.author or author,
            published_on=self.published_on or published_on,
        )


def _is_kept(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """One line of NFC text: no control or invisible characters, single spaces, quotes kept.

    Cleaning twice changes nothing more.
    """
    spaced = re.sub(r"\s+", " ", text.translate(_LIGATURES))
    visible = "".join(character for character in spaced if _is_kept(character))
    return unicodedata.normalize("NFC", re.sub(r" +", " ", visible)).strip()


def clean_prose(text: str) -> str:
    """As :func:`clean`, without reference marks such as ``[12]``."""
    bare = clean(text)
    while (shorter := _BEFORE_POINT.sub("", _NOTE_MARK.sub("", bare)).strip()) != bare:
        bare = shorter
    return bare


def ends_sentence(text: str) -> bool:
    """Whether the text ends where a sentence may end."""
    return text.rstrip().endswith(_TERMINAL)


def count_words(text: str) -> int:
    """Words with at least one letter or digit."""
    return sum(1 for word in text.split() if any(map(str.isalnum, word)))


def assemble(blocks: Iterable[Block], title: str | None = None) -> tuple[str, list[Heading]]:
    """Join paragraphs to a body and place the headings in it.

    A heading that nothing follows, and one that only repeats the title, is left out.
    """
    paragraphs: list[str] = []
    outline: list[Heading] = []
    waiting: list[Block] = []
    start = 0
    for block in _cleaned(blocks):
        if block.level:
            waiting.append(block)
            continue
        outline.extend(_placed(waiting, start, title))
        waiting = []
        paragraphs.append(block.text)
        start += len(block.text) + len(BREAK)
    return BREAK.join(paragraphs), outline


def _cleaned(blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        text = clean_prose(block.text)
        if any(map(str.isalpha, text)):
            yield Block(text, block.level)


def _placed(waiting: list[Block], start: int, title: str | None) -> Iterable[Heading]:
    own = (title or "").casefold()
    previous = 7
    kept: list[Heading] = []
    for block in reversed(waiting):
        # Of headings in a row only those that contain the next one lead to this text.
        if block.level < previous and block.text.casefold() != own:
            kept.append({"level": block.level, "text": block.text, "start": start})
        previous = min(previous, block.level)
    return reversed(kept)


def shorten(blocks: list[Block], limit: int) -> tuple[list[Block], bool]:
    """The leading text of at most ``limit`` characters, and whether any was cut.

    What is cut ends with a block, or, where that would cost much, with a sentence.
    """
    total = 0
    for index, block in enumerate(blocks):
        room = limit - total
        total += len(block.text)
        if total > limit:
            begun = _whole_sentences(block.text[:room])
            most = [*blocks[:index], Block(begun)] if begun and not block.level else blocks[:index]
            return most, True
    return blocks, False


def _whole_sentences(text: str) -> str:
    """A long text up to its last sentence's end; nothing of a short one."""
    return text[: text.rfind(". ") + 1] if len(text) > _MUCH else ""
