"""A table that changes where it stands, on a terminal; elsewhere there is none."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live


class LiveTable:
    """What is shown while something goes on. ``transient``: on a terminal it is gone at the end."""

    def __init__(self, console: Console, *, transient: bool) -> None:
        self._console = console
        self._began = time.monotonic()
        self._live = Live(console=console, refresh_per_second=8, transient=transient)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()
