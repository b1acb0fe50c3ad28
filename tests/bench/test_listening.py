"""A listener that notes when every byte came, on real streams over real WebSockets."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.sync.server import ServerConnection, serve

from streamer.webm import encode_line, write_clusters, write_header
from streamer.webm.opus import Samples
from tests.bench.blocks import Blocks
from tests.bench.ear import Ear
from tests.bench.player import play_in_real_time
from tests.bench.sound import Silent, cut, decode, first_sound

RATE = 48_000
Piece = bytes | float
"""What a server sends, and how long it then waits."""


def tone(seconds: float) -> Samples:
    """A tone at -12 dBFS."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (0.25 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)


def quiet(seconds: float) -> Samples:
    """Nothing."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def clusters(samples: Samples, first_frame: int = 0) -> bytes:
    """Samples as the stream's clusters."""
    return write_clusters(encode_line(samples), first_frame)


STREAM = write_header() + clusters(np.concatenate([quiet(0.5), tone(0.5)]))


END = {"type": "stream_end"}


@contextmanager
def sending(*pieces: Piece, last: dict[str, str] | None = END) -> Iterator[str]:
    """A server that sends these to whoever comes, and then the end; its address."""

    def handle(socket: ServerConnection) -> None:
        socket.send(json.dumps({"type": "stream_metadata"}))
        for piece in pieces:
            if isinstance(piece, bytes):
                socket.send(piece)
            else:
                time.sleep(piece)
        if last:
            socket.send(json.dumps(last))

    with serve(handle, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(STREAM)), max_size=8).map(sorted))
def test_blocks_are_found_however_the_bytes_are_cut(cuts: list[int]) -> None:
    read, places = Blocks(), [0, *cuts, len(STREAM)]
    for start, end in pairwise(places):
        read.feed(STREAM[start:end])
        assert all(block.end <= end for block in read.found)
    assert [block.milliseconds for block in read.found] == [20 * n for n in range(51)]
    assert read.clusters[-1][1] == read.found[-1].end == len(STREAM)


def test_sound_begins_with_the_first_cluster_that_is_not_silent() -> None:
    read = Blocks()
    read.feed(STREAM)
    begins = first_sound(STREAM)
    [cluster] = [(a, b) for a, b in read.clusters if b == begins]
    assert read.clusters.index(cluster) == 2  # 0.4 s to 0.6 s: half of it is the tone
    with pytest.raises(Silent):
        first_sound(STREAM[: cluster[1] - 1])
    assert first_sound(STREAM[:begins]) == begins
    loud = decode(cut(STREAM, *read.clusters[3]))
    assert np.abs(loud).max() > 0.1


def test_an_ear_knows_when_each_byte_came() -> None:
    read = Blocks()
    read.feed(STREAM)
    half = read.clusters[2][1]
    before = time.time()
    with sending(STREAM[:half], 0.3, STREAM[half:]) as url:
        ear = Ear(url)
        assert ear.wait_for(half, 10)
        assert ear.wait_for_end(10)["type"] == "stream_end"
        ear.close()
    assert ear.data == STREAM
    assert before <= ear.moment_of(1) == ear.moment_of(half) < ear.moment_of(half + 1)
    assert ear.moment_of(half + 1) == ear.moment_of(len(STREAM)) <= time.time()
    assert ear.moment_of(half + 1) - ear.moment_of(half) >= 0.2
    assert len(ear.arrivals()) == 51
    assert not ear.wait_for(len(STREAM) + 1, 0)


def test_a_player_by_the_clock_waits_where_nothing_is_there_and_not_at_the_end() -> None:
    read = Blocks()
    read.feed(STREAM)
    half = read.clusters[1][1]
    with sending(STREAM[:half], 1.5, STREAM[half:]) as url:
        ear = Ear(url)
        heard = play_in_real_time(ear, 0.1)
        ear.close()
    assert heard.underruns == 1
    assert heard.waited > 0.1
    assert heard.seconds == pytest.approx(1.02)


@pytest.mark.parametrize("last", [{"type": "error", "code": "consumer_too_slow"}, None])
def test_a_player_that_is_cut_off_did_not_play_to_the_end(last: dict[str, str] | None) -> None:
    with sending(STREAM, last=last) as url:
        ear = Ear(url)
        heard = play_in_real_time(ear, 0.1)
        ear.close()
    assert heard.broke_off == ("consumer_too_slow" if last else "closed")
    with sending(STREAM) as url:
        ear = Ear(url)
        assert play_in_real_time(ear, 0.1).broke_off is None
        ear.close()


def test_a_stream_that_breaks_off_is_over() -> None:
    with serve(lambda socket: socket.close(), "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ear = Ear(f"ws://127.0.0.1:{server.socket.getsockname()[1]}")
        with pytest.raises(TimeoutError):
            ear.wait_for_end(10)
        assert ear.is_over
        server.shutdown()
