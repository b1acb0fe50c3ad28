"""From characters with places to lines in reading order: a recursive cut along white space."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

_SAME_LINE = 0.35
_WORD_GAP = 0.16
_COLUMN_GAP = 1.1
_MIN_COLUMN_LINES = 3
_MAX_DEPTH = 40


class Character(NamedTuple):
    """One character: its box in points, baseline from the page's bottom."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    after_space: bool


@dataclass
class Line:
    """A run of characters on one baseline.

    ``size`` is the height of its font's box in points; ``depth`` says how far down the page it
    stands, 0 at the top edge and 1 at the bottom; ``region`` numbers the column it belongs to.
    """

    characters: list[Character] = field(default_factory=list)
    depth: float = 0.0
    region: int = 0

    @property
    def left(self) -> float:
        """The left edge in points."""
        return min(c.left for c in self.characters)

    @property
    def right(self) -> float:
        """The right edge in points."""
        return max(c.right for c in self.characters)

    @property
    def baseline(self) -> float:
        """Height of the baseline above the page's bottom, in points."""
        return median(c.baseline for c in self.characters)

    @property
    def size(self) -> float:
        """The usual height of its characters' boxes, in points."""
        return median(c.size for c in self.characters)

    @property
    def bold(self) -> bool:
        """Whether most of it is set in bold."""
        return sum(c.bold for c in self.characters) * 2 > len(self.characters)

    @property
    def text(self) -> str:
        """The line's words. Raised small figures (note marks) are left out."""
        size, base = self.size, self.baseline
        words = ""
        before: Character | None = None
        for character in self.characters:
            if _is_note_mark(character, size, base):
                continue
            gap = character.left - before.right if before else 0.0
            if before and (character.after_space or gap > _WORD_GAP * size):
                words += " "
            words += character.text
            before = character
        return words


def _is_note_mark(character: Character, size: float, baseline: float) -> bool:
    raised = character.baseline - baseline > 0.12 * size
    return raised and character.size < 0.8 * size and character.text in "0123456789,*†‡"


def order_lines(characters: Iterable[Character], height: float) -> list[Line]:
    """Lines of a page, columns one after the other. ``height`` is the page's, in points."""
    runs = _runs(characters)
    if not runs:
        return []
    boxes = [_Box.around(run) for run in runs]
    lines: list[Line] = []
    for region, group in enumerate(_cut(boxes, 0)):
        for line in _merge_rows(group):
            line.region = region
            line.depth = 1 - line.baseline / height if height else 0.0
            lines.append(line)
    return lines


def _runs(characters: Iterable[Character]) -> list[list[Character]]:
    """Characters that follow one another on a baseline without a wide gap."""
    runs: list[list[Character]] = []
    for character in characters:
        if runs and _continues(runs[-1][-1], character):
            runs[-1].append(character)
        else:
            runs.append([character])
    return runs


def _continues(before: Character, character: Character) -> bool:
    size = max(before.size, character.size)
    level = abs(before.baseline - character.baseline) < _SAME_LINE * size
    gap = character.left - before.right
    return level and -0.5 * size < gap < _COLUMN_GAP * size


@dataclass
class _Box:
    """A run with its extent."""

    run: list[Character]
    left: float
    right: float
    bottom: float
    top: float
    size: float

    @classmethod
    def around(cls, run: list[Character]) -> "_Box":
        size = median(c.size for c in run)
        base = median(c.baseline for c in run)
        left, right = min(c.left for c in run), max(c.right for c in run)
        return cls(run, left, right, base - 0.2 * size, base + 0.7 * size, size)


def _cut(boxes: list[_Box], depth: int) -> list[list[_Box]]:
    """Split a region into columns where white space runs through it, else into bands."""
    if len(boxes) < 2 * _MIN_COLUMN_LINES or depth > _MAX_DEPTH:
        return [boxes]
    columns = _split(boxes, across=True)
    if columns:
        return [leaf for part in columns for leaf in _cut(part, depth + 1)]
    bands = _split(boxes, across=False)
    if not bands:
        return [boxes]
    leaves = [_cut(part, depth + 1) for part in bands]
    # Bands without columns of their own are one region: a paragraph may run through them.
    return _join_plain(leaves, boxes)


def _join_plain(leaves: list[list[list[_Box]]], boxes: list[_Box]) -> list[list[_Box]]:
    if all(len(leaf) == 1 for leaf in leaves):
        return [boxes]
    joined: list[list[_Box]] = []
    plain = False
    for leaf in leaves:
        if plain and len(leaf) == 1:
            joined[-1].extend(leaf[0])
        else:
            joined.extend(leaf)
        plain = len(leaf) == 1
    return joined


def _split(boxes: list[_Box], across: bool) -> list[list[_Box]]:
    """Two parts on either side of the widest clear gap, or nothing."""
    size = median(box.size for box in boxes)
    ordered = sorted(boxes, key=(lambda b: b.left) if across else (lambda b: -b.top))
    best, place = 0.0, 0
    edge = ordered[0].right if across else -ordered[0].bottom
    for index, box in enumerate(ordered[1:], 1):
        gap = (box.left - edge) if across else (-box.top - edge)
        if gap > best and _is_fair(ordered[:index], ordered[index:], across):
            best, place = gap, index
        edge = max(edge, box.right if across else -box.bottom)
    if best < (0.8 if across else 0.15) * size:
        return []
    return [ordered[:place], ordered[place:]]


def _is_fair(first: list[_Box], second: list[_Box], across: bool) -> bool:
    """Columns have several lines of several words each; bands may be of any kind."""
    if not across:
        return True
    return all(
        len(part) >= _MIN_COLUMN_LINES and sum(len(b.run) for b in part) > 15 * len(part)
        for part in (first, second)
    )


def _merge_rows(boxes: list[_Box]) -> list[Line]:
    """Runs on the same baseline become one line."""
    rows: list[list[_Box]] = []
    for box in sorted(boxes, key=lambda b: (-b.bottom, b.left)):
        last = rows[-1][-1] if rows else None
        if last and abs(last.bottom - box.bottom) < _SAME_LINE * min(last.size, box.size):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [Line([c for box in sorted(row, key=lambda b: b.left) for c in box.run]) for row in rows]
