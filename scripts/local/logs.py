"""`make logs`: what the services say, as they say it."""

import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from scripts.local.places import Places

COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green")
TAIL_BYTES = 200_000


class NoSuchService(ValueError):
    """There is no log under that name."""


def last_lines(path: Path, count: int) -> str:
    """The last lines of a log; empty where there is none."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])


class Follower:
    """One log file, read on over its rotations."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open(encoding="utf-8", errors="replace")
        self._file.seek(0, 2)
        self._partial = ""

    def lines(self) -> Iterator[str]:
        """The whole lines that came since the last call."""
        yield from self._read()
        if self._was_rotated():
            self._file.close()
            self._file = self.path.open(encoding="utf-8", errors="replace")
            yield from self._read()

    def _read(self) -> Iterator[str]:
        *whole, self._partial = (self._partial + self._file.read()).split("\n")
        yield from whole

    def _was_rotated(self) -> bool:
        try:
            return self.path.stat().st_ino != Path(f"/dev/fd/{self._file.fileno()}").stat().st_ino
        except FileNotFoundError:
            return False


def follow(places: Places, console: Console, service: str, lines: int, onward: bool = True) -> None:
    """Print the last lines of the logs, one service's or all of them, and then what is added.

    Raises:
        NoSuchService: the service has no log; the message names those that have.
    """
    paths = {path.stem: path for path in sorted(places.logs.glob("*.log"))}
    if service and service not in paths:
        raise NoSuchService(f"{service} has no log. There are: {', '.join(paths) or 'none yet'}.")
    chosen = [paths[service]] if service else list(paths.values())
    followers = [Follower(path) for path in chosen]
    for path in chosen:
        for line in last_lines(path, lines).splitlines():
            _print(console, path, line, chosen)
    while onward:
        for follower in followers:
            for line in follower.lines():
                _print(console, follower.path, line, chosen)
        time.sleep(0.2)


def _print(console: Console, path: Path, line: str, chosen: list[Path]) -> None:
    text = Text.from_ansi(line)
    if len(chosen) > 1:
        colour = COLOURS[chosen.index(path) % len(COLOURS)]
        text = Text.assemble((f"{path.stem:<22} ", colour), text)
    console.print(text, soft_wrap=True)
