"""The server: uvicorn, which leaves in order.

First signal: /readyz says no while requests are still taken, so that whoever spreads requests over
processes sends the next ones elsewhere; then the door closes, event streams end (their clients
resume with another process), and requests under way are finished, for so long at most. Second
signal: at once.
"""

import gc
import os
import socket
import time
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI

log = structlog.get_logger()


class FacadeServer(uvicorn.Server):
    """Waits for answers under way, as uvicorn does, but not for those that never end."""

    def __init__(self, config: uvicorn.Config, facade: FastAPI, drain_seconds: float) -> None:
        super().__init__(config)
        self._facade = facade
        self._drain_seconds = drain_seconds
        self._leave_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal. Whoever sends a second one does not want to wait for anything."""
        if self.should_exit:
            os._exit(128 + sig)
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What was made to start with stays for good: to go through all of it again, looking for
        garbage, would let every request wait for a tenth of a second, and on a busy machine for
        half of one."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to close the door: some time after the first signal."""
        if not await super().on_tick(counter):
            return False
        if self._leave_at is None:
            log.info("server.draining", seconds=self._drain_seconds)
            self._facade.state.draining = True
            self._leave_at = time.monotonic() + self._drain_seconds
        return time.monotonic() >= self._leave_at

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams first: they are the answers that never end."""
        parts = getattr(self._facade.state, "parts", None)
        if parts is not None:
            parts.events.close()
        await super().shutdown(sockets)
