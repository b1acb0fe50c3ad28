"""Shows an episode as it is being made, agent by agent."""

import time
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

WORK = {
    "wcha": "reads the sources",
    "pswa": "writes the script",
    "vfa": "speaks",
    "iga": "draws the cover",
}
STYLES = {"completed": "green", "failed": "red", "in_progress": "cyan", "skipped": "dim"}
BETWEEN_LINES = 5.0  # seconds between two lines on the progress of one agent


class EpisodeDisplay:
    """A live table on a terminal, a line for each change elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._said: dict[str, tuple[str, float]] = {}
        self._live = Live(console=console, refresh_per_second=8, transient=False)

    def __enter__(self) -> "EpisodeDisplay":
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

    def show(self, podcast: dict[str, Any]) -> None:
        """Show the present state."""
        if self._console.is_terminal:
            self._live.update(self._table(podcast))
            return
        for agent in podcast["agents"]:
            self._say(agent)

    def _table(self, podcast: dict[str, Any]) -> Table:
        after = time.monotonic() - self._began
        title = f"{podcast.get('title') or podcast['topic']}  ({after:.0f} s)"
        table = Table(box=None, show_header=False, title=Text(title), title_justify="left")
        for agent in podcast["agents"]:
            status = agent["status"]
            word = Text(status.replace("_", " "), style=STYLES.get(status, "yellow"))
            table.add_row(describe(agent), word, _bar(agent), amount(agent))
        return table

    def _say(self, agent: dict[str, Any]) -> None:
        now = time.monotonic()
        said, at = self._said.get(agent["task"], ("", 0.0))
        words = f"{agent['status'].replace('_', ' ')} {amount(agent)}".rstrip()
        same_status = said.split(" ")[0] == words.split(" ")[0]
        if words == said or (same_status and now - at < BETWEEN_LINES):
            return
        self._said[agent["task"]] = (words, now)
        line = f"{now - self._began:5.1f} s  {describe(agent)}: {words}"
        self._console.print(line, highlight=False, markup=False)


def describe(agent: dict[str, Any]) -> str:
    """An agent's name and what it does."""
    name = str(agent["agent"])
    work = WORK.get(name.lower())
    return f"{name.upper()} {work}" if work else f"{name} {agent['task']}"


def amount(agent: dict[str, Any]) -> str:
    """How far an agent is, in its own units; empty where it does not say."""
    progress = agent.get("progress")
    if not progress:
        return ""
    of = f" of {progress['total']:g}" if progress.get("total") else ""
    return f"{progress['done']:g}{of} {progress.get('unit', '')}".rstrip()


def _bar(agent: dict[str, Any]) -> ProgressBar | str:
    progress = agent.get("progress")
    if not progress or not progress.get("total"):
        return ""
    return ProgressBar(total=progress["total"], completed=progress["done"], width=24)
