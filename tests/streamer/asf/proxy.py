"""A network between a server and its database, that can forget its connections."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class Proxy:
    """Carries bytes to and fro; a forgotten connection stays open and carries nothing more."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._door = socket.create_server(("127.0.0.1", 0))
        user = f"{parts.username}@" if parts.username else ""
        place = f"{user}127.0.0.1:{self._door.getsockname()[1]}"
        self.url = urlunsplit(parts._replace(netloc=place))
        self._remembered: list[threading.Event] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._welcome, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
        for each in self._open:
            each.close()

    def forget(self) -> None:
        """Carry nothing more for whoever is connected now."""
        for each in self._remembered:
            each.clear()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(self._target)
                remembered = threading.Event()
                remembered.set()
                self._remembered.append(remembered)
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(
                        target=self._carry, args=(*ends, remembered), daemon=True
                    ).start()

    def _carry(
        self, source: socket.socket, target: socket.socket, remembered: threading.Event
    ) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                if remembered.is_set():
                    target.sendall(piece)
            if remembered.is_set():
                target.shutdown(socket.SHUT_WR)
