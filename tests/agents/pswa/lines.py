"""Lines for the gate, cited by quoting."""

from agents.aims.text.tasks import Line, Part, Span, Speaker
from agents.pswa.gate import Checked, check_part
from agents.pswa.ground import Ground
from tests.agents.pswa.conftest import TEXT


def fact(text: str, quote: str | None = None, speaker: Speaker = "host_a") -> Line:
    """A fact line that cites ``quote``, or its own words."""
    wanted = quote or text
    start = TEXT.index(wanted)
    cited = Span(source_id="a", start=start, end=start + len(wanted))
    return Line(speaker=speaker, kind="fact", text=text, citations=[cited])


def say(text: str, quote: str | None = None) -> Line:
    """A connective line of host_b."""
    cited = []
    if quote:
        start = TEXT.index(quote)
        cited = [Span(source_id="a", start=start, end=start + len(quote))]
    return Line(speaker="host_b", kind="connective", text=text, citations=cited)


def check(ground: Ground, *lines: Line) -> Checked:
    """The lines through the gate."""
    return check_part(Part(heading="A part", lines=list(lines)), ground)


def fates(ground: Ground, *lines: Line) -> list[str]:
    """What becomes of each line."""
    return [verdict.fate for verdict in check(ground, *lines).verdicts]
