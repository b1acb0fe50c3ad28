"""Shows an episode as it is being made: what is read, written and spoken, and when sound began."""

import time
from typing import Any

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from scripts.live_table import LiveTable

WORK = {
    "wcha": "reads the sources",
    "pswa": "writes the script",
    "vfa": "speaks",
    "iga": "draws the cover",
}
STYLES = {"completed": "green", "failed": "red", "in_progress": "cyan", "skipped": "dim"}
WAITING = {"pending", "dispatched"}
BETWEEN_LINES = 5.0  # seconds between two lines on the progress of one agent


class EpisodeDisplay(LiveTable):
    """A live table on a terminal, a line for each change elsewhere."""

    def __init__(self, console: Console) -> None:
        super().__init__(console, transient=False)
        self._said: dict[str, tuple[str, float]] = {}
        self._silent = False
        self.first_audio: float | None = None
        """Seconds from the beginning to the first line in the stream; None before, and where it
        could be heard before anybody looked."""

    def show(self, podcast: dict[str, Any]) -> None:
        """Show the present state."""
        heard = self._listen(podcast)
        if self._console.is_terminal:
            self._live.update(self._table(podcast))
            return
        if heard:
            self._console.print(f"{self.first_audio:5.1f} s  first audio", highlight=False)
        for agent in podcast["agents"]:
            self._say(agent, podcast)

    def _listen(self, podcast: dict[str, Any]) -> bool:
        """Note when sound began; whether that was just now."""
        if not seconds_spoken(podcast):
            self._silent = True
        elif self._silent and self.first_audio is None:
            self.first_audio = time.monotonic() - self._began
            return True
        return False

    def _table(self, podcast: dict[str, Any]) -> Table:
        after = f"{time.monotonic() - self._began:.0f} s"
        if self.first_audio is not None:
            after += f", first audio at {self.first_audio:.1f} s"
        title = f"{podcast.get('title') or podcast['topic']}  ({after})"
        table = Table(box=None, show_header=False, title=Text(title), title_justify="left")
        for agent in podcast["agents"]:
            status = agent["status"]
            word = Text(status.replace("_", " "), style=STYLES.get(status, "yellow"))
            done, total, unit = measure(agent, podcast)
            table.add_row(describe(agent), word, _bar(done, total), _words(done, total, unit))
        return table

    def _say(self, agent: dict[str, Any], podcast: dict[str, Any]) -> None:
        now = time.monotonic()
        said, at = self._said.get(agent["task"], ("", 0.0))
        words = f"{agent['status'].replace('_', ' ')} {amount(agent, podcast)}".rstrip()
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


Measure = tuple[float | None, float | None, str]


def measure(agent: dict[str, Any], podcast: dict[str, Any]) -> Measure:
    """How far an agent is: done, of how much, of what. None is what nobody knows.

    What listeners care for is read off the episode itself: sources read, parts written, seconds
    spoken. Other agents tell it in units of their own.
    """
    script = podcast.get("script") or {}
    name, begun = str(agent["agent"]).lower(), agent["status"] not in WAITING
    if name == "wcha" and begun and (sources := podcast.get("sources")):
        return sum(source["harvested"] for source in sources), len(sources), "sources"
    if name == "pswa" and begun and script:
        return len(script["parts"]), script.get("total"), "parts"
    if name == "vfa" and begun and script:
        spoken = seconds_spoken(podcast)
        done = agent["status"] == "completed"
        return spoken, spoken if done else estimate(script, spoken), "s"
    progress = agent.get("progress") or {}
    return progress.get("done"), progress.get("total"), progress.get("unit", "")


def seconds_spoken(podcast: dict[str, Any]) -> float:
    """How much of the episode can be heard."""
    parts = (podcast.get("script") or {}).get("parts", [])
    ends = [line.get("end_seconds") or 0.0 for part in parts for line in part["lines"]]
    return max(ends, default=0.0)


def estimate(script: dict[str, Any], spoken: float) -> float | None:
    """About how long the episode will be; None where nobody knows, or knew too little."""
    expected = script.get("estimated_seconds")
    return expected if expected and expected >= spoken else None


def amount(agent: dict[str, Any], podcast: dict[str, Any]) -> str:
    """How far an agent is, in words; empty where it does not say."""
    return _words(*measure(agent, podcast))


def _words(done: float | None, total: float | None, unit: str) -> str:
    if done is None:
        return ""
    about = "about " if unit == "s" and done != total else ""
    of = f" of {about}{round(total, 1) if unit != 's' else round(total):g}" if total else ""
    return f"{round(done) if unit == 's' else done:g}{of} {unit}".rstrip()


def _bar(done: float | None, total: float | None) -> ProgressBar | str:
    if done is None or not total:
        return ""
    return ProgressBar(total=total, completed=done, width=24)
