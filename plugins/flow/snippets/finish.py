"""The last step of a refresh: says how it ended, and closes its workflow."""

from dataclasses import dataclass

from airflow.sdk import BaseOperatorLink, Context

from agents.canonical import JSON
from plugins.errors import NothingRefreshed
from plugins.flow.describe import describe_run
from plugins.flow.run_note import write_note
from plugins.flow.snippets.claim import REST
from plugins.flow.snippets.refresh import FINISH, RefreshStep
from plugins.flow.snippets.result import read_result
from plugins.flow.snippets.settings import refresh_settings
from plugins.flow.snippets.verdict import judge_refresh
from plugins.settings import flow_settings
from plugins.step.links import PageLink
from plugins.step.rows import Connection, Step
from plugins.step.workflows import close
from sql.statements import Statement


@dataclass(frozen=True)
class Emptiness:
    """Whether there is no card."""

    empty: bool


IS_EMPTY = Statement("pool/is_empty", Emptiness)


class FinishRefreshOperator(RefreshStep):
    """Runs whatever became of the steps before it (``trigger_rule="all_done"``).

    Where nothing came of the refresh this task fails too: it is the only leaf, so the run ends
    failed as it should.
    """

    agent_name = "CPOA"
    operator_extra_links: tuple[BaseOperatorLink, ...] = (PageLink(),)

    def perform(self, connection: Connection, step: Step, context: Context) -> dict[str, JSON]:
        """Judge, close, and say when to look again; the summary says how it ended."""
        result = read_result(connection, step.workflow_id)
        outcome = judge_refresh(result)
        idle = outcome.status != "failed" and not result.made
        rest = rest_after(connection, idle=idle)
        REST.run(connection, workflow_id=step.workflow_id, rest_seconds=rest)
        close(connection, step.workflow_id, outcome.status, outcome.error, FINISH)
        instance = context["ti"]
        if (note := describe_run(connection, step.workflow_id)) is not None:
            write_note(flow_settings(), instance.dag_id, instance.run_id, note)
        if outcome.status == "failed":
            raise NothingRefreshed(outcome.error)
        return {"status": outcome.status, "error": outcome.error, "cards": len(result.made)}


def rest_after(connection: Connection, *, idle: bool) -> float:
    """For how many seconds nobody need ask again. Whoever comes to a pool that is still empty waits
    for cards, so they are looked for soon though nothing was found."""
    settings = refresh_settings()
    found = IS_EMPTY.one(connection) if idle else None
    if found is None or found.empty:
        return settings.refresh_rest_seconds
    return settings.refresh_idle_seconds
