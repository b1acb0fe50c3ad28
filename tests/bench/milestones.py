"""Where the time to the first audio goes: our clocks and the client's laid in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents.canonical import digest
from agents.vfa.cast import VoiceParams
from agents.vfa.speaking import KIND
from tests.bench.running import Asked

PHASES = {
    "facade": ("asked", "accepted", "the request until its transaction begins"),
    "trigger": ("accepted", "harvest_began", "commit, Airflow's API, schedule, fork"),
    "harvest": ("harvest_began", "harvest_ended", "the library searched, or the text read"),
    "writer start": ("harvest_ended", "writer_began", "Airflow's next task, dispatch, queue"),
    "first part": ("writer_began", "part_written", "plan and first part, through the gate"),
    "voice takes it": ("part_written", "line_begun", "notification, the voice's look at it"),
    "first line": ("line_begun", "line_spoken", "synthesis"),
    "encode, record": ("line_spoken", "line_recorded", "Opus, WebM, file and row"),
    "deliver": ("line_recorded", "heard", "notification, ASF, WebSocket, first cluster"),
}


class BorrowedLine(Exception):
    """What was heard first is not this script's first line, or was not spoken for it."""


@dataclass(frozen=True)
class Way:
    """One podcast's way to its first audio. Moments are Unix times."""

    moments: dict[str, float]
    text: str
    speaker: str
    first_byte: int
    end_byte: int

    @classmethod
    def read(cls, asked: Asked, heard: float, heard_byte: int, row: Mapping[str, Any]) -> "Way":
        """Put what the client saw beside what the database knows.

        Raises:
            BorrowedLine: as it says.
        """
        if row["line_id"] != row["first_line_id"]:
            raise BorrowedLine(f"{row['line_id']} was heard before {row['first_line_id']}")
        if not row["first_byte"] < heard_byte <= row["end_byte"]:
            raise BorrowedLine(f"byte {heard_byte} is not in the first line")
        began, spoken = _moments_of_first_line(row)
        moments = {
            name: value.timestamp() for name, value in row.items() if isinstance(value, datetime)
        }
        moments |= {"line_begun": began, "line_spoken": spoken}
        moments |= {"asked": asked.at, "answered": asked.answered, "heard": heard}
        return cls(moments, row["text"], row["speaker"], row["first_byte"], row["end_byte"])

    def seconds(self, start: str, end: str) -> float:
        """From one moment to another."""
        return self.moments[end] - self.moments[start]

    @property
    def first_audio(self) -> float:
        """POST to first audio."""
        return self.seconds("asked", "heard")

    @property
    def after_voice(self) -> float:
        """The voice's start (its agent has claimed the task) to first audio."""
        return self.seconds("voice_began", "heard")

    @property
    def phases(self) -> dict[str, float]:
        """Seconds of each phase; together they are ``first_audio``."""
        return {name: self.seconds(start, end) for name, (start, end, _) in PHASES.items()}


def _moments_of_first_line(row: Mapping[str, Any]) -> tuple[float, float]:
    """When the call that spoke this very text in this voice began and ended."""
    wanted = VoiceParams.model_validate(row["voice_params"])
    voice = {"host_a": wanted.host_a, "host_b": wanted.host_b}[row["speaker"]]
    inputs = {"text": row["text"], "voice": voice, "rate": wanted.rate}
    caller = str(row["user_id"]) if row["user_id"] else None
    for call in row["calls"]:
        asked = {"caller": caller, "kind": KIND, "model": call["model"], "inputs": inputs}
        if call["call_key"] == digest(asked):
            return call["began"], call["ended"]
    raise BorrowedLine(f"“{row['text']}” was not spoken for this episode")
