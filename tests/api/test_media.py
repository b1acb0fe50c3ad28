"""GET /media/{token}: signed, expiring, by range."""

import base64
import json
import time
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from streamer.media import keep, open_store
from streamer.permission import sign
from tests.api.conftest import SECRET, Facade, ask_podcast
from tests.api.made import AUDIO, Made, finish

Connection = psycopg.Connection[tuple[Any, ...]]
SIZE = len(AUDIO)


@pytest.fixture(scope="module")
def episode(shared: Facade) -> tuple[Made, str]:
    """An episode and the signed URL of its audio."""
    with (
        shared.client("media") as client,
        psycopg.connect(shared.settings.database_url, autocommit=True) as connection,
    ):
        workflow_id = UUID(ask_podcast(client).json()["workflow_id"])
        made = finish(connection, shared.settings, workflow_id)
        status = client.get(f"/api/v1/podcasts/{workflow_id}").json()
        return made, status["media"]["audio"]["url"]


def test_the_whole_with_its_name_and_type(episode: tuple[Made, str]) -> None:
    answer = httpx.get(episode[1])
    assert answer.status_code == 200
    assert answer.content == AUDIO
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.headers["Accept-Ranges"] == "bytes"
    named = 'inline; filename="Twice-a-day-the-seas-clock.mp3"'
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("header", "status", "part"),
    [
        ("bytes=0-0", 206, slice(0, 1)),
        ("bytes=0-", 206, slice(0, SIZE)),
        ("bytes=1000-300999", 206, slice(1000, 301_000)),
        ("bytes=-500", 206, slice(SIZE - 500, SIZE)),
        (f"bytes={SIZE - 1}-{SIZE + 5}", 206, slice(SIZE - 1, SIZE)),
        ("bytes=0-1,5-6", 200, slice(0, SIZE)),
        ("lines=1-2", 200, slice(0, SIZE)),
        ("bytes=9-3", 200, slice(0, SIZE)),
        (f"bytes={SIZE}-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_ranges(episode: tuple[Made, str], header: str, status: int, part: slice | None) -> None:
    answer = httpx.get(episode[1], headers={"Range": header})
    assert answer.status_code == status
    if part is None:
        assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
        assert answer.json()["type"] == "/problems/range-unsatisfiable"
        return
    assert answer.content == AUDIO[part]
    if status == 206:
        expected = f"bytes {part.start}-{part.stop - 1}/{SIZE}"
        assert answer.headers["Content-Range"] == expected


def test_a_download_goes_on_where_it_stopped_only_with_the_same_file(
    episode: tuple[Made, str],
) -> None:
    etag = httpx.head(episode[1]).headers["ETag"]
    same = httpx.get(episode[1], headers={"Range": "bytes=5-9", "If-Range": etag})
    assert (same.status_code, same.content) == (206, AUDIO[5:10])
    other = httpx.get(episode[1], headers={"Range": "bytes=5-9", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, AUDIO)
    known = httpx.get(episode[1], headers={"If-None-Match": etag, "Range": "bytes=5-9"})
    assert (known.status_code, known.content) == (304, b"")


def test_head_says_what_get_would(episode: tuple[Made, str]) -> None:
    answer = httpx.head(episode[1], headers={"Range": "bytes=0-9"})
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(SIZE)
    assert answer.content == b""


def test_a_changed_link_opens_nothing(shared: Facade, episode: tuple[Made, str]) -> None:
    url = episode[1]
    start = url.index("/media/") + len("/media/")
    for place in range(start, len(url), 7):
        changed = "B" if url[place] == "A" else "A"
        answer = httpx.get(url[:place] + changed + url[place + 1 :])
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/link-invalid"
    for token in ("x", ".", "..", "x.y", url[start:] + "A", "%00"):
        assert httpx.get(f"{shared.url}/api/v1/media/{token}").status_code in (403, 404)


def test_a_link_expires(shared: Facade, episode: tuple[Made, str]) -> None:
    name = "a.mp3"
    for expires_at, status in ((int(time.time()) + 60, 200), (int(time.time()), 410)):
        token = sign(SECRET.encode(), "media", expires_at, episode[0].audio_uri, name)
        answer = httpx.get(f"{shared.url}/api/v1/media/{token}")
        assert answer.status_code == status
    assert answer.json()["type"] == "/problems/link-expired"


def test_a_link_lasts_ten_to_fifteen_minutes(shared: Facade, episode: tuple[Made, str]) -> None:
    payload = episode[1].rpartition("/")[2].partition(".")[0]
    expires_at = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))[0]
    assert 590 <= expires_at - time.time() <= 900


@pytest.mark.parametrize(
    "uri",
    [
        "media:///no/such/thing",
        "media:///../../etc/passwd",
        "file:///etc/passwd",
        "gs://elsewhere/x",
        "",
    ],
)
def test_even_a_signed_link_stays_in_the_store(shared: Facade, uri: str) -> None:
    with psycopg.connect(shared.settings.database_url, autocommit=True) as connection:
        connection.execute(
            """INSERT INTO media_objects (uri, media_type, bytes, sha256, stored_at)
               VALUES (%s, 'text/plain', 5, 'x', now()) ON CONFLICT DO NOTHING""",
            [uri],
        )
    token = sign(SECRET.encode(), "media", int(time.time()) + 60, uri, "a.txt")
    assert httpx.get(f"{shared.url}/api/v1/media/{token}").status_code == 404


def test_what_was_deleted_is_not_found(shared: Facade) -> None:
    store = open_store(shared.settings.media_url)
    with psycopg.connect(shared.settings.database_url, autocommit=True) as connection:
        uri = keep(connection, store, "gone/a.mp3", b"abc", "audio/mpeg", None, None)
    token = sign(SECRET.encode(), "media", int(time.time()) + 60, uri, "a.mp3")
    assert httpx.get(f"{shared.url}/api/v1/media/{token}").content == b"abc"
    store.delete(uri)
    assert httpx.get(f"{shared.url}/api/v1/media/{token}").status_code == 404
