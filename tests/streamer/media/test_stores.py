"""Both stores keep the same promises; Google's over its real wire format."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage  # type: ignore[attr-defined,import-untyped]

from streamer.errors import ForeignMedia, InvalidMediaKey, MediaNotFound, UnknownMediaStore
from streamer.media import MediaStore, open_store
from streamer.media.gcs import GoogleStore
from streamer.media.local import LocalStore
from tests.conftest import free_port
from tests.streamer.media.bucket import run_bucket

DATA = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    with run_bucket("shelf", free_port()) as url:
        yield url


@pytest.fixture(params=["local", "google"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    if request.param == "local":
        return LocalStore(tmp_path / "media")
    client = storage.Client(
        project="p",
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options={"api_endpoint": request.getfixturevalue("bucket_url")},
    )
    return GoogleStore("shelf", tmp_path.name.replace("_", "-"), client)


def test_what_was_put_is_read(store: MediaStore, tmp_path: Path) -> None:
    uri = store.put("a/b.bin", DATA, "application/octet-stream")
    assert uri == store.uri_of("a/b.bin")
    assert (store.read(uri), store.size(uri), store.exists(uri)) == (DATA, len(DATA), True)
    original = tmp_path / "original"
    original.write_bytes(DATA * 2)
    assert store.read(store.put("a/b.bin", original, "audio/webm")) == DATA * 2
    with store.as_file(uri) as path:
        assert path.read_bytes() == DATA * 2


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 10),
        (10, 20),
        (0, 0),
        (5, 5),
        (9, 4),
        (1000, None),
        (0, 9999),
        (1024, None),
        (2000, 2010),
    ],
)
def test_ranges_are_pythons_own(store: MediaStore, start: int, end: int | None) -> None:
    uri = store.put("range.bin", DATA, "application/octet-stream")
    assert store.read(uri, start, end) == DATA[start:end]


def test_what_is_not_there_is_said_so(store: MediaStore) -> None:
    uri = store.uri_of("nothing.bin")
    for look in (store.read, store.size):
        with pytest.raises(MediaNotFound):
            look(uri)
    with pytest.raises(MediaNotFound), store.as_file(uri):
        pass
    assert not store.exists(uri)
    store.delete(uri)


def test_deleted_is_gone(store: MediaStore) -> None:
    uri = store.put("brief.bin", DATA, "application/octet-stream")
    store.delete(uri)
    assert not store.exists(uri)


KEYS = ["a.bin", "a/b.bin", "a/b/c.bin", "a0.bin", "b/x.bin", "b.bin"]


def test_the_store_tells_what_lies_in_it_in_order(store: MediaStore) -> None:
    assert list(store.objects()) == []
    uris = sorted(store.put(key, key.encode(), "text/plain") for key in KEYS)
    found = list(store.objects())
    assert [(one.uri, one.bytes) for one in found] == [
        (uri, len(uri.removeprefix(store.uri_of("a")[:-1]))) for uri in uris
    ]
    assert all(abs(datetime.now(UTC) - one.modified_at) < timedelta(minutes=5) for one in found)
    for place, after in enumerate(uris):
        assert [one.uri for one in store.objects(after)] == uris[place + 1 :]
    assert [one.uri for one in store.objects(store.uri_of("a/b/b"))] == sorted(
        uri for uri in uris if uri > store.uri_of("a/b/b")
    )


def test_what_is_no_object_is_not_told_and_what_is_half_is_cleared(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "media")
    uri = store.put("a/plain.txt", b"x", "text/plain")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.txt").write_text("s3cret")
    (tmp_path / "media" / "door").symlink_to(tmp_path / "secret")
    (tmp_path / "media" / "a" / "link.txt").symlink_to(tmp_path / "secret" / "key.txt")
    (tmp_path / "media" / "a" / "not a key").write_text("by hand")
    for name, age in (("old", 3600), ("new", 0)):
        partial = tmp_path / "media" / ".incoming" / name
        partial.write_bytes(b"half")
        written = datetime.now(UTC).timestamp() - age
        os.utime(partial, (written, written))
    assert [one.uri for one in store.objects()] == [uri]
    assert store.clear_partial(datetime.now(UTC) - timedelta(minutes=30)) == 1
    assert [path.name for path in (tmp_path / "media" / ".incoming").iterdir()] == ["new"]
    assert store.exists(uri)


@pytest.mark.parametrize("key", ["../out", "/etc/passwd", "a/../../b", "", ".hidden"])
def test_no_key_and_no_uri_escapes(store: MediaStore, key: str) -> None:
    with pytest.raises(InvalidMediaKey):
        store.put(key, b"x", "text/plain")
    for uri in (f"media:///{key}", f"gs://shelf/{key}", f"file://{key}", f"gs://elsewhere/{key}"):
        with pytest.raises(ForeignMedia):
            store.read(uri)
        assert not store.exists(uri)


def test_a_link_inside_the_store_leads_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.txt").write_text("s3cret")
    store = LocalStore(tmp_path / "media")
    store.put("a/plain.txt", b"x", "text/plain")
    (tmp_path / "media" / "door").symlink_to(secret)
    (tmp_path / "media" / "key.txt").symlink_to(secret / "key.txt")
    for key in ("door/key.txt", "key.txt"):
        with pytest.raises(ForeignMedia):
            store.read(f"media:///{key}")
        with pytest.raises(ForeignMedia):
            store.put(key, b"overwritten", "text/plain")
        with pytest.raises(ForeignMedia):
            store.delete(f"media:///{key}")
    assert (secret / "key.txt").read_text() == "s3cret"


def test_no_reader_ever_sees_half_an_object(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    versions = [bytes([n]) * 200_000 for n in range(4)]
    uri = store.put("changing.bin", versions[0], "application/octet-stream")
    done = threading.Event()

    def write() -> None:
        for n in range(40):
            store.put("changing.bin", versions[n % 4], "application/octet-stream")
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        assert store.read(uri) in versions
    writer.join()
    assert [path.name for path in (tmp_path / ".incoming").iterdir()] == []


def test_the_setting_chooses_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AETHERCAST_MEDIA_URL", tmp_path.as_uri())
    assert open_store().put("a", b"1", "text/plain") == "media:///a"
    assert (tmp_path / "a").read_bytes() == b"1"
    monkeypatch.delenv("AETHERCAST_MEDIA_URL")
    monkeypatch.chdir(tmp_path)
    open_store().put("b", b"2", "text/plain")
    assert (tmp_path / ".aethercast" / "media" / "b").read_bytes() == b"2"


@pytest.mark.parametrize("url", ["", "/var/media", "s3://bucket", "file://host/x", "gs://"])
def test_an_unusable_setting_is_refused_with_its_reason(url: str) -> None:
    with pytest.raises(UnknownMediaStore, match="AETHERCAST_MEDIA_URL"):
        open_store(url)
