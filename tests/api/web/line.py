"""A line between listener and server that can be cut, or go dead."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """Carries bytes from its own port to another one."""

    def __init__(self, server: socket.socket, to: int) -> None:
        self.to = to
        self.carried = 0
        """Bytes from the server to listeners."""
        self.connections = 0
        self.cut_after: int | None = None
        """Cut once so many bytes were carried; then it holds again."""
        self._server = server
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def cut(self) -> None:
        """End every connection, in the middle of whatever it carries."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
                called = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                if self._server.fileno() < 0:
                    return
                caller.close()
                continue
            self.connections += 1
            self._open += [caller, called]
            for way in ((caller, called, False), (called, caller, True)):
                threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                to.sendall(data)
                if counted:
                    self.carried += len(data)
                if self.cut_after is not None and self.carried > self.cut_after:
                    self.cut_after = None
                    self.cut()
        for each in (source, to):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def lay_line(to: int) -> Iterator[Line]:
    """A line to a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Line(server, to)
