"""Shows how far the start is: a live table on a terminal, a line for each change elsewhere."""

import time

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.live_table import LiveTable
from scripts.local.start import Standing

SILENCE = 0.7  # seconds
COLOURS = {"healthy": "green", "up": "green", "done": "green", "restarting": "red"}


class StartDisplay(LiveTable):
    """What still misses, while the stack starts."""

    def __init__(self, console: Console) -> None:
        super().__init__(console, transient=True)
        self._said: dict[str, str] = {}

    def __call__(self, standings: dict[str, Standing]) -> None:
        """Show the present state."""
        if self._console.is_terminal:
            self._live.update(self._table(standings))
        else:
            self._say_changes(standings)

    def _table(self, standings: dict[str, Standing]) -> Table:
        ready = sum(one.settled for one in standings.values())
        title = f"{ready} of {len(standings)} ready after {time.monotonic() - self._began:.0f} s"
        table = Table(box=None, title=title, title_justify="left", show_header=False)
        for name, one in standings.items():
            word = Text(one.word, style=COLOURS.get(one.word, "yellow"))
            table.add_row(name, word, Text(one.detail[:80], style="dim"))
        return table

    def _say_changes(self, standings: dict[str, Standing]) -> None:
        if time.monotonic() - self._began < SILENCE:
            return  # a stack that runs already has nothing to tell
        for name, one in standings.items():
            if self._said.get(name) != one.word:
                self._said[name] = one.word
                if one.word != "waiting":
                    after = time.monotonic() - self._began
                    self._console.print(f"{after:5.1f} s  {name}: {one.word}", highlight=False)
