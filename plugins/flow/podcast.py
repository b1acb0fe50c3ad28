"""The podcast that a flow makes, as its steps read it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from airflow.sdk import Context
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from plugins.errors import InputMissing, UnknownWorkflow
from plugins.step.adoption import adopt_workflow, asked_of
from plugins.step.rows import Connection, Step
from sql.statements import Command, Statement

STEPS = {
    "harvest": "WCHA",
    "weave_script": "PSWA",
    "forge_voice": "VFA",
    "generate_cover": "IGA",
    "publish": "CPOA",
}
"""The tasks of the podcast flow in order, and who does each."""


@dataclass(frozen=True)
class Podcast:
    """What the agents are asked with."""

    topic: str
    preferences: dict[str, JSON]
    script_id: UUID
    stream_id: UUID
    tts_settings: dict[str, JSON]
    script_revision: int
    """The newest script, be it finished, at work or still to come."""
    writing_status: str
    writing_error: str | None
    harvest: dict[str, JSON] | None

    def require_harvest(self) -> dict[str, JSON]:
        """The harvest's summary.

        Raises:
            InputMissing: there is none.
        """
        if self.harvest is None:
            raise InputMissing("The sources have not been read.")
        return self.harvest


_READ = Statement("workflows/read_podcast", Podcast)
_ADOPT_STREAM = Command("workflows/adopt_stream")
_ADOPT_PODCAST = Command("workflows/adopt_podcast")
CHOOSE_SCRIPT = Command("workflows/choose_script")


def read_podcast(connection: Connection, step: Step) -> Podcast:
    """The podcast of a step's workflow.

    Raises:
        UnknownWorkflow: it has none.
    """
    podcast = _READ.one(connection, workflow_id=step.workflow_id)
    if podcast is None:
        raise UnknownWorkflow("There is no podcast to make in this workflow.")
    return podcast


def adopt_podcast(connection: Connection, context: Context) -> None:
    """Create workflow, stream and podcast for a run started in Airflow.

    Every id is derived from the run, so doing it twice changes nothing.
    """
    workflow_id = adopt_workflow(connection, context)
    asked: dict[str, Any] = asked_of(context)
    _ADOPT_STREAM.run(connection, stream_id=uuid5(workflow_id, "stream"), workflow_id=workflow_id)
    _ADOPT_PODCAST.run(
        connection,
        workflow_id=workflow_id,
        topic=asked["topic"],
        preferences=Jsonb(asked.get("preferences") or {}),
        script_id=uuid5(workflow_id, "script"),
    )
