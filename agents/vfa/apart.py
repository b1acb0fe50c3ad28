"""Mastering in a process of its own, which takes the cores only when nobody else wants them.

Mastering five minutes is about twelve seconds of work for one core, and nobody listens to it, while
other episodes are being spoken by the same machine, and from the same process. A thread would not
do: one that holds the interpreter while it waits for a core holds up all the others.
"""

import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import structlog

from agents.canonical import JSON
from agents.vfa.errors import MasteringFailed, MasteringInterrupted, MasteringStarved
from streamer.episode import Episode, make_episode
from streamer.mastering.labels import Chapter, Labels
from streamer.mastering.quality import Quality

NICENESS = 10
LOOK_SECONDS = 0.5
MASTERINGS_AT_ONCE = 2
"""In one worker: each takes about a core, and its samples thrice on the disk."""
COMPLAINT_CHARACTERS = 2000
_ROOT = Path(__file__).parents[2]
_ANSWER, _COMPLAINT = "quality.json", "complaint.txt"
_STARVED = os.EX_TEMPFAIL
_turns = threading.BoundedSemaphore(MASTERINGS_AT_ONCE)

log = structlog.get_logger(__name__)


def make_episode_apart(
    stream: Path,
    folder: Path,
    labels: Labels,
    voices: dict[str, float],
    grounding: JSON,
    look: Callable[[], None],
) -> Episode:
    """What `streamer.episode.make_episode` makes; ``look`` runs meanwhile and may raise to stop it.

    It waits for its turn where others of this process are being made.

    Raises:
        MasteringFailed: it could not be done; the log says why.
        MasteringInterrupted: the process was killed (retryable).
        MasteringStarved: there was no room on the disk or in memory (retryable).
    """
    order = {
        "stream": str(stream), "folder": str(folder), "labels": asdict(labels), "voices": voices,
        "grounding": grounding,
    }  # fmt: skip
    with _turn(look):
        _run(json.dumps(order), folder, look)
    quality = Quality(**json.loads((folder / _ANSWER).read_text(encoding="utf-8")))
    return Episode(folder / "episode.webm", folder / "episode.mp3", quality)


@contextmanager
def _turn(look: Callable[[], None]) -> Iterator[None]:
    while not _turns.acquire(timeout=LOOK_SECONDS):
        look()
    try:
        yield
    finally:
        _turns.release()


def _run(order: str, folder: Path, look: Callable[[], None]) -> None:
    """Run the other process to its end, or kill it where ``look`` raises."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with (folder / _COMPLAINT).open("wb") as written:
        child = subprocess.Popen(
            [sys.executable, "-m", "agents.vfa.apart"],
            stdin=subprocess.PIPE, stderr=written, env=environment, text=True,
        )  # fmt: skip
    assert child.stdin is not None
    try:
        with suppress(BrokenPipeError):  # it ended before it heard, and says why
            child.stdin.write(order + "\n")
            child.stdin.flush()
        while not _ended(child):
            look()
    finally:
        child.kill()
        child.wait()
        with suppress(BrokenPipeError):
            child.stdin.close()
    if child.returncode:
        complaint = (folder / _COMPLAINT).read_text(encoding="utf-8", errors="replace")
        raise _explain(child.returncode, complaint)


def _explain(status: int, complaint: str) -> MasteringFailed:
    """What a podcast says of it. The process's own words name our files: they are for the log."""
    log.error("mastering_failed", status=status, complaint=complaint[-COMPLAINT_CHARACTERS:])
    if status < 0:
        return MasteringInterrupted()
    return MasteringStarved() if status == _STARVED else MasteringFailed()


def _ended(child: "subprocess.Popen[str]") -> bool:
    try:
        child.wait(LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def main() -> None:
    """Do what one line of standard input asks; end when whoever asked does."""
    os.nice(NICENESS)
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _obey(order)
    except (OSError, MemoryError):
        traceback.print_exc()
        sys.exit(_STARVED)


def _obey(order: JSON) -> None:
    labels = order["labels"]
    labels["chapters"] = tuple(Chapter(**chapter) for chapter in labels["chapters"])
    folder = Path(order["folder"])
    episode = make_episode(
        Path(order["stream"]), folder, Labels(**labels), order["voices"], order["grounding"]
    )
    (folder / _ANSWER).write_text(json.dumps(asdict(episode.quality)), encoding="utf-8")


def _end_with_parent() -> None:
    """The pipe is closed when the parent ends, however it does."""
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
