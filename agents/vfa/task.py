"""The task ``vfa.forge_voice``."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any
from uuid import UUID

import agents.vfa.warm  # noqa: F401  (its steps are done when a worker starts)
from agents.aims.client import AimsClient
from agents.canonical import JSON
from agents.errors import Cancelled, Deferred, FenceLost
from agents.failures import describe_error
from agents.task import AgentCall, agent_task
from agents.vfa.cast import Cast
from agents.vfa.clock import Clock
from agents.vfa.errors import VoiceStopped, VoiceSuperseded
from agents.vfa.forging import Forge
from agents.vfa.mastering import Mastering
from agents.vfa.resuming import resume_clock
from agents.vfa.script import Script, listen
from agents.vfa.settings import VoiceSettings
from agents.vfa.speaking import Queue, Speaker
from agents.watching import once_a_second
from streamer import errors as stream_errors
from streamer.record import StreamWriter


@agent_task("vfa.forge_voice")
def forge_voice(
    call: AgentCall,
    *,
    script_id: UUID,
    revision: int,
    stream_id: UUID,
    voice_params: dict[str, Any],
) -> JSON:
    """Speak a script into its stream while it is being written; returns where the episode is."""
    settings = VoiceSettings()
    writer = _take_stream(call, stream_id)
    script = Script(
        call.pool, call.workflow_id, script_id, revision, settings.script_overdue_seconds
    )
    with _telling_listeners(call, writer):
        client = open_client(call.settings.aims_url, call.settings.service_token.get_secret_value())
        speaker = Speaker(call, client, Cast.assign(voice_params, client), settings)
        clock = resume_clock(call.pool, writer, Clock(settings.voice_buffer_seconds))
        with (
            listen(call.settings.database_url, script_id) as bell,
            Queue(speaker, call.checkpoint, settings.voice_lines_ahead, clock) as queue,
        ):
            told = Forge(script, queue, writer, settings, call.progress).speak_all(bell)
        call.checkpoint()
        assert script.writing is not None
        look = once_a_second(call.checkpoint)
        return Mastering(writer, call.media, told, script.writing, look).finish()


def _take_stream(call: AgentCall, stream_id: UUID) -> StreamWriter:
    """The stream, taken under the call's key: a retry goes on, a new generation starts anew."""
    try:
        return StreamWriter.open(call.pool, call.media, stream_id, call.idempotency_key)
    except stream_errors.FenceLost:
        raise VoiceSuperseded from None
    except (stream_errors.StreamCancelled, stream_errors.StreamClosed):
        raise VoiceStopped from None


@contextmanager
def _telling_listeners(call: AgentCall, writer: StreamWriter) -> Iterator[None]:
    """Tell whoever listens when the voice stops for good; a retry goes on where it stopped.

    A voice that is merely stopped says nothing: after a Clear the next one begins anew, and
    whoever closes the workflow closes the stream with it.
    """
    try:
        yield
    except (Cancelled, Deferred, FenceLost):
        raise
    except stream_errors.FenceLost:
        call.checkpoint()  # says it better where the key itself is lost
        raise VoiceSuperseded from None
    except (stream_errors.StreamCancelled, stream_errors.StreamClosed):
        call.checkpoint()
        raise VoiceStopped from None
    except Exception as error:
        described = describe_error(error)
        if not described["retryable"]:
            with suppress(stream_errors.StreamerError):
                writer.fail(described["message"])
        raise


@cache
def open_client(url: str, token: str) -> AimsClient:
    """One client per process and service."""
    return AimsClient(url, token)
