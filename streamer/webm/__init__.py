"""One live WebM/Opus stream out of many lines, each line's bytes a function of that line alone.

The recipe: a fresh Opus encoder per line, clusters written by hand with absolute times. What
a line becomes depends on its samples and its first frame only, so that a re-run after a crash
writes the very bytes an undisturbed run would have written.
"""

from streamer.webm.clusters import cluster_starts, write_clusters
from streamer.webm.header import write_header
from streamer.webm.opus import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    PRE_SKIP,
    SAMPLE_RATE,
    encode_line,
)
from streamer.webm.resample import to_stream_rate

__all__ = [
    "FRAME_SAMPLES",
    "FRAME_SECONDS",
    "PRE_SKIP",
    "SAMPLE_RATE",
    "cluster_starts",
    "encode_line",
    "to_stream_rate",
    "write_clusters",
    "write_header",
]
