"""The making of a card: asked for, judged, asked for once more, and at last read out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from agents.aims.errors import AimsError
from agents.aims.text.errors import TooLittleText
from agents.aims.text.grounded.picture import describe_picture
from agents.aims.text.grounded.snippet import write_snippet
from agents.aims.text.grounded.writer import MODEL
from agents.aims.text.request import Source
from agents.aims.text.tasks import Snippet, SnippetParameters, read_answer
from agents.canonical import JSON
from agents.pswa.evidence import missing_names, missing_numbers
from agents.pswa.ground import Ground
from agents.sca.errors import NothingToTell, UnfitCard
from agents.sca.gate import judge_card
from agents.sca.prompts import write_messages
from agents.sca.settings import SnippetSettings
from agents.sca.store import Material

log = structlog.get_logger(__name__)

ASKINGS = 2
_MARKUP = re.compile(r"[^\w\s.,:;'’\"()–-]|_")
_FRAME = describe_picture("", "")
Ask = Callable[[JSON, JSON], JSON]
"""Puts a request to the model service, once for the same inputs: ``{"output", "model"}``."""


@dataclass(frozen=True)
class Order:
    """What is to be told."""

    topic_id: UUID
    title: str
    keywords: list[str]
    fingerprint: str
    material: list[Material]
    settings: SnippetSettings

    @property
    def sources(self) -> list[Source]:
        """The material, as a writer is given it."""
        return [each.as_source() for each in self.material]

    def parameters(self, attempt: int = 0) -> dict[str, Any]:
        """What the writer is told."""
        return SnippetParameters(
            title_suggestion=self.title, keywords=self.keywords,
            words_per_minute=self.settings.words_per_minute,
            complete=[str(each.source_id) for each in self.material if each.complete],
            attempt=attempt,
        ).model_dump(mode="json")  # fmt: skip

    def inputs(self, attempt: int) -> JSON:
        """What the answer depends on: the same topic with the same material is told once."""
        return {
            "topic_id": str(self.topic_id), "fingerprint": self.fingerprint,
            "sources": [[str(each.source_id), each.sha256] for each in self.material],
            "parameters": self.parameters(attempt),
        }  # fmt: skip


@dataclass(frozen=True)
class Crafted:
    """A card that may be published, and who wrote it."""

    card: Snippet
    model: str


def craft(order: Order, ask: Ask) -> Crafted:
    """Have a card written until it stands in its sources, twice at most; then read them out.

    Raises:
        NothingToTell: the sources hold too little.
        UnfitCard: not even their own sentences stood: a fault of ours.
        AimsError: the model service is away (retryable).
    """
    if not order.material:
        raise NothingToTell
    ground = Ground({source.id: source for source in order.sources}, order.title)
    # The embedded writer answers a second asking as the first.
    askings = 1 if order.settings.text_backend == "grounded" else ASKINGS
    for attempt in range(askings):
        crafted = _try(order, ask, ground, attempt)
        if crafted:
            return crafted
    return Crafted(read_out(order, ground), MODEL)


def _try(order: Order, ask: Ask, ground: Ground, attempt: int) -> Crafted | None:
    """One asking, through the gate; None where the answer is of no use."""
    messages = write_messages(order.title, order.keywords)
    body = {
        "messages": [message.model_dump() for message in messages],
        "sources": [source.model_dump() for source in order.sources],
        "parameters": order.parameters(attempt),
    }
    try:
        answer = ask(body, order.inputs(attempt))
        card: Snippet = read_answer(Snippet, answer["output"])
    except AimsError as error:
        if error.retryable:
            raise
        log.warning("no usable answer", attempt=attempt, error=str(error))
        return None
    if reason := judge_card(card, ground):
        log.warning("card refused", attempt=attempt, reason=reason)
        return None
    return Crafted(own_picture(card, order.sources), str(answer["model"]))


def own_picture(card: Snippet, sources: list[Source]) -> Snippet:
    """The card, its picture described in the sources' words where the model's hold others."""
    text = "\n".join(source.text for source in sources)
    known = f"{_FRAME} {card.title}. {text}"
    said = card.cover_prompt
    foreign = missing_numbers(said, known) or missing_names(said, known)
    if not (foreign or _MARKUP.search(said) or not said.isprintable()):
        return card
    picture = describe_picture(card.title, text)
    return card.model_copy(update={"cover_prompt": picture})


def read_out(order: Order, ground: Ground) -> Snippet:
    """The card of the sources' own sentences. Raises NothingToTell, UnfitCard."""
    parameters = SnippetParameters.model_validate(order.parameters())
    try:
        card = write_snippet(order.sources, parameters)
    except TooLittleText as error:
        raise NothingToTell from error
    if reason := judge_card(card, ground):
        log.error("own card refused", topic_id=str(order.topic_id), reason=reason)
        raise UnfitCard
    return card
