"""What passes between the harvest and its reader: JSON, since a broken parser may send anything."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from agents.wcha import errors
from agents.wcha.errors import DamagedSource, ReaderDied, TooLarge, UnreadableSource
from agents.wcha.text import Extracted

MOST_BYTES = 32_000_000
"""The longest answer that is taken from a reader."""
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Fault:
    """Why there is no text, for a listener; and for the log what broke, if something did."""

    error: UnreadableSource
    cause: str | None = None


def pack(found: Extracted) -> bytes:
    """A text, for the way."""
    return json.dumps(asdict(found), default=date.isoformat).encode()


def pack_fault(error: BaseException) -> bytes:
    """A failure, for the way."""
    if isinstance(error, UnreadableSource):
        told: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    elif isinstance(error, MemoryError):
        told = {"error": TooLarge.__name__, "message": "This document unfolds into too much."}
    else:
        told = {"error": DamagedSource.__name__, "cause": repr(error)[:_LONGEST_MESSAGE]}
    return json.dumps(told).encode()


def unpack(data: bytes) -> Extracted | Fault:
    """What the reader said; nonsense is a death like any other."""
    try:
        told = json.loads(data)
        return _fault(told) if "error" in told else _text(told)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Fault(ReaderDied(), f"nonsense from the reader: {error!r}"[:_LONGEST_MESSAGE])


def _text(told: dict[str, Any]) -> Extracted:
    day = told["published_on"]
    outline = [
        {"level": int(one["level"]), "text": str(one["text"]), "start": int(one["start"])}
        for one in told["outline"]
    ]
    return Extracted(
        str(told["body"]), outline, _line(told["title"]), _line(told["author"]),  # type: ignore[arg-type]
        date.fromisoformat(day) if day else None, bool(told["truncated"]),
    )  # fmt: skip


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
