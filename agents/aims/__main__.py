"""``python -m agents.aims``: run the model service."""

import sys

import uvicorn
from pydantic import ValidationError

from agents.aims.errors import Misconfigured
from agents.aims.server import create_app
from agents.aims.settings import AimsSettings
from agents.aims.speech import open_backend as open_speech
from agents.aims.text import open_backend as open_text
from agents.aims.text.errors import BackendMisconfigured
from streamer.errors import UnknownMediaStore
from streamer.http1 import ProblemProtocol


def main() -> int:
    """Serve until told to stop; 2 where a setting does not fit."""
    try:
        settings = AimsSettings()  # type: ignore[call-arg]
        app = create_app(settings)
        open_speech(settings)
        open_text()
    except (Misconfigured, BackendMisconfigured, UnknownMediaStore, ValidationError) as problem:
        print(f"AIMS cannot start: {problem}", file=sys.stderr)  # noqa: T201
        return 2
    uvicorn.run(
        app,
        http=ProblemProtocol,
        server_header=False,
        headers=[("Server", "aethercast-aims")],
        host=settings.aims_host,
        port=settings.aims_port,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
