"""A listener's own reading of a live WebM stream: which blocks of sound are there by which byte.

Independent of what wrote the bytes: element ids and sizes as in RFC 8794, the ids of RFC 9559.
"""

from dataclasses import dataclass, field

SEGMENT, CLUSTER, TIMESTAMP, SIMPLE_BLOCK = 0x18538067, 0x1F43B675, 0xE7, 0xA3
_OPENED = (SEGMENT, CLUSTER)


@dataclass(frozen=True)
class Block:
    """One packet of 20 ms."""

    milliseconds: int
    """Where it stands in the stream."""
    end: int
    """The byte behind it."""


@dataclass
class Blocks:
    """What is known of a stream by now. Feed it whatever comes, in pieces of any size."""

    data: bytearray = field(default_factory=bytearray)
    found: list[Block] = field(default_factory=list)
    clusters: list[tuple[int, int]] = field(default_factory=list)
    """First byte and the byte behind each; the last one may not be whole yet."""
    _at: int = 0
    _milliseconds: int = 0

    def feed(self, piece: bytes) -> None:
        """Take more bytes in."""
        self.data += piece
        while self._step():
            pass

    def _step(self) -> bool:
        """Read one element on; False where it is not whole yet."""
        name = _number(self.data, self._at, keep_marker=True)
        size = name and _number(self.data, name[1], keep_marker=False)
        if not name or not size:
            return False
        begin, end = size[1], size[1] + size[0]
        if name[0] == CLUSTER:
            self.clusters.append((self._at, end))
        if name[0] in _OPENED:
            self._at = begin
            return True
        if end > len(self.data):
            return False
        self._take(name[0], bytes(self.data[begin:end]), end)
        self._at = end
        return True

    def _take(self, name: int, value: bytes, end: int) -> None:
        if name == TIMESTAMP:
            self._milliseconds = int.from_bytes(value, "big")
        elif name == SIMPLE_BLOCK:
            offset = int.from_bytes(value[1:3], "big", signed=True)
            self.found.append(Block(self._milliseconds + offset, end))


def _number(data: bytearray, at: int, *, keep_marker: bool) -> tuple[int, int] | None:
    """A variable-length number and the byte behind it; None where it is not whole."""
    if at >= len(data) or data[at] == 0:
        return None
    length = 9 - data[at].bit_length()
    if at + length > len(data):
        return None
    value = int.from_bytes(data[at : at + length], "big")
    return (value if keep_marker else value & ((1 << 7 * length) - 1)), at + length
