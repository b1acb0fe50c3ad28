"""How long a dialogue breathes between two lines."""

from agents.vfa.script import Line

BETWEEN_PARTS = 0.85
SAME_SPEAKER = 0.30
OTHER_SPEAKER = 0.38
AFTER_QUESTION = 0.05
AFTER_UNFINISHED = -0.05
SHORTEST, LONGEST = 0.25, 0.45


def pause_after(line: Line, following: Line | None) -> float:
    """Seconds of silence behind ``line``; ``following`` is None at the end of a part.

    It depends on nothing that is not known when the line's part is, so that a re-run
    breathes the same way.
    """
    if following is None:
        return BETWEEN_PARTS
    pause = SAME_SPEAKER if following.speaker == line.speaker else OTHER_SPEAKER
    ending = line.text.rstrip().rstrip("\"'”’)")[-1:]
    if ending == "?":
        pause += AFTER_QUESTION
    elif ending not in (".", "!"):
        pause += AFTER_UNFINISHED
    return min(LONGEST, max(SHORTEST, pause))
