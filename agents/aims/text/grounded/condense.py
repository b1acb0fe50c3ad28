"""The parts of long sources that are worth a closer look.

To read a hundred pages sentence by sentence takes seconds, and a five-minute episode tells two of
them. So long sources are looked through block by block first: a share is for what has the words
asked for, one for how the text begins, one for how it ends, the rest for what is nearest to the
whole. What is left out becomes white space, so that every place in the text stays what it is.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.aims.text.grounded.document import Section, cut_paragraphs, cut_sections
from agents.aims.text.grounded.lexicon import STOP
from agents.aims.text.request import Heading, Source
from agents.aims.text.tasks import OutlineParameters

LEAST_KEPT, KEPT_PER_MINUTE = 3500, 400
"""Words looked at closely: nearly three times what an episode tells, and no fewer than a short one
needs to choose from."""
WORTH_WHILE = 1.25
BLOCK_WORDS = 150
LEAD_WORDS, END_WORDS = 900, 350
SHARE = 3
"""What is asked for, the beginning and the end may each take one part in so many."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_ROOT = 6

Given = tuple[str, str, str, str, tuple[tuple[int, str, int], ...]]


@dataclass(frozen=True)
class Block:
    """Some paragraphs of one section, in a row."""

    section: Section
    start: int
    end: int
    words: int


def condense(sources: list[Source], parameters: OutlineParameters) -> list[Source]:
    """The sources as they are, or their best blocks where they are much longer than needed."""
    given = tuple(
        (s.id, s.title, s.author, s.text, tuple((h.level, h.text, h.start) for h in s.outline))
        for s in sources
    )
    kept = max(LEAST_KEPT, round(KEPT_PER_MINUTE * parameters.minutes))
    return _condense(given, parameters.topic, kept) or sources


@lru_cache(maxsize=4)
def _condense(given: tuple[Given, ...], topic: str, kept: int) -> list[Source]:
    """The shorter sources; nothing where they are short enough."""
    lengths = [len(text.split()) for _, _, _, text, _ in given]
    if sum(lengths) <= WORTH_WHILE * kept:
        return []
    roots = [math.sqrt(length) for length in lengths]
    shares = [kept * root / (sum(roots) or 1.0) for root in roots]
    return [_shorten(one, topic, share) for one, share in zip(given, shares, strict=True)]


def _shorten(given: Given, topic: str, share: float) -> Source:
    key, title, author, text, outline = given
    headings = [Heading(level=level, text=words, start=start) for level, words, start in outline]
    sections = cut_sections(text, headings, title)
    blocks = [block for section in sections for block in cut_blocks(text, section)]
    kept = choose_blocks(text, blocks, topic or title, share)
    pieces, marks, at = [], list(headings), 0
    for number, block in enumerate(blocks):
        if number not in kept:
            continue
        if number and number - 1 not in kept and blocks[number - 1].section == block.section:
            words = block.section.heading or ""
            # twice in a row the same heading: another section, that no run reaches into, but
            # one that goes on
            marks.append(Heading(level=2, text=words, start=block.start))
        pieces += [blank(block.start - at), text[block.start : block.end]]
        at = block.end
    pieces.append(blank(len(text) - at))
    return Source(id=key, title=title, author=author, text="".join(pieces), outline=marks)


def cut_blocks(text: str, section: Section) -> Iterator[Block]:
    """The paragraphs of a section, joined until they have some length."""
    start, words, end = section.start, 0, section.start
    for a, b, _ in cut_paragraphs(text, section.start, section.end):
        start = a if not words else start
        words, end = words + len(text[a:b].split()), b
        if words >= BLOCK_WORDS:
            yield Block(section, start, end, words)
            words = 0
    if words:
        yield Block(section, start, end, words)


def choose_blocks(text: str, blocks: list[Block], asked: str, share: float) -> set[int]:
    """The blocks that speak of what is asked for, how a source begins and ends, and its most
    central blocks, up to about ``share`` words."""
    kept: set[int] = set()
    claims = [
        (find_asked(text, blocks, asked), share / SHARE),
        (list(range(len(blocks))), min(LEAD_WORDS, share / SHARE)),
        (list(range(len(blocks) - 1, -1, -1)), min(END_WORDS, share / SHARE)),
    ]
    for order, wanted in claims:
        had = 0
        for number in order:
            if had >= wanted:
                break
            had += blocks[number].words
            kept.add(number)
    words = sum(blocks[number].words for number in kept)
    scores = score_blocks([text[block.start : block.end] for block in blocks])
    for number in sorted(range(len(blocks)), key=lambda n: -scores[n]):
        if number not in kept and words + blocks[number].words <= share:
            kept.add(number)
            words += blocks[number].words
    return kept


def find_asked(text: str, blocks: list[Block], asked: str) -> list[int]:
    """The blocks that have words asked for, or stand under a heading that has, the best first.

    A word counts by how few blocks have it (its inverse document frequency), one that all have
    for nothing.
    """
    wanted = set(roots_of(" ".join(w for w in asked.casefold().split() if w not in STOP)))
    bags = [
        Counter(
            root
            for root in roots_of(f"{block.section.heading or ''} {text[block.start : block.end]}")
            if root in wanted
        )
        for block in blocks
    ]
    spread = Counter(root for bag in bags for root in bag)
    scores = [
        sum(math.sqrt(count) * math.log(len(bags) / spread[root]) for root, count in bag.items())
        for bag in bags
    ]
    return sorted((n for n, score in enumerate(scores) if score), key=lambda n: -scores[n])


def score_blocks(texts: list[str]) -> list[float]:
    """How near each block is to all of them together."""
    bags = [Counter(roots_of(text)) for text in texts]
    spread = Counter(root for bag in bags for root in bag)
    weight = {root: math.log(1 + len(bags) / count) for root, count in spread.items()}
    total = Counter[str]()
    for bag in bags:
        total.update(bag)
    return [
        sum(math.sqrt(count) * weight[root] * math.sqrt(total[root]) for root, count in bag.items())
        / (1 + math.sqrt(sum(count * weight[root] ** 2 for root, count in bag.items())))
        for bag in bags
    ]


def roots_of(text: str) -> list[str]:
    """The longer words of a text by how they begin: enough to see what it speaks of."""
    return [word[:_ROOT] for word in _WORD.findall(text.casefold())]


def blank(length: int) -> str:
    """So many characters of white space, that end a paragraph."""
    return f"\n{' ' * (length - 2)}\n" if length > 1 else " " * length
