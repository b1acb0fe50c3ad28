"""One text that a topic can be made from."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from agents.wcha.text import BREAK, Heading

Kind = Literal["feed", "page", "document"]


@dataclass(frozen=True)
class Material:
    """A feed's entry, a page, a document or a section of one.

    ``identity`` stays the same from discovery to discovery: the canonical address, the document's
    id, with ``#section`` for a part of it. ``seen_at`` is when it was published, else when it was
    first seen; both are None for what does not age. ``outline`` points into ``text``.
    """

    identity: str
    kind: Kind
    title: str
    text: str
    publisher: str
    url: str | None = None
    document_id: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    seen_at: datetime | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    outline: tuple[Heading, ...] = ()
    complete: bool = False
    whole: str | None = None
    """The identity of what this is a section of."""
    usable: int = field(default=0, compare=False)
    """About how many sentences could be told."""

    @cached_property
    def body(self) -> str:
        """What citations point into: the title, a blank line, the text."""
        return f"{self.title}{BREAK}{self.text}"

    @cached_property
    def body_outline(self) -> list[Heading]:
        """The outline of :attr:`body`."""
        shift = len(self.title) + len(BREAK)
        return [
            {"level": one["level"], "text": one["text"], "start": one["start"] + shift}
            for one in self.outline
        ]

    @cached_property
    def sha256(self) -> str:
        """The hash of :attr:`body`."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    def topic_id(self, user_id: UUID | None) -> UUID:
        """The id of the topic that this is the first to tell, for everybody or for one user."""
        return uuid5(NAMESPACE_URL, f"topic:{user_id or ''}:{self.identity}")

    def source_id(self, topic_id: UUID) -> UUID:
        """The id of this text beside a topic: once cited it never changes, so another text of the
        same page is another row.
        """
        return uuid5(topic_id, f"{self.identity} {self.sha256}")


def fingerprint(materials: list[Material]) -> str:
    """The hash of what a topic is told from, in order."""
    return hashlib.sha256(" ".join(one.sha256 for one in materials).encode()).hexdigest()
