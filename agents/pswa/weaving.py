"""The weaving of a script: one call for the plan, one per part, each part through the gate."""

from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import structlog

from agents.aims.errors import AimsError
from agents.aims.text.grounded.script import episode_seconds, part_ends
from agents.aims.text.request import Source
from agents.aims.text.tasks import (
    OUTLINE,
    PART,
    Outline,
    OutlineParameters,
    Part,
    read_answer,
)
from agents.canonical import JSON, digest
from agents.pswa.casting import Casting
from agents.pswa.errors import BadOutline, NothingGrounded
from agents.pswa.fallback import read_out
from agents.pswa.gate import Checked, Verdict, check_part
from agents.pswa.ground import Ground
from agents.pswa.opening import mend_opening
from agents.pswa.prompts import write_messages
from agents.pswa.report import report_grounding
from agents.pswa.script import Plan, PodcastScript, Preferences, ScriptPart
from agents.pswa.settings import ScriptSettings

log = structlog.get_logger(__name__)

ASKINGS = 2


class Desk(Protocol):
    """What the weaving needs of its surroundings."""

    def ask(self, task: str, body: JSON, inputs: JSON) -> JSON:
        """Ask the model service, once for the same inputs: ``{"output", "model"}``."""
        ...

    def published(self) -> dict[int, ScriptPart]:
        """The parts that stand already."""
        ...

    def plan(self, plan: Plan) -> None:
        """Tell how much there will be."""
        ...

    def publish(self, part: ScriptPart, done: int, total: int) -> None:
        """Make a part stand."""
        ...


@dataclass(frozen=True)
class Order:
    """What is to be written."""

    script_id: UUID
    revision: int
    topic: str
    sources: list[Source]
    preferences: Preferences
    settings: ScriptSettings = field(default_factory=ScriptSettings)
    casting: Casting = field(default_factory=Casting)

    @property
    def hashes(self) -> list[JSON]:
        """The sources by id, title and content, for keys."""
        return [
            {
                "id": s.id,
                "title": s.title,
                "author": s.author,
                "text": digest(s.text),
                "outline": digest([h.model_dump() for h in s.outline]),
            }
            for s in self.sources
        ]

    def parameters(self) -> dict[str, Any]:
        """What both tasks are told."""
        wanted, pace = self.preferences, self.settings
        return {
            "topic": self.topic, "minutes": wanted.length_minutes, "format": wanted.format,
            "persona": wanted.persona or "", "language": wanted.language,
            "words_per_minute": pace.words_per_minute * wanted.rate,
            "line_pause_seconds": pace.line_pause_seconds,
            "turn_pause_seconds": pace.turn_pause_seconds,
            "part_pause_seconds": pace.part_pause_seconds,
            **self.casting.as_parameters(),
        }  # fmt: skip

    @property
    def told(self) -> OutlineParameters:
        """The same, as the text tasks read it."""
        return OutlineParameters.model_validate(self.parameters())


def weave(order: Order, desk: Desk) -> PodcastScript:
    """Write a script, publishing each part as soon as it stands.

    Raises:
        BadOutline: the plan points outside the sources.
        NothingGrounded: no fact of the whole episode stood.
    """
    ground = Ground({source.id: source for source in order.sources}, order.topic)
    planned = ask(order, desk, OUTLINE, {})
    outline = read_outline(planned["output"], ground)
    sure = outline.estimated_seconds if outline.measured and order.casting.paced else None
    desk.plan(Plan(outline.title, len(outline.parts), sure))
    weaver = Weaver(order, desk, ground, outline)
    published = desk.published()
    for position in range(len(outline.parts)):
        weaver.add(position, published.get(position))
    return weaver.finish(str(planned["model"]))


def ask(order: Order, desk: Desk, task: str, more: dict[str, Any]) -> JSON:
    """Put a task to the model service."""
    parameters = {**order.parameters(), **more}
    messages = write_messages(task, order.topic, order.preferences, order.casting)
    body = {
        "task": task,
        "messages": [message.model_dump() for message in messages],
        "sources": [source.model_dump() for source in order.sources],
        "parameters": parameters,
    }
    inputs = {**body, "sources": order.hashes}
    return desk.ask(task, body, inputs)


