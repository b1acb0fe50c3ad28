"""The voice against a real model service and a real database."""

import hashlib
import tempfile
import threading
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agents import dispatch
from agents.idempotency import Completed, Failed, Leased
from agents.process import Process
from agents.vfa.task import forge_voice
from sql.statements import Command
from streamer.mastering.sound import decode
from tests.agents.conftest import add_workflow
from tests.agents.processes import until
from tests.agents.vfa.conftest import LINE_IDS, LINES, Connection, Desk

Kwargs = dict[str, Any]
CLOSE = Command("workflows/close")


@pytest.fixture
def perform(process: Process) -> Any:
    def run(kwargs: Kwargs, task_id: uuid.UUID | None = None) -> Any:
        return forge_voice.perform(process, task_id, kwargs)

    return run


def test_parts_are_spoken_as_they_appear(
    desk: Desk, process: Process, perform: Any, tmp_path: Path
) -> None:
    """The first part is heard before the second is written."""
    endings: list[Any] = []
    voice = threading.Thread(target=lambda: endings.append(perform(desk.kwargs(host_b="michael"))))
    voice.start()
    desk.publish(0, LINES[0])
    until(lambda: desk.recorded() == LINE_IDS[:3], seconds=60)
    assert desk.stream()["status"] == "open"
    desk.publish(1, LINES[1])
    desk.complete(2)
    voice.join(90)
    (ending,) = endings
    assert isinstance(ending, Completed)
    check_episode(desk, process, ending.result, tmp_path)
    assert desk.ledger() == {"completed": 5}


def check_episode(desk: Desk, process: Process, result: Any, folder: Path) -> None:
    """The result, the record and the files say the same."""
    stream = desk.stream()
    assert (stream["status"], stream["sha256"]) == ("ended", result["sha256"])
    assert stream["quality"] == result["quality"]
    assert stream["released"] is False  # until the orchestrator says so
    assert [line["line_id"] for line in result["lines"]] == LINE_IDS == desk.recorded()
    data = process.media.read(result["stream_uri"])
    assert (len(data), hashlib.sha256(data).hexdigest()) == (result["bytes"], result["sha256"])
    quality = result["quality"]
    assert (quality["passed"], quality["problems"]) == (True, [])
    assert quality["longest_silence_seconds"] < 1.1
    assert min(quality["voices"]["host_a"], quality["voices"]["host_b"]) > 0.8
    assert quality["duration_seconds"] == pytest.approx(stream["frames"] * 0.02, abs=0.05)
    with process.media.as_file(result["audio_filepath"]) as mp3:
        heard = decode(mp3, folder)
    starts = [line["start"] for line in result["lines"]]
    assert starts == sorted(starts)
    for line in result["lines"]:
        middle = int((line["start"] + line["seconds"] / 2) * 48_000)
        assert abs(heard[middle - 12_000 : middle + 12_000]).max() > 0.02


