"""What `make podcast` is asked for, and the memory that makes asking twice harmless."""

import hashlib
import json
import shlex
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.local.settings_file import write_private

KEY_LIVES = 23 * 3600  # seconds; the facade keeps a key for 24 hours


class BadOrder(ValueError):
    """The command cannot be carried out as it was given."""


@dataclass(frozen=True)
class Order:
    """One episode to make. ``sources`` are web addresses or existing files."""

    topic: str
    sources: tuple[str, ...]
    minutes: int | None
    out: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """The sources that are files here."""
        return tuple(Path(one) for one in self.sources if not is_address(one))

    @property
    def fingerprint(self) -> str:
        """What is asked for, by content; where the audio goes is no part of it."""
        parts = [self.topic, str(self.minutes)]
        parts += [one if is_address(one) else _content(Path(one)) for one in self.sources]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_address(source: str) -> bool:
    """Whether a source is on the web."""
    return source.startswith(("http://", "https://"))


def _content(file: Path) -> str:
    return f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def read_order(environ: Mapping[str, str]) -> Order:
    """The order that TOPIC, SOURCES, MINUTES and OUT make.

    Raises:
        BadOrder: something is missing or cannot be, in words for the person who typed it.
    """
    topic = environ.get("TOPIC", "").strip()
    if not topic:
        raise BadOrder('Say what the episode is about: make podcast TOPIC="…"')
    try:
        sources = tuple(shlex.split(environ.get("SOURCES", "")))
    except ValueError:
        raise BadOrder("SOURCES has a quote that is not closed.") from None
    for one in sources:
        if not is_address(one) and not Path(one).is_file():
            raise BadOrder(f"There is no file {one}. (A path with spaces needs quotes of its own.)")
    return Order(topic, sources, _minutes(environ.get("MINUTES", "")), _out(environ.get("OUT", "")))


def _minutes(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 30:
        raise BadOrder(f"MINUTES is a whole number from 1 to 30, not {text}.")
    return int(text)


def _out(text: str) -> Path:
    out = Path(text or "episode.mp3")
    if out.is_dir():
        raise BadOrder(f"OUT is a folder: {out}. Name the file.")
    if not out.parent.is_dir():
        raise BadOrder(f"There is no folder {out.parent} for OUT.")
    return out


class OrderBook:
    """The idempotency keys of orders that are not finished, one file each.

    The same order given again while its episode is being made gets the same key, so that it
    joins that episode; once the episode is on disk, or has failed, it is a new order.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _file(self, order: Order) -> Path:
        return self._folder / f"{order.fingerprint[:32]}.json"

    def key(self, order: Order) -> tuple[str, bool]:
        """The order's key, and whether it is known from before."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = self._file(order)
        try:
            known = json.loads(file.read_text())
            if time.time() - known["made"] < KEY_LIVES:
                return str(known["key"]), True
        except (OSError, ValueError, KeyError):
            pass
        key = uuid.uuid4().hex
        note = {"key": key, "made": time.time(), "topic": order.topic}
        write_private(file, json.dumps(note))
        return key, False

    def close(self, order: Order) -> None:
        """The order is finished."""
        self._file(order).unlink(missing_ok=True)
