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
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from agents.canonical import JSON
from agents.vfa.errors import MasteringFailed, MasteringInterrupted
from streamer.episode import Episode, make_episode
from streamer.mastering.labels import Chapter, Labels
from streamer.mastering.quality import Quality

NICENESS = 10
LOOK_SECONDS = 0.5
_ROOT = Path(__file__).parents[2]
_ANSWER, _COMPLAINT = "quality.json", "complaint.txt"


def make_episode_apart(
    stream: Path,
    folder: Path,
    labels: Labels,
    voices: dict[str, float],
    grounding: JSON,
    look: Callable[[], None],
) -> Episode:
    """What `streamer.episode.make_episode` makes; ``look`` runs meanwhile and may raise to stop it.

    Raises:
        MasteringFailed: it could not be done.
        MasteringInterrupted: the process was killed.
    """
    order = {
        "stream": str(stream), "folder": str(folder), "labels": asdict(labels), "voices": voices,
        "grounding": grounding,
    }  # fmt: skip
    _run(json.dumps(order), folder, look)
    quality = Quality(**json.loads((folder / _ANSWER).read_text(encoding="utf-8")))
    return Episode(folder / "episode.webm", folder / "episode.mp3", quality)


def _run(order: str, folder: Path, look: Callable[[], None]) -> None:
    """Run the other process to its end, or kill it where ``look`` raises."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with (folder / _COMPLAINT).open("wb") as complaint:
        child = subprocess.Popen(
            [sys.executable, "-m", "agents.vfa.apart"],
            stdin=subprocess.PIPE, stderr=complaint, env=environment, text=True,
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
    if child.returncode < 0:
        raise MasteringInterrupted
    if child.returncode:
        last = (folder / _COMPLAINT).read_text(encoding="utf-8", errors="replace").splitlines()[-1:]
        raise MasteringFailed(f"The episode's files could not be made: {''.join(last)}")


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
