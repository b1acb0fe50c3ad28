"""The end of the voice's work: the episode's files, stored and judged."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from agents.canonical import JSON
from agents.vfa.apart import make_episode_apart
from agents.vfa.errors import MasteringStarved
from agents.vfa.forging import Told
from agents.vfa.script import Writing
from streamer.mastering.labels import Chapter, Labels
from streamer.media import MediaStore
from streamer.media.keeping import measure
from streamer.record import StreamWriter

log = structlog.get_logger(__name__)

COMMENT = "The voices of this episode are synthetic."


@dataclass(frozen=True)
class Mastering:
    """Ends a stream and makes the episode out of it."""

    writer: StreamWriter
    store: MediaStore
    told: Told
    writing: Writing
    look: Callable[[], None]
    """Runs between any two pieces of the work, and may raise to stop it."""

    def finish(self) -> JSON:
        """End, master, store, judge; the task's result.

        Raises:
            MasteringFailed: the files could not be made.
            MasteringInterrupted, MasteringStarved: try again later (retryable).
            StreamerError, Cancelled: as they say.
        """
        try:
            return self._finish()
        except (OSError, MemoryError) as problem:
            log.error("mastering_failed", complaint=str(problem))
            raise MasteringStarved from problem

    def _finish(self) -> JSON:
        ended = self.writer.end()
        with (
            tempfile.TemporaryDirectory(prefix="aethercast-episode-") as folder,
            self.store.as_file(ended.uri) as stream,
        ):
            episode = make_episode_apart(
                stream, Path(folder), self._labels(), self._voices(), self._grounding(), self.look
            )
            episode_uri = self._keep(episode.webm, "audio/webm")
            audio_uri = self._keep(episode.mp3, "audio/mpeg")
        quality = episode.quality.report()
        self.writer.judge(quality)
        return {
            "audio_filepath": audio_uri, "episode_uri": episode_uri, "stream_uri": ended.uri,
            "duration_seconds": round(episode.quality.duration_seconds, 3),
            "bytes": ended.bytes, "sha256": ended.sha256, "lines": self._lines(),
            "quality": quality,
        }  # fmt: skip

    def _labels(self) -> Labels:
        spans = self.writer.line_spans
        chapters = tuple(
            Chapter(heading, spans[first].start) for heading, first in self.told.headings
        )
        return Labels(self.writing.title or "Untitled", comment=COMMENT, chapters=chapters)

    def _voices(self) -> dict[str, float]:
        """Seconds of speech by speaker, the pauses behind the lines not counted."""
        seconds: dict[str, float] = {}
        spans = self.writer.line_spans
        for line in self.told.lines:
            spoken = spans[line.line_id].seconds - self.told.pauses[line.line_id]
            seconds[line.speaker] = round(seconds.get(line.speaker, 0.0) + spoken, 3)
        return seconds

    def _grounding(self) -> JSON:
        return self.writing.grounding if isinstance(self.writing.grounding, dict) else None

    def _lines(self) -> list[JSON]:
        """When each line begins, for transcripts and captions."""
        spans = self.writer.line_spans
        return [
            {
                "line_id": line.line_id,
                "start": round(spans[line.line_id].start, 3),
                "seconds": round(spans[line.line_id].seconds - self.told.pauses[line.line_id], 3),
            }
            for line in self.told.lines
        ]

    def _keep(self, path: Path, media_type: str) -> str:
        digest = measure(path)[1]
        return self.writer.keep(f"{path.stem}-{digest[:16]}{path.suffix}", path, media_type)
