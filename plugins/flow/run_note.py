"""The note on a run in Airflow's UI: what it made, and how long each step took."""

import logging
from collections.abc import Iterable
from urllib.parse import quote
from uuid import UUID

import httpx

from plugins.flow.outcome import Outcome
from plugins.settings import FlowSettings
from plugins.step.links import episode_url
from plugins.step.rows import StepState

LONGEST = 1000
"""Characters Airflow accepts."""

log = logging.getLogger(__name__)


def compose_note(
    title: str | None,
    outcome: Outcome,
    seconds: float | None,
    workflow_id: UUID,
    steps: Iterable[StepState],
) -> str:
    """The note, in Markdown.

    Args:
        title: the episode's, if it has one.
        outcome: how the workflow ended.
        seconds: the length of the audio.
        workflow_id: whose page is linked.
        steps: what was done.
    """
    length = f", {seconds / 60:.1f} min" if seconds else ""
    head = f"**{title or 'No episode'}**{length}: {outcome.status.replace('_', ' ')}."
    lines = [head]
    if outcome.error:
        lines.append(outcome.error)
    lines.append(f"[{workflow_id}]({episode_url(workflow_id)})")
    lines.append("\n".join(_line(step) for step in steps))
    return "\n\n".join(lines)[:LONGEST]


def _line(step: StepState) -> str:
    took = f"{step.seconds:.1f} s" if step.seconds is not None else "not run"
    again = f", {step.retry_count} retries" if step.retry_count else ""
    return f"- {step.airflow_task_id} ({step.agent_name}): {step.status}, {took}{again}"


def write_note(settings: FlowSettings, dag_id: str, run_id: str, note: str) -> bool:
    """Put the note on the run, through Airflow's REST API; False where that fails.

    A run without its note is still a good run.
    """
    password = settings.airflow_password.get_secret_value()
    base = settings.airflow_url.rstrip("/")
    path = f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='')}"
    try:
        with httpx.Client(
            base_url=base, verify=base.startswith("https"), trust_env=False, timeout=5
        ) as client:
            login = {"username": settings.airflow_user, "password": password}
            token = client.post("/auth/token", json=login).raise_for_status().json()
            bearer = {"Authorization": f"Bearer {token['access_token']}"}
            client.patch(path, json={"note": note}, headers=bearer).raise_for_status()
    except httpx.HTTPError as problem:
        log.warning("run %s: no note written (%s)", run_id, problem)
        return False
    return True
