"""A listener who is cut off again and again, and always goes on at the byte where it was."""

import hashlib
import json
import threading
import time

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.acceptance.api import Document


class Faithful(threading.Thread):
    """Hears one stream to its end, on a thread of its own."""

    def __init__(self, websocket_url: str) -> None:
        super().__init__(daemon=True)
        self.audio = bytearray()
        self.cut_off = 0
        self.end: Document | None = None
        self.connected = False
        self._url = websocket_url
        self._revision: int | None = None

    @property
    def sha256(self) -> str:
        """Hex digest of all it heard."""
        return hashlib.sha256(self.audio).hexdigest()

    @property
    def returned(self) -> bool:
        """Whether it hears again after a cut, or has heard all there is."""
        return self.connected or self.end is not None

    def run(self) -> None:
        """Listen, and come back whenever it was neither the end nor a last word."""
        while self.end is None:
            try:
                self._listen()
            except (OSError, WebSocketException):
                self.cut_off += self.connected
            self.connected = False
            time.sleep(0.1)

    def _listen(self) -> None:
        place = f"&cursor={len(self.audio)}"
        if self._revision is not None:
            place += f"&revision={self._revision}"
        with connect(self._url + place, compression=None, proxy=None) as socket:
            for message in socket:
                if isinstance(message, bytes):
                    self.audio += message
                    self.connected = True
                elif self._is_over(json.loads(message)):
                    return
        self.cut_off += self.connected

    def _is_over(self, control: Document) -> bool:
        if control["type"] == "stream_metadata":
            assert control["cursor"] == len(self.audio)
            self._revision = control["revision"]
            self.connected = True
        elif control["type"] == "stream_end" or not control["retryable"]:
            self.end = control
        return self.end is not None
