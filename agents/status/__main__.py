"""``python -m agents.status``"""

import uvicorn

from agents.logs import configure_logs
from agents.settings import StatusSettings
from agents.status.app import create_app
from streamer.http1 import ProblemProtocol


def main() -> None:
    """Serve until told to stop."""
    configure_logs()
    settings = StatusSettings()  # type: ignore[call-arg]
    uvicorn.run(
        create_app(settings),
        http=ProblemProtocol,
        server_header=False,
        headers=[("Server", "aethercast-agents")],
        host=settings.status_host,
        port=settings.status_port,
        log_config=None,
        access_log=False,
        # Waiting polls must not hold up a stop: their callers ask again.
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
