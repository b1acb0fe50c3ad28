"""The script as far as it is written, followed as it grows."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool
from pydantic import BaseModel, ConfigDict

from agents.canonical import JSON
from agents.vfa.errors import ScriptFailed, ScriptOverdue, ScriptSuperseded
from sql.statements import Statement


class Line(BaseModel):
    """One line to speak; what a voice does not need is let through unread."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    line_id: str
    speaker: str
    text: str


@dataclass(frozen=True)
class Part:
    """A part: published once, whole, and never changed."""

    position: int
    heading: str
    lines: list[JSON]

    def read_lines(self) -> list[Line]:
        """The lines in order."""
        return [Line.model_validate(line) for line in self.lines]


@dataclass(frozen=True)
class Writing:
    """Where the writing is. ``status`` is writing, completed or failed."""

    status: str
    part_count: int | None
    title: str | None
    error: JSON
    grounding: JSON
    idle_seconds: float


@dataclass(frozen=True)
class Writer:
    """The newest attempt of Airflow at the writing; its generation is the script's revision."""

    generation: int
    status: str
    message: str | None
    idle_seconds: float


_GIVEN_UP = frozenset({"failed", "skipped"})
"""States in which Airflow does not try the writing again by itself.

A cancelled one was cleared, and its next generation begins within seconds; where instead the whole
workflow was cancelled, so is the voice.
"""

_WRITING = Statement("voice/script", Writing)
_WRITER = Statement("voice/writer", Writer)
_PARTS = Statement("voice/parts", Part)


@dataclass
class Script:
    """What is known of one revision of a script by now."""

    pool: ConnectionPool
    workflow_id: UUID
    script_id: UUID
    revision: int
    overdue_seconds: float
    parts: list[Part] = field(default_factory=list)
    writing: Writing | None = None
    writer: Writer | None = None

    @property
    def complete(self) -> bool:
        """Whether every part is known and no further one will come."""
        written = self.writing
        if written is None or written.status != "completed":
            return False
        return len(self.parts) >= (written.part_count or 0)

    def look(self) -> list[Part]:
        """Look at the tables; the parts that are new.

        The state is read first, so that no completed script lacks parts.

        Raises:
            ScriptFailed: the writer gave up, or was given up.
            ScriptSuperseded: the script is written anew, in another revision.
            ScriptOverdue: nothing has come for too long.
        """
        key: dict[str, Any] = {"script_id": self.script_id, "revision": self.revision}
        with self.pool.connection() as connection:
            self.writer = _WRITER.one(connection, workflow_id=self.workflow_id)
            self.writing = _WRITING.one(connection, **key)
            found = _PARTS.all(connection, **key, position=len(self.parts))
        new = [part for place, part in enumerate(found, len(self.parts)) if part.position == place]
        self.parts += new
        if not new and not self.complete:
            self._refuse_if_hopeless()
        return new

    def _refuse_if_hopeless(self) -> None:
        if self.writer is not None and self.writer.generation > self.revision:
            raise ScriptSuperseded
        if self.writer is not None and self.writer.status in _GIVEN_UP:
            raise ScriptFailed(self.writer.message)
        if self.writer is not None and self.writer.status == "cancelled":
            self._refuse_if_overdue(self.writer.idle_seconds)
        if self.writing is None:
            return
        if self.writing.status == "failed":
            raise ScriptFailed((self.writing.error or {}).get("message"))
        self._refuse_if_overdue(self.writing.idle_seconds)

    def _refuse_if_overdue(self, idle_seconds: float) -> None:
        if idle_seconds > self.overdue_seconds:
            raise ScriptOverdue


class Bell:
    """Rings when something happened to a script. Listens from the first wait on."""

    def __init__(self, database_url: str, script_id: UUID) -> None:
        self._database_url = database_url
        self._script_id = str(script_id)
        self._connection: Connection[Any] | None = None

    def wait(self, seconds: float) -> None:
        """Return when it rings, or when the seconds are over; the first time at once.

        What happened before it listened, a look finds: so the first look waits for no connection.
        """
        if self._connection is None:
            self._connection = psycopg.connect(self._database_url, autocommit=True)
            self._connection.execute("LISTEN script_part")
            return
        for note in self._connection.notifies(timeout=seconds, stop_after=1):
            if note.payload == self._script_id:
                return

    def close(self) -> None:
        """Listen no more."""
        if self._connection is not None:
            self._connection.close()


@contextmanager
def listen(database_url: str, script_id: UUID) -> Iterator[Bell]:
    """A bell for one script, on a connection of its own."""
    with closing(Bell(database_url, script_id)) as bell:
        yield bell
