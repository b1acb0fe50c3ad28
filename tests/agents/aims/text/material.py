"""Documents and scripts that tests of the writers share."""

from pathlib import Path
from typing import Any

from agents.aims.text.grounded.writer import GroundedBackend
from agents.aims.text.request import GenerateRequest, Heading, Source
from agents.aims.text.tasks import Line, Outline, Part
from agents.pswa.rehearse import read_file

DOCUMENTS = Path(__file__).parents[2] / "pswa" / "documents"
ALL = sorted(path.stem for path in DOCUMENTS.glob("*.md"))


def document(name: str, number: int = 0) -> Source:
    """One of the articles under tests/agents/pswa/documents."""
    return read_file(DOCUMENTS / f"{name}.md", number)


def source(text: str, title: str = "A title", headings: tuple[str, ...] = ()) -> Source:
    """A source out of a text; headings are found where they stand."""
    outline = [Heading(level=2, text=h, start=text.index(h)) for h in headings]
    return Source(id="a", title=title, text=text, outline=outline)


def plan(sources: list[Source], **parameters: Any) -> Outline:
    """The outline of an episode."""
    request = GenerateRequest(task="podcast_outline", sources=sources, parameters=parameters)
    return Outline.model_validate(GroundedBackend().generate(request).output)


def write(sources: list[Source], **parameters: Any) -> list[Part]:
    """All parts of an episode."""
    outline = plan(sources, **parameters)
    parts: list[Part] = []
    for position in range(len(outline.parts)):
        more = {**parameters, "outline": outline, "position": position, "earlier": parts}
        request = GenerateRequest(task="podcast_part", sources=sources, parameters=more)
        parts.append(Part.model_validate(GroundedBackend().generate(request).output))
    return parts


def lines_of(parts: list[Part]) -> list[Line]:
    """The lines of an episode in order."""
    return [line for part in parts for line in part.lines]


def cited(line: Line, sources: list[Source]) -> str:
    """The text that a line cites."""
    texts = {s.id: s.text for s in sources}
    return " ".join(texts[c.source_id][c.start : c.end] for c in line.citations)
