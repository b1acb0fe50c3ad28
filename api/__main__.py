"""`python -m api`: serve the facade."""

import sys
from contextlib import suppress

import uvicorn
from pydantic import ValidationError

from api.app import create_app
from api.logs import configure_logs
from api.server import FacadeServer
from api.settings import FacadeSettings
from streamer.http1 import ProblemProtocol

STARTUP_FAILURE = 3


def main() -> None:
    """Serve until told to stop; requests under way are then finished first."""
    settings = read_settings()
    configure_logs(settings.log_level)
    facade = create_app(settings)
    config = uvicorn.Config(
        facade, host=settings.api_host, port=settings.api_port,
        log_config=None, access_log=False, server_header=False,
        http=ProblemProtocol, h11_max_incomplete_event_size=2 * settings.max_header_bytes,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies,
    )  # fmt: skip
    server = FacadeServer(config, facade, settings.drain_seconds)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)


def read_settings() -> FacadeSettings:
    """The settings; a bad one ends the process with a line that names it."""
    try:
        return FacadeSettings()  # type: ignore[call-arg]  # read from the environment
    except ValidationError as problem:
        for error in problem.errors():
            name = "AETHERCAST_" + "_".join(map(str, error["loc"])).upper()
            sys.stderr.write(f"{name}: {error['msg'].removeprefix('Value error, ')}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
