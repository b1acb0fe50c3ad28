"""What a caller is told whose signed link does not hold, or holds no more."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.problems import LinkExpired, LinkInvalid
from streamer.permission import PermissionForged, PermissionOver


@contextmanager
def reading_link() -> Iterator[None]:
    """Read a link in this block.

    Raises:
        LinkInvalid: it was not issued here.
        LinkExpired: its time is over.
    """
    try:
        yield
    except PermissionForged:
        raise LinkInvalid from None
    except PermissionOver:
        raise LinkExpired from None
