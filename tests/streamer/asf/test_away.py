"""What the stream server reads from may be away for a while, or for good, or be wrong."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from websockets.sync.client import ClientConnection

from streamer.media.local import LocalStore
from streamer.record import StreamWriter
from tests.streamer.asf.conftest import capability_for, collect, run_server
from tests.streamer.asf.proxy import Proxy
from tests.streamer.asf.test_crowding import wait_for
from tests.streamer.conftest import Studio, open_studio
from tests.streamer.sounds import babble


@pytest.fixture
def studio(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A media folder of its own, that a test may take away."""
    with open_studio(database_url, tmp_path_factory.mktemp("away") / "media") as opened:
        yield opened


def hears_nothing(socket: ClientConnection) -> None:
    with pytest.raises(TimeoutError):
        socket.recv(timeout=0.5)


def test_listeners_wait_for_a_media_store_that_is_away(studio: Studio) -> None:
    """At the live end, and behind it: not a byte is lost, and nobody is sent away."""
    studio.open().append("0.0", babble(0.5), 0.2)
    capability, elsewhere = capability_for(studio), studio.media.with_name("elsewhere")
    with run_server(studio, cache_bytes=0) as asf, asf.connect(capability) as socket:
        first = b""
        while len(first) < studio.open().length:
            message = socket.recv(timeout=20)
            first += message if isinstance(message, bytes) else b""
        studio.media.rename(elsewhere)
        writer = StreamWriter.open(studio.pool, LocalStore(elsewhere), studio.stream_id, "first")
        writer.append("0.1", babble(0.5), 0.2)
        with asf.connect(capability) as late:
            late.recv(timeout=5)
            hears_nothing(late)
            hears_nothing(socket)
            elsewhere.rename(studio.media)
            ended = studio.open().end()
            whole = collect(late).data
        assert first + collect(socket).data == whole
        assert hashlib.sha256(whole).hexdigest() == ended.sha256


@pytest.mark.parametrize("harm", ["gone", "another byte"])
def test_what_is_not_there_or_not_the_same_is_never_made_up(studio: Studio, harm: str) -> None:
    """After a time listeners are told to come back; nobody is sent a byte that was not recorded."""
    writer = studio.open()
    segment = writer.append("0.0", babble(0.5), 0.2)
    place = studio.media / segment.uri.removeprefix("media:///")
    data = place.read_bytes()
    if harm == "gone":
        place.unlink()
    else:
        place.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with run_server(studio, media_seconds=0.3) as asf:
        with ThreadPoolExecutor(3) as threads:
            every = list(threads.map(lambda _: asf.listen(capability_for(studio)), range(3)))
        for heard in every:
            assert (heard.last["code"], heard.last["retryable"]) == ("unavailable", True)
            assert len(heard.data) == segment.first_byte
        place.write_bytes(data)
        ended = writer.end()
        back = {"type": "stream_end", "bytes": ended.bytes, "sha256": ended.sha256}
        wait_for(lambda: asf.listen(capability_for(studio)).last == back)


def test_a_database_behind_a_dead_network_is_found_again(studio: Studio) -> None:
    """Every connection to it is open and dumb, as behind a router that forgot them."""
    writer = studio.open()
    with Proxy(studio.url) as proxy:
        settings = {"poll_seconds": 0.5, "database_seconds": 1}
        with (
            run_server(studio, AETHERCAST_DATABASE_URL=proxy.url, **settings) as asf,
            asf.connect(capability_for(studio)) as socket,
        ):
            socket.recv(timeout=5)
            socket.recv(timeout=5)
            proxy.forget()
            segment = writer.append("0.0", babble(0.5), 0.2)
            heard = b""
            while len(heard) < segment.bytes:
                message = socket.recv(timeout=20)
                assert isinstance(message, bytes)
                heard += message
            ended = writer.end()
            assert collect(socket).last["sha256"] == ended.sha256


def test_a_slow_database_costs_patience_and_nothing_else(studio: Studio) -> None:
    writer = studio.open()
    with run_server(studio, poll_seconds=0.3, database_seconds=1) as asf:
        with asf.connect(capability_for(studio)) as socket:
            socket.recv(timeout=5)
            with psycopg.connect(studio.url) as slow:
                slow.execute("LOCK TABLE workflow_instances IN ACCESS EXCLUSIVE MODE")
                refused = asf.listen(capability_for(studio)).last
                assert (refused["code"], refused["retryable"]) == ("unavailable", True)
            writer.append("0.0", babble(0.5), 0.2)
            ended = writer.end()
            assert hashlib.sha256(collect(socket).data).hexdigest() == ended.sha256
        assert asf.listen(capability_for(studio)).last["sha256"] == ended.sha256
