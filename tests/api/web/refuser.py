"""A stream server that refuses everybody, in the words it is asked for."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from websockets.sync.server import ServerConnection, serve

from streamer.asf.refusals import Refusal


def _refuse(socket: ServerConnection) -> None:
    assert socket.request is not None
    [code] = parse_qs(urlsplit(socket.request.path).query)["stream_id"]
    ending = Refusal.ENDINGS[code]
    said = {"type": "error", "code": code, "message": ending.message, "retryable": ending.retryable}
    socket.send(json.dumps(said))
    socket.close(ending.close_code)


@contextmanager
def run_refuser() -> Iterator[str]:
    """Its address, for the length of the block."""
    with serve(_refuse, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
