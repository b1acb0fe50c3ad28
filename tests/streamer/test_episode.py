"""The episode is the stream, loud enough for a directory, labelled, indexed and judged."""

import hashlib
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from streamer.episode import Episode, make_episode
from streamer.mastering.labels import Chapter, Labels
from streamer.mastering.quality import Quality
from streamer.mastering.sound import decode
from streamer.webm import encode_line, write_clusters, write_header
from streamer.webm.opus import SAMPLE_RATE, Samples
from tests.streamer.sounds import babble

LABELS = Labels(
    "Schöne Töne — Tönung",
    comment="Made of two voices.",
    chapters=(Chapter("First", 0.0), Chapter("Zweiter Teil", 9.0)),
)


def write_stream(path: Path, sound: Samples) -> Path:
    path.write_bytes(write_header() + write_clusters(encode_line(sound), 0))
    return path


def two_voices(level: float = 0.2) -> Samples:
    """Twenty seconds of a low and a high voice, quieter than wanted, with one sharp peak."""
    pieces = []
    for turn in range(5):
        pieces.append(babble(3.6, 110 + 90 * (turn % 2), SAMPLE_RATE, seed=turn))
        pieces.append(np.zeros(SAMPLE_RATE * 4 // 10, dtype=np.float32))
    sound = np.concatenate(pieces) * level
    sound[SAMPLE_RATE : SAMPLE_RATE + 40] *= 4
    return sound.astype(np.float32)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Episode]:
    folder = tmp_path_factory.mktemp("episode")
    stream = write_stream(folder / "stream.webm", two_voices())
    return stream, make_episode(stream, folder, LABELS, {"host_a": 12.0, "host_b": 6.0})


def test_the_mp3_is_what_directories_ask_for(made: tuple[Path, Episode]) -> None:
    quality = made[1].quality
    assert quality.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert quality.true_peak_dbfs <= -1
    assert quality.problems == []
    with av.open(str(made[1].mp3), "r") as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.codec_context.layout.name) == ("mp3float", "mono")
        assert stream.codec_context.sample_rate == 48_000
        assert 90_000 < (stream.bit_rate or 0) < 130_000


def test_labels_and_chapters_are_read_back(made: tuple[Path, Episode]) -> None:
    for path in (made[1].mp3, made[1].webm):
        with av.open(str(path), "r") as container:
            words = {name.lower(): word for name, word in container.metadata.items()}
            assert words["title"] == LABELS.title
            assert words["album"] == "Aethercast"
            chapters = container.chapters()
        starts = [float(each["start"] * (each["time_base"] or 1)) for each in chapters]
        assert [each["metadata"]["title"] for each in chapters] == ["First", "Zweiter Teil"]
        assert starts == [0.0, 9.0]


def test_the_webm_has_the_streams_own_packets_and_an_index(made: tuple[Path, Episode]) -> None:
    def packets(path: Path) -> list[bytes]:
        with av.open(str(path), "r") as container:
            return [bytes(packet) for packet in container.demux(audio=0) if packet.size]

    assert packets(made[1].webm) == packets(made[0])
    data = made[1].webm.read_bytes()
    cues, first_cluster = data.index(b"\x1c\x53\xbb\x6b"), data.index(b"\x1f\x43\xb6\x75")
    assert cues < first_cluster
    with av.open(str(made[1].webm), "r") as container:
        assert container.duration == pytest.approx(len(two_voices()) / SAMPLE_RATE * 1e6, abs=4e4)
        container.seek(10_000_000)
        packet = next(container.demux(audio=0))
        assert packet.pts is not None
        assert float(packet.pts * packet.time_base) == pytest.approx(10.0, abs=1.0)


def test_the_same_stream_is_the_same_episode(made: tuple[Path, Episode], tmp_path: Path) -> None:
    again = make_episode(made[0], tmp_path, LABELS, {"host_a": 12.0, "host_b": 6.0})
    assert again.quality == made[1].quality
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (made[1].mp3, again.mp3)]
    assert digests[0] == digests[1]


