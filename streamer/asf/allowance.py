"""How fast one listener may be sent what is recorded already."""

import asyncio


class Allowance:
    """So many bytes a second, and as many at once; 0 for as many as it takes."""

    __slots__ = ("_clear_at", "_rate")

    def __init__(self, bytes_per_second: float) -> None:
        self._rate = bytes_per_second
        self._clear_at = 0.0

    async def spend(self, amount: int) -> None:
        """Return when ``amount`` bytes more are allowed; whoever else waits is let in first."""
        wait = 0.0
        if self._rate:
            now = asyncio.get_running_loop().time()
            self._clear_at = max(self._clear_at, now) + amount / self._rate
            wait = max(0.0, self._clear_at - now - 1)
        await asyncio.sleep(wait)
