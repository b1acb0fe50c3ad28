"""Tells the audio stream feeder that an episode is whole."""

import json
import logging
import time
from dataclasses import dataclass
from uuid import UUID

import httpx

from plugins.settings import FlowSettings
from streamer.internal import NOTIFY_PATH, notification_headers

PAUSES = (0.0, 0.5, 2.0)
"""Seconds before each attempt."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """What the feeder said."""

    taken: bool
    """Whether it took the finished audio."""
    withheld: tuple[str, ...] = ()
    """Why feed and download do not get it: what its quality control found."""


def notify_new_audio(settings: FlowSettings, stream_id: UUID, filepath: str) -> Notice:
    """Say it, three times if need be.

    Saying it again changes nothing. Without it the episode stands all the same, but is not
    released to feed and download.
    """
    body = json.dumps({"stream_id": str(stream_id), "filepath": filepath}).encode()
    for pause in PAUSES:
        time.sleep(pause)
        try:
            answer = _say(settings, body)
        except httpx.TransportError as problem:
            log.warning("stream %s: the feeder did not answer (%s)", stream_id, problem)
            continue
        if answer.is_success:
            return _understand(answer)
        log.warning("stream %s: the feeder answered %s", stream_id, answer.status_code)
        if answer.is_client_error and answer.status_code not in (408, 425, 429):
            break
    return Notice(taken=False)


def _understand(answer: httpx.Response) -> Notice:
    told = answer.json()
    if told.get("released", True):
        return Notice(taken=True)
    return Notice(True, tuple(str(problem) for problem in told.get("problems") or ("unknown",)))


def _say(settings: FlowSettings, body: bytes) -> httpx.Response:
    """Sign anew at each attempt: a signature is good for a minute."""
    url = settings.asf_url.rstrip("/") + NOTIFY_PATH
    headers = notification_headers(settings.secret_key.get_secret_value(), body)
    with httpx.Client(
        verify=httpx.URL(url).scheme != "http", trust_env=False, timeout=10
    ) as client:
        return client.post(url, content=body, headers=headers)