def test_a_cover_is_attached(tmp_path: Path) -> None:
    picture = av.VideoFrame.from_ndarray(
        np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8), format="rgb24"
    )
    encoder = av.CodecContext.create("png", "w")
    encoder.width = encoder.height = 64
    encoder.pix_fmt = "rgb24"
    encoder.time_base = Fraction(1, 25)
    png = b"".join(bytes(packet) for packet in encoder.encode(picture))
    stream = write_stream(tmp_path / "stream.webm", babble(2, 150, SAMPLE_RATE))
    episode = make_episode(stream, tmp_path, Labels("With cover", cover=png), {})
    assert png in episode.mp3.read_bytes()
    with av.open(io.BytesIO(episode.mp3.read_bytes()), "r") as container:
        assert [stream.type for stream in container.streams] == ["audio", "video"]
        assert len(decode(episode.mp3, tmp_path)) == pytest.approx(2 * SAMPLE_RATE, abs=2400)


@pytest.mark.parametrize("level", [0.04, 0.9])
def test_quiet_and_loud_recordings_arrive_at_the_same_loudness(
    level: float, tmp_path: Path
) -> None:
    stream = write_stream(tmp_path / "stream.webm", babble(6, 150, SAMPLE_RATE) * level * 2)
    quality = make_episode(stream, tmp_path, LABELS, {}).quality
    assert quality.integrated_lufs == pytest.approx(-16, abs=1)
    assert quality.true_peak_dbfs <= -1


def test_what_is_wrong_with_an_episode_is_said(tmp_path: Path) -> None:
    silence = np.zeros(3 * SAMPLE_RATE, dtype=np.float32)
    sound = np.concatenate([babble(3, 150, SAMPLE_RATE), silence, babble(3, 150, SAMPLE_RATE)])
    stream = write_stream(tmp_path / "stream.webm", sound)
    quality = make_episode(stream, tmp_path, LABELS, {"host_a": 6.0, "host_b": 0.0}).quality
    assert quality.problems == ["a silence of 3.0 s", "host_b is silent"]
    assert quality.report()["passed"] is False


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("stop_at", [1, 3, 6])
def test_whoever_looks_may_stop_the_work(
    made: tuple[Path, Episode], tmp_path: Path, stop_at: int
) -> None:
    looks: list[None] = []

    def look() -> None:
        looks.append(None)
        if len(looks) == stop_at:
            raise StoppedError

    with pytest.raises(StoppedError):
        make_episode(made[0], tmp_path, LABELS, {}, look=look)
    assert len(looks) == stop_at


def test_silence_is_no_episode(tmp_path: Path) -> None:
    stream = write_stream(tmp_path / "stream.webm", np.zeros(SAMPLE_RATE * 3, dtype=np.float32))
    report = make_episode(stream, tmp_path, LABELS, {}).quality.report()
    assert report["passed"] is False
    assert report["integrated_lufs"] is None


GOOD = Quality(-16.2, -1.3, 1.0, 180.0, 180.01, {"host_a": 120.0, "host_b": 50.0}, {"passed": True})


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("integrated_lufs", -17.1, "loudness"), ("integrated_lufs", float("-inf"), "loudness"),
        ("integrated_lufs", float("nan"), "loudness"), ("true_peak_dbfs", -0.9, "peak"),
        ("longest_silence_seconds", 2.1, "silence"), ("duration_seconds", 0.0, "lasts"),
        ("duration_seconds", 179.9, "stream has"), ("grounding", {"passed": False}, "sources"),
        ("voices", {"host_a": 0.0}, "host_a"),
    ],
)  # fmt: skip
def test_every_limit_is_a_limit(name: str, value: object, problem: str) -> None:
    assert GOOD.report()["passed"] is True
    judged = replace(GOOD, **{name: value}).report()  # type: ignore[arg-type]
    assert judged["passed"] is False
    assert any(problem in words for words in judged["problems"])
