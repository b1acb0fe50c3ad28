"""Plain text: wrapped lines become paragraphs, lines in capitals become headings."""

import re

from agents.wcha.text import Block, ends_sentence

_NUMBERED = re.compile(
    r"^(?:chapter|part|section)?\s*(?:\d{1,2}|[IVX]{1,5})[.):]?\s+\S", re.IGNORECASE
)
_INLINE = re.compile(
    r"^([A-Z][A-Z0-9 ,'’&-]{5,60}[A-Z0-9])(?:\s*[.:—–-]\s+|\s{2,})(?=[“\"']?[A-Z][a-z ])"
)
_RULE = re.compile(r"^[\s=*_~.#-]+$")
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d+\s*$")
_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-\u00ad\u2010]$")
_LOWER_WORD = re.compile(r"[a-zà-ÿ]+")
_UPPER_WORD = re.compile(r"\b[A-Z]{2,}\b")
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "of", "on", "or",
     "the", "to", "with"}
)  # fmt: skip


def read_plain(text: str) -> list[Block]:
    """Blocks of a plain text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    pieces = [piece for group in _groups(lines) for piece in _split_headings(group)]
    return calm_capitals(pieces)


def _groups(lines: list[str]) -> list[list[str]]:
    """Lines between blank ones; a text without blank lines has a paragraph per line."""
    wrapped = _is_wrapped(lines)
    groups: list[list[str]] = [[]]
    for line in lines:
        if _RULE.match(line) or not line.strip() or _CONTENTS.search(line):
            groups.append([])
        elif not wrapped or _opens_paragraph(line, groups[-1]):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [group for group in groups if group]


def _is_wrapped(lines: list[str]) -> bool:
    """Whether lines were broken at a column: most long ones do not end a sentence."""
    long = [line for line in lines if len(line.strip()) > 40]
    open_ended = sum(1 for line in long if not ends_sentence(line))
    return not long or open_ended * 3 >= len(long)


def _opens_paragraph(line: str, group: list[str]) -> bool:
    """An indented line after flush ones, or a bullet, begins a paragraph."""
    if not group:
        return False
    indented = line[:1].isspace() and not group[-1][:1].isspace()
    bullet = re.match(r"\s*(?:[-*•‣]|\d{1,2}[.)])\s+\S", line) is not None
    return bullet or (indented and ends_sentence(group[-1]))


def _split_headings(group: list[str]) -> list[Block]:
    first = group[0].strip()
    if len(group) == 1 and _is_title_line(first):
        return [Block(first, 2)]
    if is_capitals(first) and len(first.split()) <= 12:
        return [Block(first, 2), *_paragraph(group[1:])]
    return _paragraph(group)


def _is_title_line(line: str) -> bool:
    short = len(line.split()) <= 12 and not line.endswith((".", ",", ";", "!"))
    return short and (is_capitals(line) or _NUMBERED.match(line) is not None)


def is_capitals(line: str) -> bool:
    """Whether a line is written in capitals and has at least one whole word."""
    letters = [character for character in line if character.isalpha()]
    return len(letters) >= 4 and all(map(str.isupper, letters))


def _paragraph(lines: list[str]) -> list[Block]:
    if not lines:
        return []
    text = join_lines(lines)
    text = re.sub(r"^\s*[-*•‣]\s+", "", text)
    inline = _INLINE.match(text)
    if inline:
        return [Block(inline[1], 2), Block(text[inline.end() :])]
    return [Block(text)]


def join_lines(lines: list[str], vocabulary: frozenset[str] = frozenset()) -> str:
    """Join wrapped lines, and words that were broken at a line's end.

    ``vocabulary`` holds compounds seen unbroken elsewhere (``well-known``): they keep the hyphen.
    """
    # Only the last line is looked at: looking at all that was joined would cost the square.
    pieces: list[str] = []
    for line in (line.strip() for line in lines):
        broken = _BROKEN.search(pieces[-1]) if pieces else None
        follows = _LOWER_WORD.match(line)
        if not broken or not follows:
            pieces += [" ", line] if any(pieces[-1:]) else [line]
            continue
        if f"{broken[1]}-{follows[0]}".lower() not in vocabulary:
            pieces[-1] = pieces[-1][:-1]
        pieces.append(line)
    return "".join(pieces)


def calm_capitals(blocks: list[Block]) -> list[Block]:
    """Headings in capitals become title case, but for abbreviations the text uses."""
    known = {
        word
        for block in blocks
        if not block.level and not is_capitals(block.text)
        for word in _UPPER_WORD.findall(block.text)
    }
    return [
        Block(_title_case(block.text, known), block.level)
        if block.level and is_capitals(block.text)
        else block
        for block in blocks
    ]


def _title_case(text: str, known: set[str]) -> str:
    words = []
    for index, word in enumerate(text.split()):
        bare = word.strip(".,:;'’\"()")
        small = index and bare.lower() in _SMALL_WORDS
        words.append(word if bare in known else word.lower() if small else word.capitalize())
    return " ".join(words)
