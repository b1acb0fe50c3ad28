"""uvicorn's place for a WebSocket protocol, filled with the least that a listener needs.

`websockets` does the handshake and the control frames, without a task or a queue of its own; what
is sent goes to the transport as it is. One task and one timer per connection is all there is.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from streamer.asf import messages
from streamer.asf.handshake import Handshake, add_headers
from streamer.asf.listener import Listener
from streamer.asf.refusals import Refusal
from streamer.asf.rooms import Rooms

LINGER_SECONDS = 5.0
HIGH_WATER, LOW_WATER = 32 * 1024, 8 * 1024
SEND_BUFFER = 64 * 1024
"""What the kernel may hold for one listener, in bytes: left to itself it takes megabytes for
whoever does not read."""

LOGGER = logging.getLogger("streamer.websockets")
_MESSAGES = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class ListenerProtocol(asyncio.Protocol):
    """For ``uvicorn.run(ws=ListenerProtocol)``; a :class:`streamer.asf.listener.Wire`.

    The lifespan's state must have ``rooms``.
    """

    __slots__ = (
        "_answered", "_fragments", "_listener", "_protocol", "_rooms", "_server", "_serving",
        "_timer", "_transport", "writable", "write",
    )  # fmt: skip

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> None:
        self._rooms: Rooms = app_state["rooms"]
        self._server = server_state
        self._protocol = Handshake(max_size=config.ws_max_size, logger=LOGGER)
        self._transport: asyncio.Transport
        self._listener: Listener | None = None
        self._serving: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._fragments: list[bytes] | None = None
        self._answered = True
        self.write: Callable[[bytes], None]
        self.writable = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The HTTP server hands a connection over."""
        self._transport = cast(asyncio.Transport, transport)
        self.write = self._transport.write
        self._transport.set_write_buffer_limits(HIGH_WATER, LOW_WATER)
        opened = transport.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._server.connections.add(self)  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, whoever ended it."""
        self._server.connections.discard(self)
        self._cease()

    def eof_received(self) -> None:
        """The listener will say nothing more; asyncio alone would wait until they read all."""
        self._hang_up()

    def pause_writing(self) -> None:
        """The listener does not read as fast as we write."""
        self.writable = False
        if self._listener is not None:
            self._listener.stop()

    def resume_writing(self) -> None:
        """There is room again."""
        self.writable = True
        if self._listener is not None:
            self._listener.stir()

    def data_received(self, data: bytes) -> None:
        """Bytes of the handshake, of a message, or of an answer to a ping."""
        self._answered = True
        protocol = self._protocol
        protocol.receive_data(data)
        try:
            for event in protocol.events_received():
                if isinstance(event, Request):
                    self._open(event)
                elif isinstance(event, Frame) and protocol.state is State.OPEN:
                    self._take(event)
        except Refusal as refusal:
            assert self._listener is not None
            self._listener.refuse(refusal)
        self._flush()
        if protocol.eof_sent:
            self._hang_up()

    def shutdown(self) -> None:
        """The server stops: the listener is told to come back."""
        refusal = Refusal("server_restarting")
        self.part(refusal.ending.close_code, messages.error(refusal))

    def send_text(self, message: str) -> None:
        """Send a control message."""
        self._protocol.send_text(message.encode())
        self._flush()

    def part(
        self, close_code: int, last_words: str, linger_seconds: float = LINGER_SECONDS
    ) -> None:
        """Say the last words and close; drop the connection if no answer comes in time.

        What the listener still sends is read and thrown away: closing on unread data would
        reset the connection and take the last words with it.
        """
        self._cease()
        if self._transport.is_closing() or self._protocol.state is not State.OPEN:
            self._hang_up()
            return
        self._protocol.send_text(last_words.encode())
        self._protocol.send_close(close_code)
        self._flush()
        self._later(linger_seconds, self._transport.abort)

    def _open(self, request: Request) -> None:
        response = self._protocol.answer(request, self._rooms.settings.origins)
        add_headers(response, self._server.default_headers)
        self._protocol.send_response(response)
        self._flush()
        if self._protocol.state is State.OPEN:
            self._listener = Listener(self, self._rooms)
            query = request.path.partition("?")[2]
            self._serving = asyncio.create_task(self._listener.serve(query))
            self._later(self._rooms.settings.asf_heartbeat_seconds, self._pulse)

    def _take(self, frame: Frame) -> None:
        """One frame from the listener; a message may come in several."""
        assert self._listener is not None
        self._listener.count()
        if frame.opcode not in _MESSAGES:
            return
        if frame.opcode is Opcode.BINARY:
            raise Refusal("bad_message")
        pieces = [*(self._fragments or ()), bytes(frame.data)]
        self._fragments = None if frame.fin else pieces
        if frame.fin:
            self._hear(b"".join(pieces))

    def _hear(self, message: bytes) -> None:
        assert self._listener is not None
        try:
            self._listener.hear(message.decode())
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA)

    def _pulse(self) -> None:
        """A ping; whoever has not said anything since the last one is gone."""
        if self._answered:
            self._answered = False
            self._protocol.send_ping(b"")
            self._flush()
            self._later(self._rooms.settings.asf_heartbeat_seconds, self._pulse)
        else:
            self._protocol.fail(CloseCode.INTERNAL_ERROR, "no answer to a ping")
            self._flush()
            self._hang_up()

    def _hang_up(self) -> None:
        """Close behind what was written; whoever does not read even that is dropped."""
        self._cease()
        self._transport.close()
        self._later(LINGER_SECONDS, self._transport.abort)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, what)

    def _cease(self) -> None:
        """Nothing more is sent of the stream, and nothing is waited for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._listener is not None:
            self._listener.stop()
        if self._serving is not None and self._serving is not asyncio.current_task():
            self._serving.cancel()

    def _flush(self) -> None:
        if not self._transport.is_closing() and (out := b"".join(self._protocol.data_to_send())):
            self.write(out)
