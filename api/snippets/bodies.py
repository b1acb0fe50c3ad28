"""The pages that were sent lately, put together once."""

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PageBody:
    """A page as it is sent."""

    etag: str
    content: bytes
    shown: tuple[UUID, ...]


class PageBodies:
    """Pages sent lately, up to so many bytes; the one unused for longest goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, PageBody] = OrderedDict()

    def get(self, key: str) -> PageBody | None:
        """The page under that key, if it is kept."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: str, body: PageBody) -> None:
        """Keep a page, and no more than there is room for."""
        before = self._kept.pop(key, None)
        self._bytes += len(body.content) - (len(before.content) if before else 0)
        self._kept[key] = body
        while self._bytes > self._most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.content)
