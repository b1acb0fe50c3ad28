"""How agents ask the model service: over HTTP, blocking, with a deadline.

One client may be shared by the threads of a worker.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from agents.aims.errors import (
    AimsError,
    AimsRefused,
    AimsTooSlow,
    AimsUnavailable,
    SpeechFailed,
    SpeechInterrupted,
)
from agents.canonical import JSON
from agents.watching import watched

POLL_SECONDS = 1.0
"""One long poll. A caller's checkpoint runs between two."""
WITHDRAW_SECONDS = 2.0
"""How long a line that is not wanted any more may take to be withdrawn."""
ANSWER_SECONDS = 20.0
"""How long a service under load may take to answer a request that waits for nothing."""
PAUSE_SECONDS = 0.5
"""Between two attempts while the service does not answer."""
VOICES_SECONDS = 60.0
"""How long it is not asked again which voices there are."""
_NOTHING_KNOWN: tuple[float, dict[str, str]] = (-VOICES_SECONDS, {})
RETRYABLE_STATUS = {408, 425, 429, 499, 500, 502, 503, 504}


@dataclass(frozen=True)
class Generated:
    """A text back end's answer."""

    output: JSON
    model: str
    usage: JSON


@dataclass(frozen=True)
class Spoken:
    """A spoken line in the media store: mono 16-bit WAV."""

    audio_uri: str
    duration_seconds: float
    sample_rate: int
    samples: int
    synthesized: bool


def _nothing() -> None:
    """Do nothing between two polls."""


