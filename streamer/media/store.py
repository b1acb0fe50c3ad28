"""What every media store does, and how to come by the configured one."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from streamer.errors import UnknownMediaStore
from streamer.media.local import LocalStore
from streamer.media.settings import MediaSettings
from streamer.media.stored import StoredObject


class MediaStore(Protocol):
    """Objects by URI. Safe to share between threads; every call blocks.

    Every method that takes a URI raises ForeignMedia where it lies outside the store, and
    MediaUnavailable (retryable) where the store does not answer.
    """

    def uri_of(self, key: str) -> str:
        """The URI that an object put under ``key`` has. Raises InvalidMediaKey."""
        ...

    def put(self, key: str, data: bytes | Path, media_type: str) -> str:
        """Store bytes, or a file's content, whole or not at all; returns the URI."""
        ...

    def read(self, uri: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from ``start`` up to, not including, ``end``. Raises MediaNotFound."""
        ...

    def size(self, uri: str) -> int:
        """Length in bytes. Raises MediaNotFound."""
        ...

    def exists(self, uri: str) -> bool:
        """Whether an object stands at ``uri``; False too for a URI of another store."""
        ...

    def delete(self, uri: str) -> None:
        """Remove the object; nothing happens where there is none."""
        ...

    def objects(self, after: str = "") -> Iterator[StoredObject]:
        """What lies in the store, ordered by URI, from behind the URI ``after`` on."""
        ...

    def clear_partial(self, before: datetime) -> int:
        """Remove what uploads that died before ``before`` left half-written; how many."""
        ...

    def as_file(self, uri: str) -> AbstractContextManager[Path]:
        """A readable file with the object's content, for the length of the block."""
        ...


def open_store(url: str | None = None) -> MediaStore:
    """The store at ``url``, by default the one of AETHERCAST_MEDIA_URL.

    Raises:
        UnknownMediaStore: a scheme other than ``file`` and ``gs``.
    """
    chosen = url if url is not None else MediaSettings().media_url
    parts = urlsplit(chosen)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return LocalStore(Path(unquote(parts.path)))
    if parts.scheme == "gs" and parts.netloc:
        from streamer.media.gcs import GoogleStore  # the client costs a second to import

        return GoogleStore(parts.netloc, parts.path.strip("/"))
    raise UnknownMediaStore(f"AETHERCAST_MEDIA_URL must be file:///… or gs://…, not {chosen!r}.")
