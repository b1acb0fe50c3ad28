"""The init segment: what a player must know before the first cluster."""

import struct
from functools import cache

from streamer.webm import ebml
from streamer.webm.opus import FRAME_SECONDS, PRE_SKIP, SAMPLE_RATE

_NANOSECONDS = 1_000_000_000
_SEEK_PRE_ROLL = 80_000_000  # RFC 7845: a decoder converges within 80 ms


@cache
def write_header() -> bytes:
    """EBML header, a Segment of unknown size, Info and Tracks: mono Opus at 48 kHz."""
    head = b"".join([
        ebml.unsigned(0x4286, 1), ebml.unsigned(0x42F7, 1), ebml.unsigned(0x42F2, 4),
        ebml.unsigned(0x42F3, 8), ebml.text(0x4282, "webm"), ebml.unsigned(0x4287, 4),
        ebml.unsigned(0x4285, 2),
    ])  # fmt: skip
    info = ebml.unsigned(0x2AD7B1, 1_000_000)  # times in milliseconds
    info += ebml.text(0x4D80, "aethercast") + ebml.text(0x5741, "aethercast")
    segment = ebml.name(0x18538067) + ebml.UNKNOWN_SIZE
    tracks = ebml.element(0x1654AE6B, ebml.element(0xAE, _track()))
    return ebml.element(0x1A45DFA3, head) + segment + ebml.element(0x1549A966, info) + tracks


def _track() -> bytes:
    audio = ebml.floating(0xB5, float(SAMPLE_RATE)) + ebml.unsigned(0x9F, 1)
    return b"".join([
        ebml.unsigned(0xD7, 1), ebml.unsigned(0x73C5, 1), ebml.unsigned(0x83, 2),
        ebml.text(0x86, "A_OPUS"),
        ebml.element(0x63A2, _opus_head()),
        ebml.unsigned(0x56AA, PRE_SKIP * _NANOSECONDS // SAMPLE_RATE),
        ebml.unsigned(0x56BB, _SEEK_PRE_ROLL),
        ebml.unsigned(0x23E383, round(FRAME_SECONDS * _NANOSECONDS)),
        ebml.element(0xE1, audio),
    ])  # fmt: skip


def _opus_head() -> bytes:
    """RFC 7845, 5.1: version 1, one channel, pre-skip, input rate, no gain, mapping 0."""
    return b"OpusHead" + struct.pack("<BBHIhB", 1, 1, PRE_SKIP, SAMPLE_RATE, 0, 0)
