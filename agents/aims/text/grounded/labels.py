"""What the parts of an episode are called: the chapters that a listener sees."""

from agents.aims.text.grounded.closing import sums_up
from agents.aims.text.grounded.document import Document
from agents.aims.text.grounded.grouping import Run

OPENING = "Introduction"
TAKEAWAY = "To take away"
LAST_THING = "One last thing"
SOURCES = "Sources"


def label_parts(documents: list[Document], groups: list[list[Run]], topic: str) -> list[str]:
    """A label for each part, no two alike: the source's own headings, as far as it has any."""
    known = {document.source_id: document for document in documents}
    labels: list[str] = []
    told: set[str] = set()
    for position, group in enumerate(groups[:-1]):
        label = label_part(known, group, told, position)
        labels.append(distinguish(label, labels))
        told |= {run[0].source_id for run in group}
    spoken = {place_of(known, run) for group in groups[:-1] for run in group}
    last = label_last(known, groups[-1], spoken, topic) if groups else LAST_THING
    return [*labels, distinguish(last, labels)]


def label_part(known: dict[str, Document], group: list[Run], told: set[str], position: int) -> str:
    """The section's heading; else the title of a source that begins here; else a plain label."""
    if not group:
        return OPENING if position == 0 else f"Part {position + 1}"
    document = known[group[0][0].source_id]
    heading = document.sections[group[0][0].section].heading
    if heading or position == 0:
        return heading or OPENING
    fresh = document.source_id not in told and document.title
    return document.title if fresh else f"Part {position + 1}"


def place_of(known: dict[str, Document], run: Run) -> tuple[str, int]:
    """The source of a run, and where the section that it stands in begins."""
    return run[0].source_id, known[run[0].source_id].sections[run[0].section].begins


def label_last(
    known: dict[str, Document], group: list[Run], spoken: set[tuple[str, int]], topic: str
) -> str:
    """What the last part is: its own section, a thought that sums up, or one more thing."""
    if not group:
        return SOURCES
    document, run = known[group[-1][0].source_id], group[-1]
    heading = document.sections[run[0].section].heading
    if heading and place_of(known, run) not in spoken:
        return heading
    return TAKEAWAY if sums_up(document, run, topic) else LAST_THING


def distinguish(label: str, others: list[str]) -> str:
    """The label, marked as going on where the part before bears it too."""
    name, number = label, 1
    while name in others:
        number += 1
        name = f"{label}, continued" if number == 2 else f"{label}, part {number}"
    return name
