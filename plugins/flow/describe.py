"""What a run says of itself, whichever flow it is of, from our rows alone."""

from uuid import UUID

from plugins.flow.outcome import unfinished
from plugins.flow.run_note import Made, compose_note
from plugins.flow.snippets.note import compose_refresh_note
from plugins.flow.snippets.refresh import DAG_ID as SNIPPETS
from plugins.flow.snippets.result import read_result
from plugins.flow.snippets.verdict import unfinished_refresh
from plugins.step import rows
from plugins.step.rows import Connection
from sql.statements import Statement

_READ_MADE = Statement("workflows/read_made", Made)


def describe_run(connection: Connection, workflow_id: UUID) -> str | None:
    """The note on a workflow's run; None where there is no such workflow."""
    made = _READ_MADE.one(connection, workflow_id=workflow_id)
    if made is None:
        return None
    steps = rows.READ_STEPS.all(connection, workflow_id=workflow_id)
    costs = rows.READ_COSTS.all(connection, workflow_id=workflow_id)
    if made.dag_id == SNIPPETS:
        result = read_result(connection, workflow_id)
        return compose_refresh_note(workflow_id, made, result, steps, costs)
    return compose_note(workflow_id, made, steps, costs)


def explain_end(connection: Connection, workflow_id: UUID, dag_id: str) -> str:
    """Why nothing came of a run that failed before its last step could say so."""
    if dag_id == SNIPPETS:
        return unfinished_refresh(read_result(connection, workflow_id))
    steps = rows.READ_STEPS.all(connection, workflow_id=workflow_id)
    return unfinished({step.airflow_task_id: step for step in steps})
