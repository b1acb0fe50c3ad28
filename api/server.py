"""The server: uvicorn, which lets event streams know that it is about to end."""

import socket

import uvicorn
from fastapi import FastAPI


class FacadeServer(uvicorn.Server):
    """Waits for answers under way, as uvicorn does, but not for those that never end."""

    def __init__(self, config: uvicorn.Config, facade: FastAPI) -> None:
        super().__init__(config)
        self._facade = facade

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams first: their clients resume with another process."""
        parts = getattr(self._facade.state, "parts", None)
        if parts is not None:
            parts.events.close()
        await super().shutdown(sockets)
