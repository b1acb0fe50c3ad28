"""A voice killed in mid-episode: the stream pauses, goes on, and is what it would have been."""

from typing import Any

from agents import dispatch
from agents.aims.client import AimsClient
from agents.idempotency import Completed
from agents.process import Process
from agents.vfa.task import forge_voice
from tests.agents.conftest import add_workflow
from tests.agents.model_service import TOKEN, Aims
from tests.agents.processes import Stack, until
from tests.agents.vfa.conftest import Connection, Desk

SCRIPT = [
    [("host_a" if n % 2 else "host_b", f"This is sentence number {n} of part {part}.")
     for n in range(1, 8)]
    for part in range(1, 3)
]  # fmt: skip
COUNT = 14


def write(desk: Desk) -> None:
    for position, lines in enumerate(SCRIPT):
        desk.publish(position, lines)
    desk.complete(len(SCRIPT))


def spoken(aims: Aims) -> int:
    return int(AimsClient(aims.url, TOKEN).voices()["counters"]["synthesized"])


def test_kill_minus_nine_in_mid_voice(
    desk: Desk, connection: Connection, stack: Stack, aims: Aims, process: Process, media_url: str
) -> None:
    stack.env |= {
        "AETHERCAST_AIMS_URL": aims.url, "AETHERCAST_MEDIA_URL": media_url,
        "AETHERCAST_SERVICE_TOKEN": TOKEN, "AETHERCAST_VOICE_LINES_AHEAD": "3",
    }  # fmt: skip
    before = spoken(aims)
    status = stack.status()
    first = stack.worker("agents.vfa.task", "vfa", 1)
    write(desk)
    task_id = dispatch.submit(connection, "vfa.forge_voice", desk.kwargs())
    until(lambda: len(desk.recorded()) >= 3, seconds=60)
    first.kill()
    first.wait()
    half = segments(desk)
    assert desk.stream()["status"] == "open", "the stream pauses, it does not end"
    stack.worker("agents.vfa.task", "vfa", 1, ready=False)
    answer = until(lambda: _ended(status.get(f"/v1/tasks/{task_id}?wait=5").json()), seconds=90)
    assert answer["status"] == "SUCCESS", answer
    assert 3 <= len(half) - 1 < COUNT, "the kill came too late to show anything"
    assert segments(desk)[: len(half)] == half, "what is published never changes"
    assert desk.recorded() == [f"{part}.{n}" for part in range(2) for n in range(7)]
    assert spoken(aims) - before == COUNT, "a finished line was spoken twice"
    assert desk.ledger()["completed"] == COUNT
    undisturbed = another_user_s(desk)
    write(undisturbed)
    other = forge_voice.perform(process, None, undisturbed.kwargs("another key"))
    assert isinstance(other, Completed)
    assert spoken(aims) - before == 2 * COUNT, "these were spoken for somebody else"
    assert other.result["sha256"] == answer["result"]["sha256"]
    assert undisturbed.stream()["bytes"] == desk.stream()["bytes"]


def segments(desk: Desk) -> list[tuple[Any, ...]]:
    """The record as listeners get it, the header first."""
    return desk.connection.execute(
        "SELECT position, line_id, uri, first_byte, bytes, sha256 FROM stream_segments"
        " WHERE stream_id = %s ORDER BY revision, position",
        (desk.stream_id,),
    ).fetchall()


def another_user_s(desk: Desk) -> Desk:
    """A podcast whose lines are in nobody's journal yet."""
    return Desk(desk.connection, add_workflow(desk.connection)).open()


def _ended(answer: dict[str, Any]) -> dict[str, Any] | None:
    return answer if answer["status"] in ("SUCCESS", "FAILURE", "REVOKED") else None
