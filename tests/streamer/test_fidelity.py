"""An episode of spoken lines is the audio that was streamed: sample for sample in time, packet for
packet in its WebM, in another loudness in its MP3."""

import hashlib
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from agents.aims.speech.embedded import EmbeddedSpeech
from streamer.episode import Episode, make_episode
from streamer.mastering.labels import Chapter, Labels
from streamer.mastering.sound import decode
from tests.agents.model_service import models_dir as models_dir
from tests.conftest import create_database
from tests.streamer.conftest import Studio, open_studio
from tests.streamer.fidelity import compare

LINES = (
    "Welcome back. Tonight we follow the light from the first wood fires on the cliffs of Egypt "
    "to the lens that Augustin Fresnel built in eighteen twenty two.",
    "How far could a sailor see it?",
    "About twenty miles, on a clear night. Before that, a good lamp with a mirror behind it "
    "reached seven or eight, and in fog nothing reached anybody at all.",
    "Seven or eight?",
    "Yes. And every winter the coast of Cornwall took its ships, one after the other, until the "
    "keepers of the Lizard burned coal by the ton. It was never enough, they wrote.",
)
SECONDS = 60


def speak(studio: Studio, models: Path) -> tuple[Path, str]:
    """A minute of speech, line by line, as the voice records it; host_b is a little quieter."""
    speech = EmbeddedSpeech(models, threads=1)
    spoken = [speech.speak(text, "heart", 1.0) for text in LINES]
    writer = studio.open()
    while writer.seconds < SECONDS:
        place = len(writer.finished_lines)
        sound = spoken[place % len(LINES)] * (0.8 if place % 2 else 1.0)
        writer.append(f"0.{place}", sound.astype(np.float32), 0.25 + 0.05 * (place % 3))
    ended = writer.end()
    return studio.media / ended.uri.removeprefix("media:///"), ended.sha256


@pytest.fixture(scope="module")
def made(
    postgres_server: str,
    template_database: str,
    models_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Episode, str]:
    folder = tmp_path_factory.mktemp("spoken")
    url = create_database(postgres_server, template_database)
    with open_studio(url, folder / "media") as studio:
        stream, sha256 = speak(studio, models_dir)
    labels = Labels("Spoken", chapters=(Chapter("First", 0.0),))
    return stream, make_episode(stream, folder, labels, {"host_a": 40.0, "host_b": 10.0}), sha256


def test_the_mp3_is_the_stream_at_every_moment(
    made: tuple[Path, Episode, str], tmp_path: Path
) -> None:
    """By the encoder's delay as its Xing header tells it, which players cut off."""
    stream, episode, _ = made
    found = compare(decode(stream, tmp_path), decode(episode.mp3, tmp_path))
    assert len(found.lags) >= SECONDS // 2 - 2
    assert set(found.lags) == {0}
    assert found.correlation >= 0.99
    assert min(found.correlations) >= 0.98
    assert abs(found.longer) <= 0.05


def test_the_webm_has_the_streamed_packets_at_the_streamed_times(
    made: tuple[Path, Episode, str],
) -> None:
    stream, episode, sha256 = made
    assert hashlib.sha256(stream.read_bytes()).hexdigest() == sha256
    assert packets(episode.webm) == packets(stream)


def packets(path: Path) -> list[tuple[Any, bytes]]:
    with av.open(str(path), "r") as container:
        return [(each.pts, bytes(each)) for each in container.demux(audio=0) if each.size]
