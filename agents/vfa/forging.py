"""The voice at work: parts in, stream out."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.errors import Deferred
from agents.vfa.errors import EmptyScript, ScriptChanged
from agents.vfa.pauses import pause_after
from agents.vfa.script import Bell, Line, Part, Script
from agents.vfa.settings import VoiceSettings
from agents.vfa.speaking import Queue
from streamer.record import StreamWriter

Report = Callable[[float, float | None, str], None]


@dataclass
class Told:
    """The lines that are known, each with the pause behind it, in order."""

    lines: list[Line] = field(default_factory=list)
    pauses: dict[str, float] = field(default_factory=dict)
    headings: list[tuple[str, str]] = field(default_factory=list)
    """Each part's heading and its first line."""

    def add(self, part: Part) -> list[Line]:
        """Take a part in; its lines."""
        lines = part.read_lines()
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            self.pauses[line.line_id] = pause_after(line, following)
        if lines:
            self.headings.append((part.heading, lines[0].line_id))
        self.lines += lines
        return lines


@dataclass
class Forge:
    """Speaks a script into a stream, from wherever an earlier run stopped."""

    script: Script
    queue: Queue
    writer: StreamWriter
    settings: VoiceSettings
    report: Report
    told: Told = field(default_factory=Told)

    def speak_all(self, bell: Bell) -> Told:
        """Speak every line as it appears, until the script is complete.

        Raises:
            Deferred: no part came for a while; the slot is given back.
            EmptyScript: it is complete and has no line.
            ScriptFailed, ScriptOverdue, ScriptChanged: there is nothing to speak any more.
        """
        waiting_since = time.monotonic()
        while True:
            if self._read_on() or len(self.queue):
                waiting_since = time.monotonic()
            if len(self.queue):
                self._record_next()
            elif self.script.complete:
                break
            elif time.monotonic() - waiting_since > self.settings.voice_patience_seconds:
                raise Deferred(self.settings.voice_return_seconds)
            else:
                bell.wait(self.settings.voice_poll_seconds)
        if not self.told.lines:
            raise EmptyScript
        return self.told

    def _read_on(self) -> bool:
        """Take new parts in and have their unspoken lines spoken; whether there were any."""
        new = self.script.look()
        for part in new:
            before = len(self.told.lines)
            lines = self.told.add(part)
            done = self.writer.finished_lines
            self.queue.add(lines[max(0, len(done) - before) :])
        if new:
            self._refuse_if_changed()
        return bool(new)

    def _refuse_if_changed(self) -> None:
        told = [line.line_id for line in self.told.lines]
        done = self.writer.finished_lines
        if done[: len(told)] != told[: len(done)]:
            raise ScriptChanged

    def _record_next(self) -> None:
        spoken = self.queue.take()
        line_id = spoken.line.line_id
        self.writer.append(line_id, spoken.samples, self.told.pauses[line_id], spoken.sample_rate)
        self.queue.note_recorded(self.writer.seconds)
        total = len(self.told.lines) if self.script.complete else None
        done = len(self.writer.finished_lines)
        self.report(done, total, f"lines, {self.writer.seconds:.0f} s")
