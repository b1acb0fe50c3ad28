"""The moves between two sentences and what each is worth at the moment.

The weights were set by reading scripts aloud: turns of 25 to 55 words for host_a, a question only
where the next sentence answers it, the other host for the sentences that turn or comment.
"""

import re
from dataclasses import dataclass
from typing import Literal

from agents.aims.text.grounded.clauses import find_split
from agents.aims.text.grounded.cues import Cue, find_cues
from agents.aims.text.grounded.document import Sentence
from agents.aims.text.grounded.phrases import LIVELY
from agents.aims.text.grounded.stage import PROMPT, Stage
from agents.aims.text.grounded.traits import Traits

COMMENT = re.compile(
    r"^(?:that|this|it|those|these) (?:is|was|are|were|means|meant|makes|made|explains|sounds"
    r"|sounded|seems|seemed|changed|turned|adds)\b|^(?:nobody|no one|not everything|nothing)\b"
    r"|^there (?:was|were|is|are) (?:no|nothing|only|just)\b",
    re.IGNORECASE,
)
SHORT, LONG = 12, 26
ECHO_EVERY = 160
BRIEF = 1.5
VARIETY = 0.6
NEVER = -100.0

Kind = Literal["stay", "ask", "echo", "hand_over", "take"]


@dataclass(frozen=True)
class Move:
    """A move, its gain, and the category of the question if it asks one."""

    kind: Kind
    gain: float
    category: str = ""


@dataclass(frozen=True)
class Moment:
    """What a move depends on: the stage, the sentence spoken and the one to come."""

    stage: Stage
    before: Sentence
    sentence: Sentence
    traits: Traits
    echo: tuple[int, int] | None
    last: bool


def comments(text: str) -> bool:
    """Whether a sentence comments on the one before, as a second voice would."""
    return bool(COMMENT.match(text))


def best_move(moment: Moment) -> Move:
    """The move worth most."""
    if moment.stage.speaker == "host_b":
        moves = [Move("take", 2.0), Move("stay", keep_second_host(moment))]
    else:
        moves = [
            Move("stay", keep_on(moment)),
            Move("hand_over", hand_over(moment)),
            Move("echo", echo(moment)),
            *questions(moment),
        ]
    return max(moves, key=lambda move: move.gain)


def keep_second_host(moment: Moment) -> float:
    """Gain of letting host_b go on: only for a short sentence that hangs on his last."""
    if moment.stage.is_too_soon("host_a", moment.sentence.text):
        return -NEVER
    hangs = not moment.traits.opener and not comments(moment.sentence.text)
    short = moment.traits.words <= SHORT and moment.stage.turn <= SHORT
    return 1.4 + moment.stage.hunger if hangs and short else 0.0


def keep_on(moment: Moment) -> float:
    """Gain of letting host_a go on: falls as the turn grows."""
    turn = moment.stage.turn + moment.traits.words
    return (
        2.3
        - max(0, turn - 45) / 10
        + max(0, 25 - moment.stage.turn) / 25
        - 0.4 * moment.stage.hunger
    )


def hand_over(moment: Moment) -> float:
    """Gain of giving the sentence to host_b."""
    text, traits = moment.sentence.text, moment.traits
    if moment.stage.is_too_soon("host_b", text):
        return NEVER
    gain = moment.stage.hunger
    gain += 3.5 if traits.question else 0
    gain += 1.6 if traits.marker and traits.marker.link == "contrast" else 0
    gain += 1.7 if comments(text) else 0
    gain += 0.9 if traits.quote else 0
    gain += 0.7 if traits.words <= SHORT else (-1.2 if traits.words > LONG else 0)
    gain += 0.5 if moment.last else 0
    gain += (
        0.3
        if re.match(r"(?:also|and|he also|she also|it also|they also|some|many)\b", text, re.I)
        else 0
    )
    gain -= 1.5 if traits.first_person else 0
    gain -= VARIETY * max(0, moment.stage.reading - 1)
    gain -= 0.8 if traits.imperative else 0
    gain -= 1.6 if find_split(text) else 0
    return gain + min(1.0, moment.stage.turn / 40)


def echo(moment: Moment) -> float:
    """Gain of repeating an amount: rarely, and never after harm."""
    stage = moment.stage
    words = sum(stage.spoken.values())
    elsewhere = moment.sentence.paragraph != moment.before.paragraph
    if (
        not moment.echo
        or elsewhere
        or stage.grim_for
        or stage.brief
        or stage.is_too_soon("host_b", PROMPT)
        or stage.echoes > words / ECHO_EVERY
    ):
        return 0.0
    return 2.4 + 0.6 * stage.hunger


def questions(moment: Moment) -> list[Move]:
    """The questions that the sentence answers, and a prompt where nothing fits."""
    stage = moment.stage
    if stage.is_too_soon("host_b", PROMPT):
        return []
    pressure = min(2.5, (stage.turn - 30) / 16) + 0.5 * stage.hunger - BRIEF * stage.brief
    pressure += VARIETY * max(0, stage.reading - 1)
    cues = find_cues(moment.sentence, moment.traits, moment.before, stage.last_year)
    cues = [cue for cue in cues if is_left(stage, cue)]
    prompt = [Cue("generic", 0.0)] if is_left(stage, Cue("generic", 0)) else []
    return [Move("ask", cue.fit + pressure, cue.category) for cue in [*cues, *prompt]]


def is_left(stage: Stage, cue: Cue) -> bool:
    """Whether the bank still has a phrase for the cue, fit for the mood."""
    if stage.grim_for and cue.category in LIVELY and cue.category != "generic":
        return False
    return bool(stage.bank.left(cue.category))
