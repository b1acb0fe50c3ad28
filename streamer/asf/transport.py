"""uvicorn's WebSocket protocol, with a way to part from a listener who does not read.

ASGI can only queue a message behind the ones that are stuck. Here the last words go into the
transport's buffer at once, and what has not left it after a while is dropped with the connection.
"""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

LINGER_SECONDS = 5.0
DISMISS = "aethercast.dismiss"

Dismiss = Callable[[str, int], None]


class ListenerProtocol(WebSocketsSansIOProtocol):
    """Adds ``scope["extensions"]["aethercast.dismiss"]``: a :data:`Dismiss`."""

    def handle_connect(self, event: Request) -> None:
        """Accept as uvicorn does, then offer the extension."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][DISMISS] = self.dismiss

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
