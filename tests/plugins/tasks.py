"""Agent tasks that tests of the operators call, run by a real worker."""

import time
from pathlib import Path

from agents.canonical import JSON
from agents.errors import AgentError, Deferred
from agents.task import AgentCall, agent_task


class Refused(AgentError):
    """The model refuses to speak of this."""


class Overloaded(AgentError):
    """The model is overloaded."""

    retryable = True


@agent_task("probe.answer")
def answer(call: AgentCall, *, word: str, folder: Path) -> JSON:
    """Answer at once, and leave a mark of having worked."""
    with (folder / f"worked-{word}").open("a") as marks:
        marks.write(f"{call.idempotency_key}\n")
    return {"word": word, "user_id": str(call.user_id)}


@agent_task("probe.fail")
def fail(call: AgentCall, *, retryable: bool) -> JSON:
    """Fail in one of the two ways."""
    raise Overloaded if retryable else Refused


@agent_task("probe.hold")
def hold(call: AgentCall, *, folder: Path) -> JSON:
    """Work until `go` appears, or until told to stop."""
    (folder / "holding").touch()
    try:
        while not (folder / "go").exists():
            call.checkpoint()
            time.sleep(0.02)
    except AgentError as stopped:
        (folder / "stopped").write_text(type(stopped).__name__)
        raise
    return {"held": True}


@agent_task("probe.card")
def card(call: AgentCall, *, folder: Path, place: int, bad: int) -> JSON:
    """Leave a mark, then work until `go` appears; of the bad topic nothing ever comes."""
    with (folder / f"made-{place}").open("a") as marks:
        marks.write(f"{call.idempotency_key}\n")
    if place == bad:
        raise Refused
    while not (folder / "go").exists():
        call.checkpoint()
        time.sleep(0.02)
    return {"place": place}


@agent_task("probe.write")
def write(call: AgentCall, *, folder: Path) -> JSON:
    """Take a while over a part that a voice waits for."""
    time.sleep(1)
    (folder / "part").touch()
    return {}


@agent_task("probe.speak")
def speak(call: AgentCall, *, folder: Path) -> JSON:
    """Speak the part; without one for a while, give the slot back."""
    for _ in range(30):
        if (folder / "part").exists():
            return {"spoken": True}
        call.checkpoint()
        time.sleep(0.1)
    raise Deferred(0.5)
