"""Tasks that a real worker runs in the tests of the core."""

import time
from pathlib import Path
from uuid import UUID

from agents.canonical import JSON
from agents.errors import AgentError, Deferred
from agents.task import AgentCall, agent_task


class Refused(AgentError):
    """The model refused."""


class Overloaded(AgentError):
    """The model is overloaded."""

    retryable = True


@agent_task("probe.count")
def count(call: AgentCall, *, folder: Path, calls: int, hold_at: int | None = None) -> JSON:
    """Make ``calls`` journaled calls, each leaving a file; wait before one while `go` is missing."""
    results = []
    for number in range(calls):
        while number == hold_at and not (folder / "go").exists():
            call.checkpoint()
            time.sleep(0.05)
        results.append(
            call.journal.remember("count", {"n": number}, lambda _: _leave(folder, number))
        )
        call.progress(number + 1, calls, "calls")
    return {"results": results, "attempt": call.attempt, "user": str(call.user_id)}


def _leave(folder: Path, number: int) -> JSON:
    with (folder / f"call-{number}").open("a") as file:
        file.write("made\n")
    return number * number


@agent_task("probe.spin")
def spin(call: AgentCall, *, folder: Path) -> JSON:
    """Run until told to stop, and say so."""
    (folder / "running").touch()
    try:
        while True:
            call.checkpoint()
            time.sleep(0.05)
    except AgentError as stopped:
        (folder / "stopped").write_text(type(stopped).__name__)
        raise


@agent_task("probe.fail")
def fail(call: AgentCall, *, retryable: bool) -> JSON:
    """Fail the first attempt as asked."""
    if call.attempt > 1:
        return "recovered"
    raise Overloaded if retryable else Refused


@agent_task("probe.defer")
def defer(call: AgentCall, *, folder: Path) -> JSON:
    """Give the slot back once."""
    if (folder / "deferred").exists():
        return {"attempt": call.attempt}
    (folder / "deferred").touch()
    raise Deferred(0.5)


@agent_task("probe.echo")
def echo(call: AgentCall, *, script_id: UUID, words: list[str], loud: bool = False) -> JSON:
    """Return what came, after validation."""
    assert isinstance(script_id, UUID)
    return {"script_id": str(script_id), "words": words, "loud": loud}
