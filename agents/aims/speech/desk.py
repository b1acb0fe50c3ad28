"""The desk where lines are handed in: keyed jobs, one lane per engine, the nearest due first.

A key names one line. Handing the same key in again joins the job at work, or answers from what
was kept, also after a restart: no line is spoken twice.
"""

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import structlog

from agents.aims.errors import AimsError, KeyReused, SpeechInterrupted, UnknownVoice
from agents.aims.speech.backend import SpeechBackend
from agents.aims.speech.lane import Lane, Turn, due_after
from agents.aims.speech.shelf import Kept, Shelf
from agents.canonical import digest
from streamer.errors import StreamerError

log = structlog.get_logger(__name__)

REMEMBERED = 4096
"""Finished jobs held in memory; older ones are answered from the shelf."""

Status = Literal["PENDING", "STARTED", "SUCCESS", "FAILURE"]


@dataclass(frozen=True)
class Line:
    """What is to be spoken, by whom, how fast (1.0 is the voice's own pace)."""

    text: str
    voice: str
    rate: float = 1.0

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything that shapes the sound the caller asked for."""
        return digest({"text": self.text, "voice": self.voice, "rate": self.rate})


@dataclass
class Job:
    """One line under its key.

    ``done`` resolves to the kept line, raises an AimsError, or is cancelled: withdrawn.
    """

    key: str
    fingerprint: str
    lane: Lane | None = None
    turn: Turn | None = None
    """Its place in its lane; None where it was answered from what is kept."""
    done: "Future[Kept]" = field(default_factory=Future)
    synthesized: bool = False

    @property
    def status(self) -> Status:
        """Where the job is."""
        if not self.done.done() or self.done.cancelled():
            return "STARTED" if self.done.running() else "PENDING"
        return "FAILURE" if self.done.exception() else "SUCCESS"

    @property
    def error(self) -> AimsError | None:
        """Why it failed, if it did."""
        problem = self.done.exception() if self.done.done() else None
        return problem if isinstance(problem, AimsError) else None


@dataclass
class Tally:
    """What the desk has done since it opened. A counter only grows."""

    synthesized: int = 0
    answered: int = 0
    joined: int = 0
    failed: int = 0
    withdrawn: int = 0
    spoken_seconds: float = 0.0
    busy_seconds: float = 0.0


class SpeechDesk:
    """Takes lines in, has them spoken once, keeps them."""

    def __init__(self, backend: SpeechBackend, shelf: Shelf) -> None:
        self.backend = backend
        self.tally = Tally()
        self._shelf = shelf
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._lanes = {
            lane: Lane(lane, backend.workers)
            for lane in {voice.lane for voice in backend.voices.values()}
        }

    def submit(self, key: str, line: Line, due_in_seconds: float | None = None) -> Job:
        """Hand a line in; returns the one job of its key.

        ``due_in_seconds``: in how long a listener needs its first sound; None where nobody waits,
        which is behind all who say. A job that is joined takes the nearer due.

        Raises:
            UnknownVoice: no such voice.
            KeyReused: the key stands for another line.
        """
        due, voice = due_after(due_in_seconds), self.backend.voices.get(line.voice)
        if voice is None:
            raise UnknownVoice(f"There is no voice {line.voice!r}; there are {self.voice_names()}.")
        self._forget_if_swept(key)
        kept = None if self._at_work(key) else self._shelf.find(key, line.fingerprint)
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not _worth_another_try(job):
                return self._join(job, line, due)
            job = self._remember(Job(key, line.fingerprint))
            if kept is not None:
                self.tally.answered += 1
                job.done.set_result(kept)
                return job
            job.lane = self._lanes[voice.lane]
            job.turn = job.lane.add(partial(self._speak, job, line), due)
        return job

    def find(self, key: str) -> Job | None:
        """The job of a key, at work, finished, or kept from an earlier life."""
        with self._lock:
            if job := self._jobs.get(key):
                return job
        kept = self._shelf.find(key)
        if kept is None:
            return None
        job = Job(key, "")
        job.done.set_result(kept)
        return job

    def withdraw(self, key: str) -> bool:
        """Forget a line that still waits for its turn; whether there was one.

        Whoever else waits for it is told that it is not known, and hands it in again. A line at
        work is spoken to its end and kept.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or not job.done.cancel():
                return False
            del self._jobs[key]
            if job.lane and job.turn:
                job.lane.drop(job.turn)
            self.tally.withdrawn += 1
        log.info("line_withdrawn", key=key)
        return True

    def voice_names(self) -> str:
        """The voices' names, for a message."""
        return ", ".join(sorted(self.backend.voices))

    def close(self) -> None:
        """Let the lines at work finish; drop those that wait."""
        for lane in self._lanes.values():
            lane.close()

    def _forget_if_swept(self, key: str) -> None:
        """What is remembered as spoken may have been taken off the shelf since."""
        with self._lock:
            job = self._jobs.get(key)
        if job is None or job.status != "SUCCESS" or self._shelf.find(key) is not None:
            return
        with self._lock:
            if self._jobs.get(key) is job:
                del self._jobs[key]

    def _at_work(self, key: str) -> bool:
        with self._lock:
            job = self._jobs.get(key)
            return job is not None and not _worth_another_try(job)

    def _join(self, job: Job, line: Line, due: float) -> Job:
        if job.fingerprint not in ("", line.fingerprint):
            raise KeyReused
        if job.lane and job.turn:
            job.lane.hasten(job.turn, due)
        self.tally.joined += 1
        return job

    def _remember(self, job: Job) -> Job:
        self._jobs[job.key] = job
        self._jobs.move_to_end(job.key)
        finished = [key for key, other in self._jobs.items() if other.done.done()]
        for key in finished[:-REMEMBERED]:
            del self._jobs[key]
        return job

    def _speak(self, job: Job, line: Line) -> None:
        """Speak, keep, and only then tell: an answer always has its file."""
        if not job.done.set_running_or_notify_cancel():
            return
        started = time.monotonic()
        try:
            sound = self.backend.speak(line.text, line.voice, line.rate)
            kept = self._shelf.keep(job.key, job.fingerprint, sound)
        except Exception as problem:
            self._fail(job, problem)
            return
        job.synthesized = True
        self._count(kept, time.monotonic() - started)
        log.info(
            "line_spoken", key=job.key, voice=line.voice,
            seconds=round(kept.duration_seconds, 2), took=round(time.monotonic() - started, 2),
        )  # fmt: skip
        job.done.set_result(kept)

    def _count(self, kept: Kept, busy: float) -> None:
        with self._lock:
            self.tally.synthesized += 1
            self.tally.spoken_seconds += kept.duration_seconds
            self.tally.busy_seconds += busy

    def _fail(self, job: Job, problem: Exception) -> None:
        with self._lock:
            self.tally.failed += 1
        log.warning("line_failed", key=job.key, error=str(problem), kind=type(problem).__name__)
        job.done.set_exception(_in_our_words(problem))


def _worth_another_try(job: Job) -> bool:
    return job.error is not None and job.error.retryable


def _in_our_words(problem: Exception) -> AimsError:
    if isinstance(problem, AimsError):
        return problem
    if isinstance(problem, StreamerError):
        return SpeechInterrupted(f"The line could not be kept: {problem}")
    return SpeechInterrupted(f"The line could not be spoken: {problem}")