def test_a_voice_stopped_half_way_goes_on_to_the_same_bytes(
    desk: Desk, connection: Connection, process: Process, perform: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """No further part: the slot is given back. The next arrival goes on; nothing is repeated."""
    monkeypatch.setenv("AETHERCAST_VOICE_PATIENCE_SECONDS", "0.2")
    monkeypatch.setenv("AETHERCAST_VOICE_RETURN_SECONDS", "0.1")
    desk.publish(0, LINES[0])
    assert isinstance(perform(desk.kwargs()), Leased)
    assert desk.recorded() == LINE_IDS[:3]
    assert desk.stream()["status"] == "open"
    desk.publish(1, LINES[1])
    desk.complete(2)
    ending = until(lambda: _completed(perform(desk.kwargs())), seconds=60)
    assert desk.ledger() == {"completed": 5}
    undisturbed = another_of_the_same_user(desk)
    undisturbed.write_all()
    other = perform(undisturbed.kwargs("another key"))
    assert other.result["sha256"] == ending.result["sha256"]
    assert undisturbed.ledger() == {"reused": 5}
    mp3 = [process.media.read(made.result["audio_filepath"]) for made in (ending, other)]
    assert mp3[0] == mp3[1]


def _completed(ending: Any) -> Any:
    return ending if isinstance(ending, Completed) else None


def another_of_the_same_user(desk: Desk) -> Desk:
    workflow_id = add_workflow(desk.connection)
    desk.connection.execute(
        "UPDATE workflow_instances SET user_id = (SELECT user_id FROM workflow_instances"
        " WHERE workflow_id = %s) WHERE workflow_id = %s",
        (desk.workflow_id, workflow_id),
    )
    return Desk(desk.connection, workflow_id).open()


def test_audio_that_was_swept_away_is_spoken_again(
    desk: Desk, process: Process, perform: Any, connection: Connection
) -> None:
    desk.write_all()
    first = perform(desk.kwargs()).result
    rows = connection.execute("SELECT result ->> 'audio_uri' FROM call_journal").fetchall()
    for (uri,) in rows:
        process.media.delete(str(uri))
    again = perform(desk.kwargs("a new generation"))
    assert isinstance(again, Completed)
    assert again.result["quality"]["passed"]
    assert desk.stream()["revision"] == 1
    assert abs(again.result["duration_seconds"] - first["duration_seconds"]) < 0.5


def test_a_finished_call_is_answered_and_not_done_again(desk: Desk, perform: Any) -> None:
    desk.write_all()
    first = perform(desk.kwargs())
    assert perform(desk.kwargs()) == first
    assert desk.ledger() == {"completed": 5}


def test_a_failed_script_ends_the_voice_with_its_words(desk: Desk, perform: Any) -> None:
    desk.publish(0, LINES[0][:1])
    desk.close("failed", error=psycopg.types.json.Jsonb({"message": "The source says nothing."}))
    ending = perform(desk.kwargs())
    assert isinstance(ending, Failed)
    assert (ending.error["type"], ending.error["retryable"]) == ("ScriptFailed", False)
    assert desk.stream()["status"] == "failed"
    assert desk.stream()["error"] == "The source says nothing."


def test_a_script_without_lines_is_no_episode(desk: Desk, perform: Any) -> None:
    desk.complete(0)
    assert perform(desk.kwargs()).error["type"] == "EmptyScript"


def test_a_script_that_shows_no_sign_of_life_is_given_up(
    desk: Desk, perform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AETHERCAST_SCRIPT_OVERDUE_SECONDS", "0.1")
    desk.connection.execute(
        "UPDATE generated_scripts SET last_accessed_timestamp = now() - interval '1 minute'"
    )
    assert perform(desk.kwargs()).error["type"] == "ScriptOverdue"


def test_a_voice_that_does_not_exist_is_named(desk: Desk, perform: Any) -> None:
    desk.write_all()
    error = perform(desk.kwargs(host_b="nobody")).error
    assert (error["type"], error["retryable"]) == ("UnknownSpeaker", False)
    assert "nobody" in error["message"]
    assert "michael" in error["message"]


def test_a_voice_without_room_for_its_files_may_try_again(
    desk: Desk, perform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write_all()
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", "/dev/full")
        error = perform(desk.kwargs()).error
    assert (error["type"], error["retryable"]) == ("MasteringStarved", True)
    assert "/dev/full" not in error["message"]
    assert isinstance(perform(desk.kwargs()), Completed)


@pytest.mark.parametrize("ending", ["cancelled", "failed"])
def test_listeners_hear_of_the_end_from_whoever_closes_the_workflow(
    ending: str, desk: Desk, connection: Connection, perform: Any, broker: str
) -> None:
    with connection.transaction():
        task_id = dispatch.record(connection, "vfa.forge_voice", desk.kwargs()).task_id
    endings: list[Any] = []
    voice = threading.Thread(target=lambda: endings.append(perform(desk.kwargs(), task_id)))
    voice.start()
    desk.publish(0, LINES[0])
    until(desk.recorded, seconds=60)
    dispatch.cancel(connection, task_id)
    voice.join(10)
    assert endings == [None]
    assert desk.stream()["status"] == "open", "after a Clear the next voice begins anew"
    CLOSE.run(
        connection, workflow_id=desk.workflow_id, status=ending, error="So be it.",
        closing_task=None,
    )  # fmt: skip
    assert (desk.stream()["status"], desk.stream()["error"]) == (ending, "So be it.")


def test_a_cleared_voice_never_speaks_over_its_successor(desk: Desk, perform: Any) -> None:
    desk.write_all()
    assert isinstance(perform(desk.kwargs("generation 0")), Completed)
    assert isinstance(perform(desk.kwargs("generation 1")), Completed)
    desk.connection.execute("DELETE FROM idempotency_keys")
    late = perform(desk.kwargs("generation 0"))
    assert (late.error["type"], late.error["retryable"]) == ("VoiceSuperseded", False)
    assert desk.stream()["revision"] == 1
