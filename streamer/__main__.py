"""``python -m streamer``: run the audio stream feeder."""

import resource
import sys

import structlog
import uvicorn
from pydantic import ValidationError

from streamer.asf.app import create_app
from streamer.asf.transport import ListenerProtocol
from streamer.errors import UnknownMediaStore
from streamer.http1 import ProblemProtocol
from streamer.media import open_store
from streamer.settings import StreamerSettings

FILES_FOR_THE_REST = 100
"""Open files for the database, the media store, and those who do not listen yet or any more."""

log = structlog.get_logger()


def main() -> int:
    """Serve until told to stop; 2 where a setting does not fit."""
    try:
        settings = StreamerSettings()  # type: ignore[call-arg]
        open_store(settings.media_url)
    except (ValidationError, UnknownMediaStore) as problem:
        print(f"ASF cannot start: {problem}", file=sys.stderr)  # noqa: T201
        return 2
    configure_logs()
    uvicorn.run(
        create_app(with_places(settings, allow_open_files())),
        http=ProblemProtocol,
        server_header=False,
        headers=[("Server", "aethercast-asf")],
        host=settings.asf_host,
        port=settings.asf_port,
        ws=ListenerProtocol,
        ws_per_message_deflate=False,
        ws_max_size=settings.asf_client_message_bytes,
        ws_ping_interval=settings.asf_heartbeat_seconds,
        ws_ping_timeout=settings.asf_heartbeat_seconds,
        timeout_graceful_shutdown=5,
        access_log=False,
        log_level="warning",  # uvicorn would write capabilities into its log
    )
    return 0


def allow_open_files() -> int:
    """Each listener is one: take as many as this account may have; how many that is."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return sys.maxsize if most == resource.RLIM_INFINITY else most


def with_places(settings: StreamerSettings, files: int) -> StreamerSettings:
    """No more places than files: who gets none is told so, and those who listen go on."""
    places = max(1, min(settings.asf_max_listeners, files - FILES_FOR_THE_REST))
    if places < settings.asf_max_listeners:
        log.warning("fewer_places_than_set", places=places, files=files)
    return settings.model_copy(update={"asf_max_listeners": places})


def configure_logs() -> None:
    """One JSON object a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
