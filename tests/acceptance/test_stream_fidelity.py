"""A whole episode of the running stack: its files are what was streamed."""

from pathlib import Path

from streamer.mastering.sound import decode
from tests.acceptance.api import Caller, Document, hear
from tests.streamer.fidelity import compare
from tests.streamer.test_fidelity import packets


def test_the_published_files_are_what_was_streamed(
    caller: Caller, episode: Document, mp3: Path, tmp_path: Path
) -> None:
    """Two voices, three minutes: lag 0 in every window, the same length, the same packets."""
    stream = tmp_path / "stream.webm"
    stream.write_bytes(hear(episode["stream"]["websocket_url"]).audio)
    webm = caller.download(episode["media"]["episode"]["url"], tmp_path / "episode.webm")
    found = compare(decode(stream, tmp_path), decode(mp3, tmp_path))
    assert len(found.lags) > 60
    assert set(found.lags) == {0}
    assert found.correlation >= 0.99
    assert min(found.correlations) >= 0.98
    assert abs(found.longer) <= 0.05
    assert packets(webm) == packets(stream)
