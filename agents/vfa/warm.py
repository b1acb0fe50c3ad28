"""What the first line of a voice worker would otherwise wait for."""

import numpy as np

from agents.warming import when_warming
from streamer.webm import encode_line, to_stream_rate, write_clusters

_MODEL_RATE = 24_000


@when_warming
def warm_encoder() -> None:
    """Encode a moment of silence: the resampler alone takes a third of a second to import."""
    silence = np.zeros(_MODEL_RATE // 10, dtype=np.float32)
    write_clusters(encode_line(to_stream_rate(silence, _MODEL_RATE)), 0)
