"""`python -m api`: serve the facade."""

import sys

import uvicorn
from pydantic import ValidationError

from api.app import create_app
from api.logs import configure_logs
from api.settings import FacadeSettings

GRACE_SECONDS = 10


def main() -> None:
    """Serve until told to stop; requests under way are then finished first."""
    settings = read_settings()
    configure_logs(settings.log_level)
    uvicorn.run(
        create_app(settings), host=settings.api_host, port=settings.api_port,
        log_config=None, access_log=False, server_header=False,
        http="h11", h11_max_incomplete_event_size=2 * settings.max_header_bytes,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip


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
