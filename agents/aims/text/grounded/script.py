"""The script of a part out of its plan, and how long an episode sounds."""

from agents.aims.text.errors import BadRequest
from agents.aims.text.grounded.dialogue import Passage, tell_passage
from agents.aims.text.grounded.document import Document, read_document
from agents.aims.text.grounded.frame import close_episode
from agents.aims.text.grounded.lexicon import words_of
from agents.aims.text.grounded.opening import open_episode
from agents.aims.text.grounded.stage import Stage
from agents.aims.text.grounded.timing import speech_seconds
from agents.aims.text.pacing import OpeningClock
from agents.aims.text.request import Source
from agents.aims.text.tasks import Line, OutlineParameters, Part, PartParameters, Span

GENERAL = words_of(
    "introduction overview summary abstract background conclusion conclusions preface contents "
    "foreword intro"
)


def subject_of(sources: list[Source], parameters: OutlineParameters) -> str:
    """What the episode is about: the topic asked for, else the title of the first source."""
    titles = [document.title for document in map(read_document, sources) if document.title]
    return " ".join(parameters.topic.split()) or (titles[0] if titles else "a text we were given")


def write_part(sources: list[Source], parameters: PartParameters) -> Part:
    """Write the part at ``parameters.position`` of the plan.

    Raises:
        BadRequest: the plan has no such part, or points outside the sources.
    """
    outline, position = parameters.outline, parameters.position
    if position >= len(outline.parts):
        raise BadRequest(f"The outline has no part {position}.")
    documents = {source.id: read_document(source) for source in sources}
    used = {run.source_id for part in outline.parts for run in part.runs}
    cited = [document for key, document in documents.items() if key in used]
    titles = [document.title for document in cited]
    subject = subject_of(sources, parameters)
    stage = Stage.after(seed_of(sources, parameters), parameters.earlier)
    stage.brief = parameters.format == "brief"
    passages = find_passages(documents, parameters)
    if position == 0:
        stage.clock = OpeningClock(parameters)
        open_part(stage, passages, subject, titles, alone=len(outline.parts) < 3)
    elif position < len(outline.parts) - 1:
        for passage in passages:
            tell_passage(stage, passage)
    if position == len(outline.parts) - 1:
        last = passages[-1] if passages and position else None
        close_episode(stage, last, subject, titles, [document.author for document in cited])
    return Part(heading=outline.parts[position].heading, lines=stage.lines)


def open_part(
    stage: Stage, passages: list[Passage], subject: str, titles: list[str], *, alone: bool
) -> None:
    """The first part: the opening, then whatever else the plan puts there.

    ``alone`` says that the plan goes on to nothing but its end.
    """
    if not passages:
        raise BadRequest("The outline opens without a passage.")
    open_episode(stage, passages[0], subject, titles, alone=alone and len(passages) == 1)
    for passage in passages[1:]:
        tell_passage(stage, passage)


def seed_of(sources: list[Source], parameters: OutlineParameters) -> str:
    """What the order of the phrases is drawn from: the story itself."""
    return "\0".join([parameters.topic, *(source.title for source in sources)])


def find_passages(documents: dict[str, Document], parameters: PartParameters) -> list[Passage]:
    """The passages of a part, each with the heading and the source to be named before it."""
    earlier = [run for part in parameters.outline.parts[: parameters.position] for run in part.runs]
    passages = []
    for run in parameters.outline.parts[parameters.position].runs:
        passages.append(find_passage(documents, run, earlier))
        earlier.append(run)
    return passages


def find_passage(documents: dict[str, Document], run: Span, earlier: list[Span]) -> Passage:
    """One passage; its heading and title are left out where they have been spoken."""
    document = documents.get(run.source_id)
    sentences = document.within(run.start, run.end) if document else []
    if document is None or not sentences:
        raise BadRequest("The outline points outside the sources.")
    section = document.sections[sentences[0].section]
    told = [span for span in earlier if span.source_id == run.source_id]
    same = any(section.begins <= span.start < section.end for span in told)
    new = not told and bool(earlier)
    heading = None if same or (section.heading or "").casefold() in GENERAL else section.heading
    title = document.title if new else None
    continues = bool(told) and follows(document, told[-1], run)
    led = continues and not heading and not title
    return Passage(document, tuple(sentences), heading, title, led)


def follows(document: Document, before: Span, run: Span) -> bool:
    """Whether a passage begins where the one before it ended."""
    return not document.text[before.end : run.start].strip() and before.end <= run.start


def episode_seconds(parts: list[Part], parameters: OutlineParameters) -> float:
    """How long an episode will sound, pauses included."""
    return sum(part_ends(part.lines, parameters)[-1] for part in parts if part.lines)


def part_ends(lines: list[Line], parameters: OutlineParameters) -> list[float]:
    """When each line of a part ends, with the pause behind it, in seconds since the part began."""
    ends, seconds = [], 0.0
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        seconds += speech_seconds(line.text, parameters.pace_of(line.speaker))
        if following is None:
            seconds += parameters.part_pause_seconds
        else:
            same = following.speaker == line.speaker
            seconds += parameters.line_pause_seconds if same else parameters.turn_pause_seconds
        ends.append(seconds)
    return ends
