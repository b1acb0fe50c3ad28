"""A media store in a bucket of Google Cloud Storage."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import requests
from google.api_core.exceptions import GoogleAPICallError, NotFound, RetryError
from google.auth.exceptions import GoogleAuthError
from google.cloud import storage  # type: ignore[attr-defined,import-untyped]
from google.cloud.storage.retry import DEFAULT_RETRY  # type: ignore[import-untyped]

from streamer.errors import MediaNotFound, MediaUnavailable
from streamer.media.keys import check_key, is_key, key_under
from streamer.media.stored import StoredObject

SECONDS_PER_REQUEST = 60.0
Answer = TypeVar("Answer")


class GoogleStore:
    """Objects of one bucket below one prefix. Application-default credentials."""

    def __init__(self, bucket: str, prefix: str = "", client: Any = None) -> None:
        self._client = client or storage.Client()
        self._bucket = self._client.bucket(bucket)
        self._prefix = f"{check_key(prefix)}/" if prefix else ""
        self._base = f"gs://{bucket}/{self._prefix}"

    def uri_of(self, key: str) -> str:
        """The URI that an object put under ``key`` has."""
        return self._base + check_key(key)

    def put(self, key: str, data: bytes | Path, media_type: str) -> str:
        """Upload; Google shows an object only once all of it is there."""
        uri = self.uri_of(key)
        blob = self._blob(uri)
        options: dict[str, Any] = {
            "content_type": media_type, "timeout": SECONDS_PER_REQUEST, "retry": DEFAULT_RETRY,
        }  # fmt: skip
        if isinstance(data, Path):
            _asked(uri, lambda: blob.upload_from_filename(str(data), **options))
        else:
            _asked(uri, lambda: blob.upload_from_string(data, **options))
        return uri

    def read(self, uri: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from ``start`` up to, not including, ``end``."""
        if end is not None and end <= start:
            return b""
        if start and start >= self.size(uri):
            return b""  # Google answers 416 where a file would answer nothing
        last = None if end is None else end - 1
        blob = self._blob(uri)
        answer: bytes = _asked(
            uri,
            lambda: blob.download_as_bytes(
                start=start or None if last is None else start, end=last,
                timeout=SECONDS_PER_REQUEST, retry=DEFAULT_RETRY,
            ),
        )  # fmt: skip
        return answer

    def size(self, uri: str) -> int:
        """Length in bytes."""
        blob = self._blob(uri)
        _asked(uri, lambda: blob.reload(timeout=SECONDS_PER_REQUEST, retry=DEFAULT_RETRY))
        return int(blob.size)

    def exists(self, uri: str) -> bool:
        """Whether an object stands at ``uri``."""
        if not uri.startswith(self._base):
            return False
        blob = self._blob(uri)
        return bool(_asked(uri, lambda: blob.exists(timeout=SECONDS_PER_REQUEST)))

    def delete(self, uri: str) -> None:
        """Remove the object, if it is there."""
        blob = self._blob(uri)
        try:
            _asked(uri, lambda: blob.delete(timeout=SECONDS_PER_REQUEST, retry=DEFAULT_RETRY))
        except MediaNotFound:
            return

    def objects(self, after: str = "") -> Iterator[StoredObject]:
        """Every object below the prefix whose name is a key, a page per request."""
        begin = self._prefix + after.removeprefix(self._base)
        found = iter(
            self._client.list_blobs(
                self._bucket, prefix=self._prefix or None, start_offset=begin or None,
                timeout=SECONDS_PER_REQUEST, retry=DEFAULT_RETRY,
            )
        )  # fmt: skip
        while (blob := _asked(self._base, lambda: next(found, None))) is not None:
            key = blob.name.removeprefix(self._prefix)
            if is_key(key) and self._base + key > after:
                yield StoredObject(self._base + key, int(blob.size), blob.updated)

    def clear_partial(self, before: datetime) -> int:
        """Nothing to do: Google shows no half of an upload and forgets it after a week."""
        return 0

    @contextmanager
    def as_file(self, uri: str) -> Iterator[Path]:
        """A temporary copy of the object."""
        blob = self._blob(uri)
        with tempfile.TemporaryDirectory(prefix="aethercast-") as folder:
            path = Path(folder) / uri.rsplit("/", 1)[1]
            _asked(
                uri,
                lambda: blob.download_to_filename(
                    str(path), timeout=SECONDS_PER_REQUEST, retry=DEFAULT_RETRY
                ),
            )
            yield path

    def _blob(self, uri: str) -> Any:
        return self._bucket.blob(self._prefix + key_under(self._base, uri))


def _asked(uri: str, request: Callable[[], Answer]) -> Answer:
    """Run a request, its failures in our words."""
    try:
        return request()
    except NotFound:
        raise MediaNotFound(f"Nothing stored at {uri}") from None
    except (
        GoogleAPICallError, GoogleAuthError, RetryError, requests.RequestException,
    ) as problem:  # fmt: skip
        raise MediaUnavailable(f"Google Cloud Storage: {problem}") from problem
