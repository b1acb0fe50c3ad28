"""A voice killed in mid-episode: the episode is the one an undisturbed voice makes."""

from typing import Any

from agents import dispatch
from agents.aims.client import AimsClient
from agents.idempotency import Completed
from agents.process import Process
from agents.vfa.task import forge_voice
from tests.agents.aims.conftest import Aims
from tests.agents.processes import Stack, until
from tests.agents.vfa.conftest import TOKEN, Connection, Desk
from tests.agents.vfa.test_forging import another_of_the_same_user

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
    half = desk.recorded()
    stack.worker("agents.vfa.task", "vfa", 1, ready=False)
    answer = until(lambda: _ended(status.get(f"/v1/tasks/{task_id}?wait=5").json()), seconds=90)
    assert answer["status"] == "SUCCESS", answer
    assert 3 <= len(half) < COUNT, "the kill came too late to show anything"
    assert len(desk.recorded()) == COUNT
    assert spoken(aims) - before == COUNT, "a finished line was spoken twice"
    assert desk.ledger()["completed"] == COUNT
    undisturbed = another_of_the_same_user(desk)
    write(undisturbed)
    other = forge_voice.perform(process, None, undisturbed.kwargs("another key"))
    assert isinstance(other, Completed)
    assert other.result["sha256"] == answer["result"]["sha256"]


def _ended(answer: dict[str, Any]) -> dict[str, Any] | None:
    return answer if answer["status"] in ("SUCCESS", "FAILURE", "REVOKED") else None