def read_outline(output: JSON, ground: Ground) -> Outline:
    """The plan, if all of it lies inside the sources."""
    outline: Outline = read_answer(Outline, output)
    spans = [span for part in outline.parts for span in part.runs]
    if not spans or not all(map(ground.holds, spans)):
        raise BadOutline
    return outline


@dataclass
class Weaver:
    """The parts of a script as they come to stand."""

    order: Order
    desk: Desk
    ground: Ground
    outline: Outline
    parts: list[ScriptPart] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def add(self, position: int, standing: ScriptPart | None) -> None:
        """Write the part at a position, unless it stands."""
        part = standing
        if part is None:
            checked = self.write(position)
            checked = self.mend(checked) if position == 0 else checked
            self.verdicts += checked.verdicts
            part = self.number(position, checked)
            self.desk.publish(part, position + 1, len(self.outline.parts))
        else:
            self.verdicts += [Verdict(line.bare(), "kept") for line in part.lines]
        self.parts.append(part)

    def mend(self, checked: Checked) -> Checked:
        """The first part as the voices can speak it, however it was written."""
        return mend_opening(checked, self.order.told, self.ground)

    def write(self, position: int) -> Checked:
        """Ask for a part until it stands, twice at most; then read its passages out."""
        refused: list[Verdict] = []
        for attempt in range(ASKINGS):
            checked = self.try_part(position, attempt)
            if checked and not checked.failed:
                return checked
            refused = checked.verdicts if checked else refused
            log.warning("part refused", position=position, attempt=attempt)
        plain = self.check(read_out(self.outline.parts[position], self.ground))
        return Checked(plain.heading, plain.lines, [*refused, *plain.verdicts])

    def try_part(self, position: int, attempt: int) -> Checked | None:
        """One asking, through the gate; None where the model's answer was no answer."""
        try:
            return self.check(self.ask_part(position, attempt))
        except AimsError as error:
            if error.retryable:
                raise
            log.warning("no usable answer", position=position, attempt=attempt, error=str(error))
            return None

    def ask_part(self, position: int, attempt: int) -> Part:
        """One asking for a part."""
        more = {
            "outline": self.outline.model_dump(mode="json"),
            "position": position,
            "earlier": [part.model_dump(mode="json") for part in self.spoken()],
            "attempt": attempt,
        }
        answer = ask(self.order, self.desk, PART, more)
        part: Part = read_answer(Part, answer["output"])
        return part

    def spoken(self) -> list[Part]:
        """The parts as they stand, without the lines' ids."""
        return [part.bare() for part in self.parts]

    def number(self, position: int, checked: Checked) -> ScriptPart:
        """The part with its place in the episode."""
        begins = episode_seconds(self.spoken(), self.order.told)
        ends = [begins + end for end in part_ends(checked.lines, self.order.told)]
        return ScriptPart.number(position, checked.heading, checked.lines, ends)

    def check(self, part: Part) -> Checked:
        """A part through the gate."""
        earlier = [line for part in self.spoken() for line in part.lines]
        checked = check_part(part, self.ground, earlier)
        for verdict in checked.verdicts:
            if verdict.fate != "kept":
                log.info("line not kept", fate=verdict.fate, reason=verdict.reason)
        return checked

    def finish(self, model: str) -> PodcastScript:
        """The whole script."""
        if not any(line.kind == "fact" for part in self.parts for line in part.lines):
            raise NothingGrounded
        return PodcastScript(
            script_id=self.order.script_id,
            revision=self.order.revision,
            title=self.outline.title,
            summary=self.outline.summary,
            model=model,
            parts=self.parts,
            shortened=self.outline.shortened,
            estimated_seconds=episode_seconds(self.spoken(), self.order.told),
            grounding=report_grounding(self.verdicts),
        )
