"""A process that records twelve lines and says so after each, so that a test can kill it."""

import sys
from pathlib import Path
from uuid import UUID

from psycopg_pool import ConnectionPool

from streamer.media.local import LocalStore
from streamer.record import StreamWriter
from tests.streamer.sounds import babble

LINES = [(f"0.{n}", babble(0.4 + 0.17 * n, 120 + 60 * (n % 2), seed=n)) for n in range(12)]


def speak(writer: StreamWriter) -> None:
    """Record the lines that are not recorded yet, then end."""
    done = writer.finished_lines
    for position, (line_id, samples) in enumerate(LINES):
        if line_id not in done:
            writer.append(line_id, samples, pause_seconds=0.1 * (position % 4))
            print(line_id, flush=True)
    writer.end()


def main(url: str, media: str, stream_id: str) -> None:
    """Record into the stream at ``url``."""
    with ConnectionPool(url, min_size=1, max_size=2, open=True) as pool:
        print("ready", flush=True)
        speak(StreamWriter.open(pool, LocalStore(Path(media)), UUID(stream_id), "first"))


if __name__ == "__main__":
    main(*sys.argv[1:])