class AimsClient:
    """Asks AIMS for text and for speech."""

    def __init__(self, url: str, service_token: str) -> None:
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {service_token}"},
            timeout=httpx.Timeout(POLL_SECONDS + ANSWER_SECONDS, connect=3.0),
            trust_env=False,
            verify=httpx.URL(url).scheme != "http",  # which has no use for certificates
        )
        self._models = _NOTHING_KNOWN

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def generate(
        self,
        task: str,
        *,
        messages: list[JSON] | None = None,
        sources: list[JSON] | None = None,
        schema: JSON | None = None,
        parameters: JSON | None = None,
        deadline_seconds: float = 180.0,
        checkpoint: Callable[[], None] = _nothing,
    ) -> Generated:
        """Ask for text in ``schema``, grounded in ``sources``.

        ``checkpoint`` runs once a second and may raise to give up; the request is not repeated
        then.

        Raises:
            AimsRefused: the request cannot be served as it stands.
            AimsUnavailable, AimsTooSlow: try again later (both retryable).
        """
        body = {
            "task": task, "messages": messages or [], "sources": sources or [],
            "schema": schema or {}, "parameters": parameters or {},
        }  # fmt: skip
        deadline = _Deadline(deadline_seconds)
        answer = watched(
            lambda: self._ask("POST", "/v1/generate", deadline, json=body),
            checkpoint,
            deadline.give_up,
        )
        return Generated(answer["output"], answer["model"], answer.get("usage", {}))

    def submit(
        self,
        key: str,
        text: str,
        voice: str,
        rate: float = 1.0,
        *,
        due_in_seconds: float | None = None,
        deadline_seconds: float = 30.0,
    ) -> str:
        """Hand a line in without waiting for it; returns its task id, which is the key.

        ``due_in_seconds``: in how long a listener needs its first sound; None: nobody waits.
        """
        body: JSON = {"key": key, "text": text, "voice": voice, "rate": rate}
        if due_in_seconds is not None:
            body["due_in_seconds"] = max(0.0, due_in_seconds)
        answer = self._ask("POST", "/v1/synthesize", _Deadline(deadline_seconds), json=body)
        return str(answer["task_id"])

    def synthesize(
        self,
        key: str,
        text: str,
        voice: str,
        rate: float = 1.0,
        *,
        due_in_seconds: float | None = None,
        deadline_seconds: float = 300.0,
        checkpoint: Callable[[], None] = _nothing,
    ) -> Spoken:
        """Have a line spoken and wait for it. A line handed in before is joined.

        ``due_in_seconds`` is as for `submit`, counted from this call.

        ``checkpoint`` runs before each request, once a second, and may raise to give up; the line
        is withdrawn then. Where AIMS was started anew, or somebody else withdrew the line, it is
        handed in again.

        Raises:
            AimsRefused, SpeechFailed: this line cannot be spoken.
            AimsUnavailable, AimsTooSlow, SpeechInterrupted: try again later (retryable).
        """
        deadline, called = _Deadline(deadline_seconds), time.monotonic()
        state: JSON | None = None
        while True:
            try:
                checkpoint()
            except BaseException:
                self.withdraw(key)
                raise
            left = deadline.left()
            if state is None:
                passed = time.monotonic() - called
                due = None if due_in_seconds is None else due_in_seconds - passed
                self.submit(key, text, voice, rate, due_in_seconds=due, deadline_seconds=left)
            state = self.state(key, min(POLL_SECONDS, left), deadline_seconds=left)
            if state is None:
                continue
            if state["status"] == "SUCCESS":
                return Spoken(**state["result"])
            if state["status"] == "FAILURE":
                raise _speech_error(state["error"])

    def withdraw(self, key: str) -> None:
        """Let a line go that nobody has begun to speak. Whoever else waits hands it in again."""
        with suppress(AimsError):
            self._ask("DELETE", f"/v1/synthesize/{key}", _Deadline(WITHDRAW_SECONDS))

    def voices(self) -> JSON:
        """The speakers and counters of ``GET /v1/voices``."""
        return self._ask("GET", "/v1/voices", _Deadline(10.0))

    def models(self, *wanted: str) -> dict[str, str]:
        """The model behind each voice, as of the last minute; anew where a wanted one is missing.

        A voice that begins to speak need not ask what was asked a moment ago. Once the service did
        not answer it is asked again: it may have come back with other voices.
        """
        asked, known = self._models
        if time.monotonic() - asked > VOICES_SECONDS or not known.keys() >= set(wanted):
            known = {voice["name"]: voice["model"] for voice in self.voices()["voices"]}
            self._models = time.monotonic(), known
        return known

    def state(self, key: str, wait: float = 0.0, *, deadline_seconds: float = 30.0) -> JSON | None:
        """What ``GET /v1/synthesize/<key>`` says of a line; None where AIMS knows it not."""
        deadline = _Deadline(deadline_seconds)
        try:
            return self._ask("GET", f"/v1/synthesize/{key}", deadline, params={"wait": wait})
        except _Unknown:
            return None

    def _ask(self, method: str, path: str, deadline: "_Deadline", **rest: Any) -> Any:
        """One request, repeated while the service does not answer.

        Repeating is safe: a line has a key, and text is asked for without side effect.
        """
        while True:
            left = deadline.left()
            try:
                answer = self._http.request(method, path, timeout=_patience(path, left), **rest)
            except httpx.TimeoutException as problem:
                raise AimsTooSlow(f"AIMS took too long: {problem or path}") from problem
            except httpx.TransportError as problem:
                self._models = _NOTHING_KNOWN
                deadline.pause(PAUSE_SECONDS, AimsUnavailable(f"AIMS does not answer: {problem}"))
                continue
            if answer.is_success:
                return answer.json() if answer.content else None
            problem_found = _problem(answer)
            if not problem_found.retryable:
                raise problem_found
            self._models = _NOTHING_KNOWN
            deadline.pause(PAUSE_SECONDS, problem_found)


class _Deadline:
    """A moment by which an answer must be there."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """Ask nothing more: nobody waits for the answer."""
        self._given_up.set()

    def left(self) -> float:
        """Seconds left. Raises AimsTooSlow when none are, or nobody waits any more."""
        left = self._end - time.monotonic()
        if left <= 0 or self._given_up.is_set():
            raise AimsTooSlow
        return left

    def pause(self, seconds: float, error: AimsError) -> None:
        """Wait before the next attempt, or raise ``error`` where the deadline comes first."""
        if time.monotonic() + seconds >= self._end:
            raise error
        time.sleep(seconds)


class _Unknown(AimsError):
    """AIMS knows no such task."""


def _patience(path: str, left: float) -> httpx.Timeout:
    reading = left if path == "/v1/generate" else min(left, POLL_SECONDS) + ANSWER_SECONDS
    return httpx.Timeout(reading, connect=3.0)


def _problem(answer: httpx.Response) -> AimsError:
    try:
        document = answer.json()
    except ValueError:
        document = {}
    message = str(document.get("detail") or document.get("title") or f"HTTP {answer.status_code}")
    if answer.status_code == 404:
        return _Unknown(message)
    if answer.status_code in RETRYABLE_STATUS:
        return AimsUnavailable(message)
    return AimsRefused(message)


def _speech_error(error: JSON) -> AimsError:
    kind = SpeechInterrupted if error["retryable"] else SpeechFailed
    return kind(error["message"])
