"""What passes between the harvest and its reader: JSON, since a broken parser may send anything."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from agents.wcha import errors
from agents.wcha.errors import DamagedSource, ReaderDied, TooLarge, UnreadableSource
from agents.wcha.formats.feed import Entry, Feed
from agents.wcha.text import Extracted, Heading

MOST_BYTES = 32_000_000
"""The longest answer that is taken from a reader."""
LONGEST_WISH = 128
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Wish:
    """How long a document may take, and how many ``entries`` of it are wanted if it is a feed."""

    seconds: float
    entries: int = 0


@dataclass(frozen=True)
class Fault:
    """Why there is no text, for a listener; and for the log what broke, if something did."""

    error: UnreadableSource
    cause: str | None = None


def pack_wish(wish: Wish) -> bytes:
    """A wish, for the way."""
    return json.dumps([wish.seconds, wish.entries]).encode()


def unpack_wish(data: bytes) -> Wish:
    """What the harvest asks of its reader."""
    seconds, entries = json.loads(data)
    return Wish(float(seconds), int(entries))


def pack(found: Extracted | Feed) -> bytes:
    """What was read, for the way."""
    return json.dumps(asdict(found), default=lambda moment: moment.isoformat()).encode()


def pack_fault(error: BaseException) -> bytes:
    """A failure, for the way."""
    if isinstance(error, UnreadableSource):
        told: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    elif isinstance(error, MemoryError):
        told = {"error": TooLarge.__name__, "message": "This document unfolds into too much."}
    else:
        told = {"error": DamagedSource.__name__, "cause": repr(error)[:_LONGEST_MESSAGE]}
    return json.dumps(told).encode()


def unpack(data: bytes) -> Extracted | Feed | Fault:
    """What the reader said; nonsense is a death like any other."""
    try:
        told = json.loads(data)
        if "error" in told:
            return _fault(told)
        return _feed(told) if "entries" in told else _text(told)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Fault(ReaderDied(), f"nonsense from the reader: {error!r}"[:_LONGEST_MESSAGE])


def _text(told: dict[str, Any]) -> Extracted:
    day = told["published_on"]
    return Extracted(
        str(told["body"]), _outline(told), _line(told["title"]), _line(told["author"]),
        date.fromisoformat(day) if day else None, bool(told["truncated"]),
    )  # fmt: skip


def _feed(told: dict[str, Any]) -> Feed:
    minutes = told["minutes"]
    return Feed(
        _line(told["title"]), [_entry(one) for one in told["entries"]],
        None if minutes is None else float(minutes), bool(told["broken"]),
    )  # fmt: skip


def _entry(told: dict[str, Any]) -> Entry:
    moment = told["published_at"]
    return Entry(
        key=_line(told["key"]), link=_line(told["link"]), title=str(told["title"]),
        text=str(told["text"]), outline=_outline(told), author=_line(told["author"]),
        tags=[str(tag) for tag in told["tags"]],
        published_at=datetime.fromisoformat(moment) if moment else None,
        complete=bool(told["complete"]),
    )  # fmt: skip


def _outline(told: dict[str, Any]) -> list[Heading]:
    return [
        {"level": int(one["level"]), "text": str(one["text"]), "start": int(one["start"])}
        for one in told["outline"]
    ]


def _line(value: object) -> str | None:
    return None if value is None else str(value)


def _fault(told: dict[str, Any]) -> Fault:
    kind = getattr(errors, str(told["error"]), None)
    if not (isinstance(kind, type) and issubclass(kind, UnreadableSource)):
        kind = ReaderDied
    message = told.get("message")
    cause = told.get("cause")
    return Fault(
        kind(str(message)[:_LONGEST_MESSAGE] if message else None), str(cause) if cause else None
    )
