"""Tasks that tests of the core run, in the test or in a real worker."""

import time
from functools import partial
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
    """Make ``calls`` journaled calls; each leaves a mark. One is held up until `go` appears."""
    results = []
    for number in range(calls):
        while number == hold_at and not (folder / "go").exists():
            (folder / "held").touch()
            call.checkpoint()
            time.sleep(0.05)
        make = partial(_leave_mark, folder, number)
        results.append(call.journal.remember("count", {"n": number}, make))
        call.progress(number + 1, calls, "calls")
    return {"results": results, "user_id": str(call.user_id)}


def _leave_mark(folder: Path, number: int, call_key: str) -> JSON:
    with (folder / f"call-{number}").open("a") as file:
        file.write("made\n")
    return number * number


@agent_task("probe.spin")
def spin(call: AgentCall, *, folder: Path) -> JSON:
    """Run until told to stop, and leave word of why."""
    (folder / "running").touch()
    try:
        while True:
            call.checkpoint()
            time.sleep(0.05)
    except AgentError as stopped:
        (folder / "stopped").write_text(type(stopped).__name__)
        raise


@agent_task("probe.fail")
def fail(call: AgentCall, *, how: str) -> JSON:
    """Fail the first attempt as asked."""
    if call.attempt > 1:
        return "recovered"
    if how == "not json":
        return {"a path": Path("/")}
    if how == "not storable":
        return "a text with \x00 in it"
    raise {"passing": Overloaded, "final": Refused, "lost": ConnectionError, "fault": KeyError}[how]


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


@agent_task("probe.echo_number")
def echo_number(call: AgentCall, *, number: float) -> JSON:
    """Return the number that came."""
    return number
