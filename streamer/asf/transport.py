"""uvicorn's WebSocket protocol, with a way to part from a listener who does not read.

ASGI can only queue a message behind the ones that are stuck. Here the last words go into the
transport's buffer at once, and what has not left it after a while is dropped with the connection.
"""

import json
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from streamer.asf import messages
from streamer.asf.problems import HandshakeRefused, UpgradeNeeded
from streamer.asf.refusals import Refusal
from streamer.problems import MEDIA_TYPE, InternalError, Problem

LINGER_SECONDS = 5.0
DISMISS = "aethercast.dismiss"

Dismiss = Callable[[str, int], None]


class Handshake(ServerProtocol):
    """A WebSocket's protocol whose refusals are problem documents."""

    def reject(self, status: Any, text: str) -> Response:
        """Refuse the handshake."""
        response = super().reject(status, text)
        document = _problem_of(int(status)).document()
        response.body = json.dumps({**document, "status": int(status)}).encode()
        for name, value in (
            ("Content-Length", str(len(response.body))),
            ("Content-Type", MEDIA_TYPE),
        ):
            del response.headers[name]
            response.headers[name] = value
        return response


def _problem_of(status: int) -> Problem:
    if status == UpgradeNeeded.status:
        return UpgradeNeeded()
    return InternalError() if status >= InternalError.status else HandshakeRefused()


class ListenerProtocol(WebSocketsSansIOProtocol):
    """Adds ``scope["extensions"]["aethercast.dismiss"]``: a :data:`Dismiss`."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.conn = Handshake(max_size=self.config.ws_max_size, logger=self.conn.logger)

    def handle_connect(self, event: Request) -> None:
        """Accept as uvicorn does, then offer the extension."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][DISMISS] = self.dismiss

    def shutdown(self) -> None:
        """The server is told to stop: the listener is told to come back. uvicorn closes."""
        if self.handshake_complete and not self.close_sent:
            self.conn.send_text(messages.error(Refusal("server_restarting")).encode())
        super().shutdown()

    def dismiss(self, last_words: str, close_code: int) -> None:
        """Say so, close, and drop the connection if no answer comes within LINGER_SECONDS.

        What the listener still sends is read and thrown away: closing on unread data would
        reset the connection and take the last words with it.
        """
        if self.transport.is_closing() or self.close_sent:
            return
        self.conn.send_text(last_words.encode())
        self.conn.send_close(close_code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.stop_keepalive()
        self.read_paused = False
        self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)
