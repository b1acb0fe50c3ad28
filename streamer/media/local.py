"""A media store in a folder."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from streamer.errors import ForeignMedia, MediaNotFound, MediaUnavailable
from streamer.media.keys import check_key, key_under

BASE = "media:///"


class LocalStore:
    """Objects as files below ``root``; an object appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def uri_of(self, key: str) -> str:
        """The URI that an object put under ``key`` has."""
        return BASE + check_key(key)

    def put(self, key: str, data: bytes | Path, media_type: str) -> str:
        """Write to a temporary name, sync, rename: a crash leaves the old state or the new."""
        uri = self.uri_of(key)
        try:
            self._put(self._place(key), data)
        except OSError as problem:
            raise MediaUnavailable(f"The media folder cannot be written: {problem}") from problem
        return uri

    def _put(self, target: Path, data: bytes | Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._refuse_detours(target)
        incoming = self._root / ".incoming"  # no key begins with a dot
        incoming.mkdir(exist_ok=True)
        partial = incoming / uuid.uuid4().hex
        try:
            _write_durably(partial, data)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        _sync_folder(target.parent)

    def read(self, uri: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from ``start`` up to, not including, ``end``."""
        with self._open(uri) as file:
            file.seek(start)
            return file.read() if end is None else file.read(max(0, end - start))

    def size(self, uri: str) -> int:
        """Length in bytes."""
        with self._open(uri) as file:
            return os.fstat(file.fileno()).st_size

    def exists(self, uri: str) -> bool:
        """Whether an object stands at ``uri``."""
        try:
            self._open(uri).close()
        except (ForeignMedia, MediaNotFound):
            return False
        return True

    def delete(self, uri: str) -> None:
        """Remove the object, if it is there."""
        target = self._place(key_under(BASE, uri))
        self._refuse_detours(target)
        with suppress(FileNotFoundError, NotADirectoryError):
            target.unlink()

    @contextmanager
    def as_file(self, uri: str) -> Iterator[Path]:
        """The object's own file: read it, never write it."""
        self._open(uri).close()
        yield self._place(key_under(BASE, uri))

    def _place(self, key: str) -> Path:
        return self._root / key

    def _refuse_detours(self, target: Path) -> None:
        """A symbolic link below the root could lead out of the store."""
        if target.is_symlink() or not target.parent.resolve().is_relative_to(self._root.resolve()):
            raise ForeignMedia(f"A symbolic link leads out of the media store: {target.name}")

    def _open(self, uri: str) -> BinaryIO:
        target = self._place(key_under(BASE, uri))
        self._refuse_detours(target)
        try:
            descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            return os.fdopen(descriptor, "rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise MediaNotFound(f"Nothing stored at {uri}") from None


def _write_durably(path: Path, data: bytes | Path) -> None:
    with path.open("xb") as file:
        if isinstance(data, Path):
            with data.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
        else:
            file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
