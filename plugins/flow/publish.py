"""The last step: tells the feeder, fills in the podcast, closes the workflow."""

from collections.abc import Mapping
from dataclasses import dataclass

from airflow.sdk import Context
from psycopg.types.json import Jsonb

from agents.canonical import JSON
from plugins.errors import NothingPublished
from plugins.flow.describe import describe_run
from plugins.flow.notification import Notice, notify_new_audio
from plugins.flow.outcome import episode_of, judge
from plugins.flow.podcast import Podcast, adopt_podcast, read_podcast
from plugins.flow.run_note import write_note
from plugins.settings import flow_settings
from plugins.step import rows
from plugins.step.operator import StepOperator
from plugins.step.rows import Connection, Step, StepState
from plugins.step.workflows import close
from sql.statements import Command, Statement

Steps = Mapping[str, StepState]


@dataclass(frozen=True)
class _Title:
    title: str | None


_TITLE = Statement("workflows/read_script_title", _Title)
_PUBLISH = Command("workflows/publish_podcast")


class PublishOperator(StepOperator):
    """Runs whatever became of the steps before it (``trigger_rule="all_done"``).

    Where there is no episode, the workflow is closed as failed and this task fails too: it is the
    only leaf, so the run ends failed as it should.
    """

    agent_name = "CPOA"

    def adopt(self, connection: Connection, context: Context) -> None:
        """The harvest may have failed before it could."""
        adopt_podcast(connection, context)

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Publish; the summary says how the workflow ended."""
        podcast = read_podcast(connection, step)
        steps = {state.airflow_task_id: state for state in _others(connection, step)}
        notice = self._notify(podcast, steps)
        outcome = judge(steps, notice)
        title = self._fill_in(connection, step, podcast, steps, notice)
        close(connection, step.workflow_id, outcome.status, outcome.error, self.task_id)
        self._note(connection, context, step)
        if outcome.status == "failed":
            raise NothingPublished(outcome.error)
        return {"status": outcome.status, "error": outcome.error, "title": title}

    def _notify(self, podcast: Podcast, steps: Steps) -> Notice | None:
        """What the feeder says to the audio; None where there is none."""
        audio = episode_of(steps)
        if audio is None:
            return None
        return notify_new_audio(flow_settings(), podcast.stream_id, str(audio["audio_filepath"]))

    def _fill_in(
        self,
        connection: Connection,
        step: Step,
        podcast: Podcast,
        steps: Steps,
        notice: Notice | None,
    ) -> str | None:
        """Write what was made into the podcast; its title."""
        title = _title_of(connection, podcast)
        audio = episode_of(steps) or {}
        quality = audio.get("quality")
        _PUBLISH.run(
            connection,
            workflow_id=step.workflow_id,
            title=title,
            audio_uri=audio.get("audio_filepath"),
            episode_uri=audio.get("episode_uri"),
            cover_uri=_cover_of(steps),
            duration_seconds=audio.get("duration_seconds"),
            quality=None if quality is None else Jsonb(quality),
            notification_status=_notification_status(notice),
            orchestration_log=Jsonb([_log_line(state) for state in steps.values()]),
        )
        return title

    def _note(self, connection: Connection, context: Context, step: Step) -> None:
        instance = context["ti"]
        if (note := describe_run(connection, step.workflow_id)) is not None:
            write_note(flow_settings(), instance.dag_id, instance.run_id, note)


def _others(connection: Connection, step: Step) -> list[StepState]:
    states = rows.READ_STEPS.all(connection, workflow_id=step.workflow_id)
    return [state for state in states if state.airflow_task_id != "publish"]


def _title_of(connection: Connection, podcast: Podcast) -> str | None:
    found = _TITLE.one(connection, script_id=podcast.script_id, revision=podcast.script_revision)
    return found.title if found else None


def _notification_status(notice: Notice | None) -> str:
    if notice is None:
        return "pending"
    return "notified" if notice.taken else "failed"


def _cover_of(steps: Steps) -> str | None:
    cover = steps.get("generate_cover")
    made = cover.summary if cover is not None and cover.status == "completed" else None
    uri = (made or {}).get("image_url")
    return str(uri) if uri else None


def _log_line(state: StepState) -> dict[str, JSON]:
    seconds = None if state.seconds is None else round(state.seconds, 3)
    return {
        "task": state.airflow_task_id,
        "agent": state.agent_name,
        "status": state.status,
        "seconds": seconds,
        "retries": state.retry_count,
        "error": (state.error or {}).get("message"),
    }
