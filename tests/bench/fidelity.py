"""``python -m tests.bench.fidelity --minutes 30``: a long episode, and how like its stream it is.

The stream is synthetic (two voices that babble, lines of 4 to 7 s); what is measured is the
mastering: samples by which the MP3 comes late, correlation in windows of two seconds all over the
episode, the difference in length, and what the mastering cost.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from streamer.episode import make_episode
from streamer.mastering.labels import Labels
from streamer.mastering.sound import decode
from streamer.webm import FRAME_SECONDS, encode_line, write_clusters, write_header
from streamer.webm.opus import SAMPLE_RATE
from tests.streamer.fidelity import compare
from tests.streamer.sounds import babble
from tests.streamer.test_fidelity import packets

LEAST_CORRELATION, MOST_SECONDS = 0.99, 0.05
WINDOWS = 200


def write_stream(path: Path, seconds: float) -> None:
    """Line after line, as they are recorded."""
    pause = np.zeros(round(0.4 * SAMPLE_RATE), dtype=np.float32)
    lines = [
        encode_line(np.concatenate([babble(3.6 + 0.3 * n, 110 + 90 * (n % 2), SAMPLE_RATE), pause]))
        for n in range(12)
    ]
    frames = number = 0
    with path.open("wb") as file:
        file.write(write_header())
        while frames * FRAME_SECONDS < seconds:
            packets_of_line = lines[number % len(lines)]
            file.write(write_clusters(packets_of_line, frames))
            frames, number = frames + len(packets_of_line), number + 1


def main(minutes: float) -> int:
    """Make, compare, print; 1 where the episode is not its stream."""
    with tempfile.TemporaryDirectory(prefix="aethercast-bench-") as name:
        folder = Path(name)
        stream = folder / "stream.webm"
        write_stream(stream, 60 * minutes)
        began, spent = time.monotonic(), time.process_time()
        episode = make_episode(stream, folder, Labels("Bench"), {})
        took, cost = time.monotonic() - began, time.process_time() - spent
        found = compare(decode(stream, folder), decode(episode.mp3, folder), WINDOWS)
        same_packets = packets(episode.webm) == packets(stream)
    print(f"{minutes:g} minutes, mastered in {took:.0f} s ({cost:.0f} s of CPU)")
    print(f"lags in {len(found.lags)} windows: {sorted(set(found.lags))} samples")
    print(f"correlation: {found.correlation:.5f}, lowest of a window {min(found.correlations):.5f}")
    print(
        f"longer by {1000 * found.longer:.1f} ms; packets of episode.webm the same: {same_packets}"
    )
    kept = (
        set(found.lags) == {0}
        and found.correlation >= LEAST_CORRELATION
        and abs(found.longer) <= MOST_SECONDS
        and same_packets
    )
    print("all promises kept" if kept else "NOT KEPT")
    return 0 if kept else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    sys.exit(main(parser.parse_args().minutes))
