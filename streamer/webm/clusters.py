"""Packets to clusters with absolute times."""

import struct
from collections.abc import Sequence

from streamer.webm import ebml

FRAMES_PER_CLUSTER = 10
MILLISECONDS_PER_FRAME = 20

_CLUSTER, _TIMESTAMP, _SIMPLE_BLOCK = 0x1F43B675, 0xE7, 0xA3
_TRACK, _KEYFRAME = 0x81, 0x80


def write_clusters(packets: Sequence[bytes], first_frame: int) -> bytes:
    """Clusters of known size, 200 ms each, the last one as long as what is left.

    ``first_frame`` counts 20 ms frames from the beginning of the stream.
    """
    runs = range(0, len(packets), FRAMES_PER_CLUSTER)
    return b"".join(
        _cluster(packets[start : start + FRAMES_PER_CLUSTER], first_frame + start) for start in runs
    )


def cluster_starts(data: bytes) -> list[int]:
    """Where each cluster in a run of whole clusters begins.

    Raises:
        ValueError: ``data`` is not a run of whole clusters.
    """
    starts, at = [], 0
    marker = ebml.name(_CLUSTER)
    while at < len(data):
        if data[at : at + len(marker)] != marker or at + len(marker) >= len(data):
            raise ValueError("not a run of whole clusters")
        starts.append(at)
        length, value = ebml.read_size(data, at + len(marker))
        at = value + length
    if at != len(data):
        raise ValueError("the last cluster is cut short")
    return starts


def _cluster(packets: Sequence[bytes], first_frame: int) -> bytes:
    blocks = [ebml.unsigned(_TIMESTAMP, first_frame * MILLISECONDS_PER_FRAME)]
    for position, packet in enumerate(packets):
        offset = position * MILLISECONDS_PER_FRAME
        prefix = struct.pack(">BhB", _TRACK, offset, _KEYFRAME)
        blocks.append(ebml.element(_SIMPLE_BLOCK, prefix + packet))
    return ebml.element(_CLUSTER, b"".join(blocks))
