"""EBML, the binary notation under WebM: an id, a length, a value (RFC 8794)."""

import struct

UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def element(identity: int, value: bytes) -> bytes:
    """An element of known size."""
    return name(identity) + size(len(value)) + value


def unsigned(identity: int, value: int) -> bytes:
    """An element holding an unsigned integer in as few bytes as it takes."""
    return element(identity, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def floating(identity: int, value: float) -> bytes:
    """An element holding a 64-bit float."""
    return element(identity, struct.pack(">d", value))


def text(identity: int, value: str) -> bytes:
    """An element holding a string."""
    return element(identity, value.encode())


def name(identity: int) -> bytes:
    """An id as written: its own leading bits say how long it is."""
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big")


def size(value: int) -> bytes:
    """A length in the shortest form; all ones are reserved for «unknown»."""
    width = 1
    while value >= (1 << 7 * width) - 1:
        width += 1
    return (value | 1 << 7 * width).to_bytes(width, "big")


def read_size(data: bytes, at: int) -> tuple[int, int]:
    """The length written at ``at``, and where the value begins."""
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & ~(1 << 7 * width)
    return value, at + width
