"""What one run of the housekeeping may take away, and how much of it at a time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plugins.housekeeping.settings import HousekeepingSettings

HOUR, DAY = 3600.0, 86_400.0


@dataclass(frozen=True)
class Limits:
    """Ages in seconds, beyond which things go; the size of a batch; the time for a step."""

    media_seconds: float
    stream_seconds: float
    upload_seconds: float
    dispatch_seconds: float
    session_seconds: float
    event_seconds: float
    card_seconds: float
    news_seconds: float
    explored_seconds: float = 30 * DAY
    explored_cards: int = 100
    """Of one person, in the pool: the facade has them in memory."""
    most: int = 500
    """Rows of one statement, so that no lock is held for long."""
    step_seconds: float = 60.0
    """A step that has begun so long ago begins no other batch: the next run goes on."""
    dry_run: bool = False
    """Look, count, and put everything back."""
    trust_database: bool = False
    """Take files without a row away even where they are most of what was looked at."""
    begun: float = field(default_factory=time.monotonic)

    @property
    def out_of_time(self) -> bool:
        """Whether the step's time is over."""
        return time.monotonic() - self.begun > self.step_seconds


def read_limits(params: Mapping[str, Any]) -> Limits:
    """The limits of a run: its params, and the settings where a param says nothing."""
    kept = HousekeepingSettings()

    def chosen(name: str) -> float:
        given = params.get(f"keep_{name}")
        return float(getattr(kept, name) if given is None else given)

    return Limits(
        media_seconds=chosen("media_hours") * HOUR,
        stream_seconds=chosen("streams_hours") * HOUR,
        upload_seconds=chosen("uploads_days") * DAY,
        dispatch_seconds=chosen("dispatches_days") * DAY,
        session_seconds=chosen("sessions_days") * DAY,
        event_seconds=chosen("events_days") * DAY,
        card_seconds=chosen("cards_days") * DAY,
        news_seconds=chosen("news_days") * DAY,
        explored_seconds=chosen("explored_days") * DAY,
        most=int(params.get("batch") or Limits.most),
        step_seconds=float(params.get("step_seconds") or Limits.step_seconds),
        dry_run=bool(params.get("dry_run")),
        trust_database=bool(params.get("trust_database")),
    )
