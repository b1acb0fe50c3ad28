"""A voice learns at once that the script it waits for will not come."""

import uuid
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from agents.process import Process
from agents.vfa.errors import ScriptFailed, ScriptOverdue, ScriptSuperseded, VoiceError
from agents.vfa.script import Script
from tests.agents.vfa.conftest import LINES, Desk


def script_of(desk: Desk, process: Process, overdue: float = 600.0) -> Script:
    return Script(process.pool, desk.workflow_id, desk.script_id, 0, overdue)


def note_writing(desk: Desk, status: str, generation: int = 0, message: str | None = None) -> None:
    """What Airflow's side says of the writing."""
    error = None if message is None else {"message": message}
    desk.connection.execute(
        "INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, generation,"
        " task_order, status, error_details) VALUES (%s, 'PSWA', 'weave_script', %s, 1, %s, %s)",
        (desk.workflow_id, generation, status, Jsonb(error)),
    )


@pytest.mark.parametrize("status", ["pending", "dispatched", "in_progress", "completed"])
def test_a_writer_at_work_is_waited_for(desk: Desk, process: Process, status: str) -> None:
    note_writing(desk, status)
    assert script_of(desk, process).look() == []


@pytest.mark.parametrize("begun", [True, False])
def test_a_cleared_writer_is_waited_for_until_it_begins_anew(
    desk: Desk, process: Process, begun: bool
) -> None:
    """A Clear cancels the row at once; the next generation's comes a second or more later."""
    if not begun:
        desk.connection.execute("DELETE FROM generated_scripts")
    note_writing(desk, "cancelled")
    script = script_of(desk, process)
    assert script.look() == []
    note_writing(desk, "in_progress", generation=1)
    with pytest.raises(ScriptSuperseded) as caught:
        script.look()
    assert caught.value.retryable


def test_a_cleared_writer_that_never_begins_anew_is_not_waited_for_for_ever(
    desk: Desk, process: Process
) -> None:
    desk.connection.execute("DELETE FROM generated_scripts")
    note_writing(desk, "cancelled")
    with pytest.raises(ScriptOverdue):
        script_of(desk, process, overdue=0.0).look()


@pytest.mark.parametrize("status", ["failed", "skipped"])
@pytest.mark.parametrize("begun", [True, False])
def test_a_writer_that_was_given_up_is_not(
    desk: Desk, process: Process, status: str, begun: bool
) -> None:
    """Airflow had no try left, or a person marked it; the script itself says `writing` for ever,
    or nothing where the writer never began."""
    if not begun:
        desk.connection.execute("DELETE FROM generated_scripts")
    note_writing(desk, status, message="The writer died.")
    with pytest.raises(ScriptFailed, match=r"The writer died\.") as caught:
        script_of(desk, process).look()
    assert not caught.value.retryable


def test_what_is_written_is_spoken_first(desk: Desk, process: Process) -> None:
    desk.publish(0, LINES[0])
    note_writing(desk, "failed")
    script = script_of(desk, process)
    assert len(script.look()) == 1
    with pytest.raises(ScriptFailed):
        script.look()


def test_a_whole_script_needs_no_writer(desk: Desk, process: Process) -> None:
    desk.write_all()
    note_writing(desk, "cancelled")
    note_writing(desk, "pending", generation=1)
    script = script_of(desk, process)
    script.look()
    assert script.complete


def test_a_writing_that_began_anew_is_followed_by_the_next_attempt(
    desk: Desk, process: Process
) -> None:
    note_writing(desk, "cancelled")
    note_writing(desk, "pending", generation=1)
    with pytest.raises(ScriptSuperseded) as caught:
        script_of(desk, process).look()
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"status": "failed", "error": '{"message": "No."}'}, ScriptFailed), ({}, ScriptOverdue)],
)
def test_the_script_s_own_word_counts(
    desk: Desk, process: Process, changes: dict[str, Any], error: type[VoiceError]
) -> None:
    if changes:
        desk.close(**changes)
    with pytest.raises(error):
        script_of(desk, process, overdue=0.0).look()


def test_another_workflow_s_writer_is_none_of_its_business(desk: Desk, process: Process) -> None:
    note_writing(desk, "failed")
    other = Script(process.pool, uuid.uuid4(), desk.script_id, 0, 600.0)
    assert other.look() == []
