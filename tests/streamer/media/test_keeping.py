"""The row stands before the bytes."""

import hashlib
from pathlib import Path

import psycopg
import pytest

from streamer.errors import MediaUnavailable, OpenTransaction
from streamer.media import keep
from streamer.media.local import LocalStore

Connection = psycopg.Connection[tuple[object, ...]]


def rows(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT uri, bytes, sha256, stored_at IS NOT NULL FROM media_objects"
    ).fetchall()


def test_kept_object_has_its_row(connection: Connection, tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    uri = keep(connection, store, "a.bin", b"abc", "audio/webm", None, None)
    assert store.read(uri) == b"abc"
    assert rows(connection) == [(uri, 3, hashlib.sha256(b"abc").hexdigest(), True)]


def test_a_failed_upload_leaves_the_row_that_names_it(
    connection: Connection, tmp_path: Path
) -> None:
    full_disk = LocalStore(tmp_path / "file")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MediaUnavailable):
        keep(connection, full_disk, "a.bin", b"abc", "audio/webm", None, None)
    assert [row[3] for row in rows(connection)] == [False]


def test_other_content_under_the_same_key_is_unstored_until_uploaded(
    connection: Connection, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path / "media")
    keep(connection, store, "a.bin", b"abc", "audio/webm", None, None)
    (tmp_path / "media" / "a.bin").unlink()
    (tmp_path / "media" / "a.bin").mkdir()
    with pytest.raises(MediaUnavailable):
        keep(connection, store, "a.bin", b"other", "audio/webm", None, None)
    assert [row[3] for row in rows(connection)] == [False]


def test_a_row_that_cannot_be_committed_first_is_refused(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url) as opened:
        opened.execute("SELECT 1")
        with pytest.raises(OpenTransaction):
            keep(opened, LocalStore(tmp_path), "a.bin", b"abc", "audio/webm", None, None)
