"""What a line leaves out of its source and what it adds, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from agents.aims.text.grounded.lexicon import NEGATIONS, QUALIFIERS, SUBORDINATE, words_of
from agents.pswa.evidence import Token, tokenise

MARKERS = words_of("""
    thus therefore hence consequently accordingly moreover furthermore additionally as·a·result
    as·a·consequence for·this·reason for·example for·instance in·addition in·other·words
    put·differently put·another·way and
""")
_ASIDE = words_of("however therefore moreover furthermore for·example for·instance")
_PREPOSITION = words_of("to of with")
_REFERENCE = re.compile(
    r"^(?:\d{1,3}(?:\W+\d{1,3})*|see\b.*|fig(?:ure)?\.? \d+.*|pictured)$", re.IGNORECASE
)
_OPENS, _CLOSES = "([", ")]"


@dataclass(frozen=True)
class Difference:
    """How a line reads its sentence: the words spoken, those left out unasked, those added.

    ``spoken`` are places of the sentence's words; ``lost`` are the runs of words (from, to) that
    nothing permits to be left out; ``added`` are words of the line that the sentence lacks.
    """

    spoken: frozenset[int]
    lost: tuple[tuple[int, int], ...]
    added: tuple[str, ...]


def compare(line: str, sentence: str) -> Difference:
    """Compare a line with the sentence that it cites."""
    ours, theirs = tokenise(line), tokenise(sentence)
    spoken: set[int] = set()
    lost: list[tuple[int, int]] = []
    added: list[str] = []
    matcher = SequenceMatcher(
        None, [t.bare for t in theirs], [t.bare for t in ours], autojunk=False
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            spoken.update(range(a, b))
            added += [
                ours[c + n].text for n in range(b - a) if _recased(theirs[a + n], ours[c + n])
            ]
            continue
        added += [token.text for token in ours[c:d]]
        lost += [] if a == b or may_go(theirs, a, b, sentence) else [(a, b)]
    return Difference(frozenset(spoken), tuple(lost), tuple(added))


def _recased(theirs: Token, ours: Token) -> bool:
    """Whether a word changed its case where it begins no sentence: "Polish" is not "polish"."""
    same = theirs.text.replace("’", "'") == ours.text.replace("’", "'")
    return not (same or theirs.initial or ours.initial)


def may_go(tokens: list[Token], start: int, end: int, sentence: str) -> bool:
    """Whether these words may be left out: a marker in front, an aside, a reference mark.

    Nothing else may: no negation, no adverb, no number, no clause.
    """
    words = "·".join(token.bare for token in tokens[start:end])
    after = tokens[end].bare if end < len(tokens) else ""
    if start == 0 and words in MARKERS:
        return after not in _PREPOSITION
    if words in _ASIDE and _between_commas(sentence, tokens[start].start, tokens[end - 1].end):
        return True
    left = sentence[: tokens[start].start].rstrip()[-1:]
    right = sentence[tokens[end - 1].end :].lstrip(" .")[:1]
    inside = sentence[tokens[start].start : tokens[end - 1].end]
    bracketed = bool(left) and left in _OPENS and bool(right) and right in _CLOSES
    return bracketed and bool(_REFERENCE.match(inside))


def _between_commas(sentence: str, start: int, end: int) -> bool:
    return sentence[:start].rstrip().endswith(",") and sentence[end:].lstrip().startswith(
        (",", ".")
    )


_JOINTS = words_of("because so but and although though while whereas since")


def may_begin(sentence: str, place: int) -> bool:
    """Whether a line may begin at this word of the sentence, the rest being told by another line.

    Only at the sentence's start, after a semicolon, or at a conjunction that hangs on the clause
    before it and on nothing inside that clause.
    """
    tokens = tokenise(sentence)
    if place == 0:
        return True
    before = sentence[: tokens[place].start].rstrip()
    if before.endswith(";"):
        return True
    joint = tokens[place].bare
    if joint not in _JOINTS or tokens[place - 1].bare in QUALIFIERS:
        return False
    since = before.rfind(",", 0, len(before) - 1) + 1
    clause = {token.bare for token in tokenise(before[since:])}
    negated = bool(clause & NEGATIONS) or any(word.endswith("n't") for word in clause)
    bare_because = joint == "because" and not before.endswith(",")
    return not (clause & SUBORDINATE) and not (bare_because and negated)
