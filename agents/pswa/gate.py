"""The grounding gate: every part of every back end goes through it, line by line.

A fact that its sources do not say word for word is replaced by their words, or dropped; a
connective line that claims anything is dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from agents.aims.text.tasks import Line, Part
from agents.pswa.connectives import is_grim, judge_connective
from agents.pswa.facts import Key, Reading, hangs, judge, key_of, read_fact, verbatim
from agents.pswa.ground import Ground

Fate = Literal["kept", "replaced", "dropped", "silenced"]
GRIM_LASTS = 3


@dataclass(frozen=True)
class Verdict:
    """What became of a line, and why where it was not kept."""

    line: Line
    fate: Fate
    reason: str = ""


@dataclass
class Checked:
    """A part after the gate: the lines that may be spoken, and a verdict on every line given."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether facts were written and none of them stood as written."""
        facts = [v for v in self.verdicts if v.line.kind == "fact"]
        return bool(facts) and not any(v.fate == "kept" for v in facts)


def check_part(part: Part, ground: Ground, earlier: Iterable[Line] = ()) -> Checked:
    """Let a part through the gate, after the lines that have been published before it."""
    before = list(earlier)
    readings = [read_fact(line, ground) if line.kind == "fact" else None for line in part.lines]
    told = told_by(before, ground)
    checked = Checked(part.heading)
    for place, line in enumerate(part.lines):
        reading = readings[place]
        if reading is None:
            verdict = _check_connective(place, part, ground, before, checked)
        else:
            others = [r for n, r in enumerate(readings) if isinstance(r, Reading) and n != place]
            verdict = _check_fact(line, reading, others, told, ground)
        checked.verdicts.append(verdict)
        if verdict.fate in ("kept", "replaced"):
            checked.lines.append(verdict.line)
            told |= told_by([verdict.line], ground)
    return checked


def told_by(lines: Iterable[Line], ground: Ground) -> set[Key]:
    """The sentences that fact lines have told."""
    spans = [s for line in lines if line.kind == "fact" for s in line.citations if ground.holds(s)]
    return {key_of(sentence) for span in spans for sentence in ground.sentences(span)}


def _check_fact(
    line: Line, reading: Reading | str, others: list[Reading], told: set[Key], ground: Ground
) -> Verdict:
    reason = reading if isinstance(reading, str) else judge(reading, others)
    if reason is None and isinstance(reading, Reading):
        if hangs(reading, told, ground):
            return Verdict(line, "dropped", "nobody has said what its pronoun stands for")
        return Verdict(line, "kept")
    return _replace(line, reason or "", told, ground)


def _replace(line: Line, reason: str, told: set[Key], ground: Ground) -> Verdict:
    """The source's own words instead, unless they have been said or lean on what has not."""
    plain = verbatim(line, ground)
    reading = read_fact(plain, ground) if plain else "no words to put in its place"
    if plain is None or isinstance(reading, str) or judge(reading, []):
        return Verdict(line, "dropped", reason)
    if all(key_of(s) in told for s in reading.sentences) or hangs(reading, told, ground):
        return Verdict(line, "dropped", reason)
    return Verdict(plain, "replaced", reason)


def _check_connective(
    place: int, part: Part, ground: Ground, before: list[Line], checked: Checked
) -> Verdict:
    line = part.lines[place]
    spoken = [*before, *checked.lines]
    said = {other.text.casefold() for other in spoken if other.kind == "connective"}
    facts = [other.text for other in spoken if other.kind == "fact"][-GRIM_LASTS:]
    following = [other.text for other in part.lines[place + 1 :] if other.kind == "fact"][:1]
    grim = any(map(is_grim, facts)) and bool(checked.lines)
    near = " ".join([*facts[-1:], *following])
    reason = judge_connective(line, ground, near, grim, said)
    return Verdict(line, "silenced", reason) if reason else Verdict(line, "kept")
