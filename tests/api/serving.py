"""Real HTTP servers on free ports, in threads of the test's own process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from streamer.http1 import ProblemProtocol
from tests.conftest import free_port


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Serve for the length of the block; yields the base URL."""
    port = free_port()
    config = uvicorn.Config(
        app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=3,
        http=ProblemProtocol, h11_max_incomplete_event_size=1 << 15, server_header=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
