"""Reads the sources. The one agent that is a library: it runs on Airflow's worker."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from airflow.sdk import Context

from agents.canonical import JSON
from plugins.errors import AgentCancelled
from plugins.flow.podcast import STEPS, adopt_podcast, read_podcast
from plugins.step import rows
from plugins.step.operator import StepOperator
from plugins.step.rows import Connection, Step
from plugins.step.standing import is_stopped_by_server
from sql.statements import Statement

if TYPE_CHECKING:
    from agents.wcha.bundle import HarvestedContentBundle


@dataclass(frozen=True)
class Standing:
    """Whether anybody still waits for a harvest."""

    wanted: bool


_STANDING = Statement("sources/harvest_standing", Standing)


class Stopped(KeyboardInterrupt):
    """Somebody stopped the harvest, wherever it was.

    An interrupt: no handler of errors on the way takes it for a bad source, and psycopg cancels the
    query it waits for and leaves its connection fit for use.
    """


class HarvestOperator(StepOperator):
    """Gives the podcast its material and its plan.

    As the first step it also adopts a run that was started in Airflow, and writes down the steps
    to come.
    """

    agent_name = "WCHA"

    def on_kill(self) -> None:
        """Give up where a person, or the caller, stopped it; go on where only this worker stops.

        Airflow merely tells a task to stop, and ends its process five seconds later. Nobody else's
        work hangs on this one's, so it ends at once, wherever it is.

        Raises:
            Stopped: in the thread that does the work, which runs this as a signal's handler.
        """
        if self.place and is_stopped_by_server(self.place):
            raise Stopped

    def adopt(self, connection: Connection, context: Context) -> None:
        """A podcast as the facade would have created it."""
        adopt_podcast(connection, context)

    def describe_inputs(self, context: Context) -> dict[str, JSON]:
        """The topic; the sources stand in their own table."""
        return {"topic": context["params"]["topic"]}

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Harvest; the summary names the sources, whose text stays in the database."""
        rows.plan(connection, step, STEPS, {"harvest"})
        try:
            bundle = gather(connection, step)
        except Stopped:
            raise AgentCancelled from None
        return {
            "topic": bundle["topic"],
            "source_ids": [source["source_id"] for source in bundle["sources"]],
            "titles": [source["title_of_source"] for source in bundle["sources"]],
            "words": sum(source["words"] for source in bundle["sources"]),
            "cover_art_prompt": bundle["cover_art_prompt"],
            "problems": list(bundle["problems"]),
        }


def gather(connection: Connection, step: Step) -> "HarvestedContentBundle":
    """The material of a step's podcast."""
    from agents.wcha import harvest
    from streamer.media import MediaSettings, open_store

    podcast = read_podcast(connection, step)
    return harvest(
        connection,
        open_store(MediaSettings().media_url),
        workflow_id=step.workflow_id,
        topic=podcast.topic,
        user_id=step.user_id,
        checkpoint=partial(check_wanted, connection, step),
    )


def check_wanted(connection: Connection, step: Step) -> None:
    """Look whether the harvest goes on, between two sources and while one takes its time.

    Raises:
        AgentCancelled: the workflow has ended, the step was marked, or a newer one replaced it.
    """
    standing = _STANDING.one(connection, task_id=step.task_id)
    if standing is None or not standing.wanted:
        raise AgentCancelled
