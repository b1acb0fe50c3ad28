"""What comes out of the stream is what went in, whole, in place, and always the same bytes."""

import hashlib
import io
import subprocess
import sys

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.webm import (
    FRAME_SAMPLES,
    PRE_SKIP,
    cluster_starts,
    encode_line,
    to_stream_rate,
    write_clusters,
    write_header,
)
from streamer.webm.opus import Samples, count_frames
from tests.streamer.sounds import babble

LINES = [babble(1.3, 210, seed=1), babble(0.31, 110, seed=2), babble(2.0, 180, seed=3)]


def write_lines(lines: list[Samples]) -> tuple[list[bytes], list[int]]:
    """Each line's bytes and first frame, as the voice at work would record them."""
    pieces, firsts, frame = [], [], 0
    for line in lines:
        packets = encode_line(to_stream_rate(line, 24_000))
        pieces.append(write_clusters(packets, frame))
        firsts.append(frame)
        frame += len(packets)
    return pieces, firsts


def decode(data: bytes) -> Samples:
    with av.open(io.BytesIO(data), "r") as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.asarray(np.concatenate(frames, axis=1)[0], dtype=np.float32)


def test_the_same_line_is_the_same_bytes_in_any_process() -> None:
    pieces, _ = write_lines(LINES)
    script = (
        "import hashlib; from tests.streamer.webm.test_stream import LINES, write_lines;"
        "print(hashlib.sha256(b''.join(write_lines(LINES)[0])).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert other.stdout.strip() == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_a_line_does_not_depend_on_the_lines_before_it() -> None:
    pieces, firsts = write_lines(LINES)
    resumed = encode_line(to_stream_rate(LINES[2], 24_000))
    assert write_clusters(resumed, firsts[2]) == pieces[2]
    assert write_clusters(resumed, firsts[2] + 1) != pieces[2]


def test_every_line_is_heard_whole_and_in_its_place() -> None:
    pieces, firsts = write_lines(LINES)
    heard = decode(write_header() + b"".join(pieces))
    frames = sum(count_frames(2 * len(line)) for line in LINES)
    assert len(heard) == frames * FRAME_SAMPLES - PRE_SKIP
    for line, first in zip(LINES, firsts, strict=True):
        spoken = to_stream_rate(line, 24_000)
        place = heard[first * FRAME_SAMPLES :][: len(spoken)]
        assert np.corrcoef(place, spoken)[0, 1] > 0.995


def test_times_run_on_without_gap_or_overlap() -> None:
    pieces, _ = write_lines(LINES)
    with av.open(io.BytesIO(write_header() + b"".join(pieces)), "r") as container:
        times = [packet.pts or 0 for packet in container.demux(audio=0) if packet.size]
    assert [time - times[0] for time in times] == [20 * n for n in range(len(times))]


def test_the_stream_is_mono_opus_at_48_khz() -> None:
    pieces, _ = write_lines(LINES)
    with av.open(io.BytesIO(write_header() + pieces[0]), "r") as container:
        assert container.format.name == "matroska,webm"
        context = container.streams.audio[0].codec_context
        assert (context.name, context.sample_rate, context.layout.name) == ("opus", 48_000, "mono")
        assert int.from_bytes((context.extradata or b"")[10:12], "little") == PRE_SKIP


def test_the_encoder_really_looks_ahead_by_the_written_pre_skip() -> None:
    click = np.zeros(9600, dtype=np.float32)
    click[4800:4850] = babble(0.1, 900, 48_000)[:50]
    heard = decode(write_header() + write_clusters(encode_line(click), 0))
    lag = int(np.argmax(np.correlate(heard[:9600], click, "full"))) - (len(click) - 1)
    assert abs(lag) <= 1


def test_joins_do_not_click() -> None:
    """A line cut in mid-vowel: no jump at the join beyond those inside the sound itself."""
    tone = babble(1.0, 200, 48_000, seed=5)
    packets = [encode_line(tone[:23_777]), encode_line(tone[23_777:])]
    data = write_clusters(packets[0], 0) + write_clusters(packets[1], len(packets[0]))
    heard = decode(write_header() + data)
    join = len(packets[0]) * FRAME_SAMPLES
    around = np.abs(np.diff(heard[join - 400 : join + 400], 2))
    assert np.max(around) <= 2 * np.max(np.abs(np.diff(tone, 2)))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 5000))
def test_no_length_loses_a_sample(length: int) -> None:
    line = babble(1.0, 200, 48_000)[:length]
    packets = encode_line(line)
    assert len(packets) == count_frames(length)
    heard = decode(write_header() + write_clusters(packets, 0))
    assert len(heard) == len(packets) * FRAME_SAMPLES - PRE_SKIP >= length


def test_sound_beyond_full_scale_is_clipped_not_wrapped() -> None:
    heard = decode(write_header() + write_clusters(encode_line(babble(0.5, rate=48_000) * 4), 0))
    assert np.max(np.abs(heard)) < 1.5


def test_clusters_are_found_again() -> None:
    pieces, _ = write_lines(LINES)
    data = b"".join(pieces)
    starts = cluster_starts(data)
    frames = [count_frames(2 * len(line)) for line in LINES]
    assert len(starts) == sum(-(-count // 10) for count in frames)
    assert starts[0] == 0
    assert all(data[at : at + 4] == b"\x1f\x43\xb6\x75" for at in starts)
    for broken in (data[:-1], data[1:], b"\x1f\x43\xb6\x75"):
        with pytest.raises(ValueError, match="cluster"):
            cluster_starts(broken)


def test_a_chunk_is_about_200_ms() -> None:
    pieces, _ = write_lines([babble(4.0, 180)])
    lengths = np.diff([*cluster_starts(pieces[0]), len(pieces[0])])
    assert np.median(lengths) < 4000
    with av.open(io.BytesIO(write_header() + pieces[0][: int(lengths[0])]), "r") as container:
        assert sum(bool(packet.size) for packet in container.demux(audio=0)) == 10
