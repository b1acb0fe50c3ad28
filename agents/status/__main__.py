"""``python -m agents.status``"""

from types import FrameType

import uvicorn

from agents.logs import configure_logs
from agents.settings import StatusSettings
from agents.status.app import create_app
from streamer.http1 import ProblemProtocol


class StatusServer(uvicorn.Server):
    """Lets waiting polls go as soon as it is told to stop; their callers ask again."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Hear SIGTERM or SIGINT."""
        changes = getattr(self.config.app.state, "changes", None)  # type: ignore[union-attr]
        if changes is not None:
            changes.stop()
        super().handle_exit(sig, frame)


def main() -> None:
    """Serve until told to stop."""
    configure_logs()
    settings = StatusSettings()  # type: ignore[call-arg]
    config = uvicorn.Config(
        create_app(settings),
        http=ProblemProtocol,
        server_header=False,
        headers=[("Server", "aethercast-agents")],
        host=settings.status_host,
        port=settings.status_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    StatusServer(config).run()


if __name__ == "__main__":
    main()
