"""A part without art: the planned passages read out, where no answer would stand in its sources."""

from itertools import groupby

from agents.aims.text.grounded.traits import is_usable
from agents.aims.text.grounded.words import split_words
from agents.aims.text.tasks import Line, OutlinePart, Part, Span, Speaker
from agents.pswa.ground import Ground


def read_out(planned: OutlinePart, ground: Ground) -> Part:
    """The passages of a planned part word for word, the hosts taking turns by paragraph."""
    sentences = [s for run in planned.runs if ground.holds(run) for s in ground.sentences(run)]
    usable = [s for s in sentences if is_usable(s, split_words(s.text))]
    lines: list[Line] = []
    for turn, (_, group) in enumerate(groupby(usable, key=lambda s: (s.source_id, s.paragraph))):
        speaker: Speaker = "host_b" if turn % 3 == 2 else "host_a"
        for s in group:
            span = Span(source_id=s.source_id, start=s.start, end=s.end)
            lines.append(Line(speaker=speaker, kind="fact", text=s.text, citations=[span]))
    return Part(heading=planned.heading, lines=lines)
