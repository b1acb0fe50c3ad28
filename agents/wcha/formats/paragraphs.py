"""From the lines of all pages to headings and paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from agents.wcha.formats.layout import Line
from agents.wcha.formats.plain import calm_capitals, is_capitals, join_lines
from agents.wcha.text import Block, clean, ends_sentence

_MARGIN = 0.12
_PAGE_NUMBER = re.compile(
    r"^\W*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d+)?\W*$", re.I
)
_CAPTION = re.compile(r"^(?:fig(?:ure|\.)|table|chart|exhibit|listing|source:|photo:)\s*\d*", re.I)
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d+\s*$")
_COMPOUND = re.compile(r"\b[^\W\d_]+-[^\W\d_]+")
_END_MATTER = re.compile(
    r"^(?:\d+\.?\s+)?(?:references|bibliography|works cited|acknowledge?ments?|index)$", re.I
)
_BULLET = re.compile(r"^\s*(?:[•‣▪◦●–-]|\(?\d{1,2}[.)])\s+")
_SMALL = 0.86
_LARGE = 1.12


def blocks_of(pages: list[list[Line]]) -> list[Block]:
    """Headings and paragraphs of a document given as pages of lines."""
    kept = [[line for line in page if line.text.strip()] for page in pages]
    running = _running_lines(kept)
    flat = [
        line
        for page in kept
        for line in page
        if not (_in_margin(line) and _is_furniture(line, running))
    ]
    if not flat:
        return []
    size = _body_size(flat)
    vocabulary = frozenset(
        word.lower() for line in flat for word in _COMPOUND.findall(line.text.strip().rstrip("-"))
    )
    groups = list(_groups([line for line in flat if line.size >= size * _SMALL], size))
    levels = _levels(groups, size)
    return _without_end_matter(calm_capitals(list(_blocks(groups, levels, size, vocabulary))))


def _body_size(lines: list[Line]) -> float:
    """The size most characters are set in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.characters)
    return sizes.most_common(1)[0][0]


def _in_margin(line: Line) -> bool:
    return line.depth < _MARGIN or line.depth > 1 - _MARGIN


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", clean(line.text)).casefold()


def _running_lines(pages: list[list[Line]]) -> set[str]:
    """What stands at the edge of several pages, apart from its figures."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_pattern(line) for line in page if _in_margin(line)})
    needed = max(2, min(3, len(pages) // 3))
    return {pattern for pattern, times in seen.items() if times >= needed}


def _is_furniture(line: Line, running: set[str]) -> bool:
    return _PAGE_NUMBER.match(line.text.strip()) is not None or _pattern(line) in running


def _groups(lines: list[Line], size: float) -> Iterator[list[Line]]:
    """Lines that belong to one paragraph or heading."""
    leading = _leading(lines, size)
    widths = _right_edges(lines)
    group: list[Line] = []
    for line in lines:
        if group and _begins(group, line, leading, widths.get(line.region, 0.0)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _leading(lines: list[Line], size: float) -> float:
    gaps = [
        a.baseline - b.baseline
        for a, b in pairwise(lines)
        if a.region == b.region and 0 < a.baseline - b.baseline < 3 * size
    ]
    return median(gaps) if gaps else 1.2 * size


def _right_edges(lines: list[Line]) -> dict[int, float]:
    edges: dict[int, float] = {}
    for line in lines:
        edges[line.region] = max(edges.get(line.region, 0.0), line.right)
    return edges


def _begins(group: list[Line], line: Line, leading: float, right: float) -> bool:
    last = group[-1]
    if abs(last.size - line.size) > 0.08 * last.size or last.bold != line.bold:
        return True
    if _BULLET.match(line.text) or _CAPTION.match(line.text):
        return True
    gap = last.baseline - line.baseline
    if gap <= 0 or line.region != last.region:
        return ends_sentence(last.text) or is_heading_like(last)
    if gap > 1.45 * leading:
        return True
    indented = (
        line.left - group[0].left > 0.5 * line.size and line.left > last.left + 0.5 * line.size
    )
    short = right - last.right > 6 * line.size
    return ends_sentence(last.text) and (indented or short)


def is_heading_like(line: Line) -> bool:
    """Whether a line's looks alone make it a heading."""
    return line.bold or is_capitals(line.text)


def _is_heading(group: list[Line], size: float) -> bool:
    text = " ".join(line.text for line in group)
    words = len(text.split())
    if words > 16 or len(group) > 3 or text.rstrip().endswith((".", ",", ";")):
        return False
    if not any(map(str.isalpha, text)) or _CAPTION.match(text):
        return False
    return group[0].size > size * _LARGE or all(map(is_heading_like, group))


def _levels(groups: list[list[Line]], size: float) -> dict[float, int]:
    """Heading levels by size, the largest first."""
    sizes = {round(g[0].size) for g in groups if _is_heading(g, size)}
    return {value: min(rank, 5) for rank, value in enumerate(sorted(sizes, reverse=True), 1)}


def _blocks(
    groups: list[list[Line]], levels: dict[float, int], size: float, vocabulary: frozenset[str]
) -> Iterator[Block]:
    open_text = ""
    for group in groups:
        text = join_lines([line.text for line in group], vocabulary)
        if (_CAPTION.match(text) and len(text) < 300) or _CONTENTS.search(text):
            continue
        if _is_heading(group, size):
            if open_text:
                yield Block(open_text)
            open_text = ""
            yield Block(text, levels.get(round(group[0].size), 3))
        elif open_text and not ends_sentence(open_text) and text[:1].islower():
            open_text = join_lines([open_text, text], vocabulary)
        else:
            if open_text:
                yield Block(open_text)
            open_text = _BULLET.sub("", text)
    if open_text:
        yield Block(open_text)


def _without_end_matter(blocks: list[Block]) -> list[Block]:
    for index, block in enumerate(blocks):
        if block.level and index * 2 > len(blocks) and _END_MATTER.match(clean(block.text)):
            return blocks[:index]
    return blocks
