"""The frames of a measurement: 200 ms of stream at 64 kbit/s that carry their number and moment."""

import struct
import time

from streamer.webm import write_clusters
from tests.bench.crowd import MARK, STAMP

FRAME_SECONDS = 0.2
PACKET = bytes(160)  # 20 ms at 64 kbit/s


def stamped_cluster(number: int) -> bytes:
    """The stream's cluster ``number``, made now."""
    stamp = STAMP.pack(MARK, number, time.monotonic())
    first = stamp + bytes(len(PACKET) - len(stamp))
    return write_clusters([first] + [PACKET] * 9, 10 * number)


def stamped_message(number: int) -> bytes:
    """The same as a whole WebSocket message."""
    cluster = stamped_cluster(number)
    return b"\x82\x7e" + struct.pack(">H", len(cluster)) + cluster
