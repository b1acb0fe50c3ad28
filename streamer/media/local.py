"""A media store in a folder."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from streamer.errors import ForeignMedia, MediaNotFound, MediaUnavailable
from streamer.media.keys import check_key, is_key, key_under
from streamer.media.stored import StoredObject

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

    def objects(self, after: str = "") -> Iterator[StoredObject]:
        """Every plain file whose path is a key; a link or a strange name is none of ours."""
        try:
            for key, entry in _walk(self._root, "", after.removeprefix(BASE)):
                with suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    written = datetime.fromtimestamp(found.st_mtime, UTC)
                    yield StoredObject(BASE + key, found.st_size, written)
        except OSError as problem:
            raise MediaUnavailable(f"The media folder cannot be read: {problem}") from problem

    def clear_partial(self, before: datetime) -> int:
        """Remove what writers that were killed left under temporary names."""
        cleared = 0
        for partial in (self._root / ".incoming").glob("*"):
            with suppress(FileNotFoundError):
                if partial.stat().st_mtime < before.timestamp():
                    partial.unlink()
                    cleared += 1
        return cleared

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


def _walk(folder: Path, prefix: str, after: str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """Files below ``folder`` with their keys, in the keys' order, from behind ``after`` on."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: _sort_key(entry, prefix))
    except FileNotFoundError:
        return
    for entry in entries:
        key = prefix + entry.name
        if not is_key(key) or entry.is_symlink():
            continue
        if entry.is_dir():
            if after < f"{key}/" or after.startswith(f"{key}/"):
                yield from _walk(Path(entry.path), f"{key}/", after)
        elif key > after:
            yield key, entry


def _sort_key(entry: "os.DirEntry[str]", prefix: str) -> str:
    return prefix + entry.name + ("/" if entry.is_dir(follow_symlinks=False) else "")


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
