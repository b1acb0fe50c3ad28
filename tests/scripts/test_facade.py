"""The command line's HTTP: a broken download leaves no file, a refusal is told in words."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from scripts import facade
from scripts.facade import Facade, Refused, Unreachable, explain, patiently

AUDIO = bytes(range(256)) * 4000
PROBLEM = {
    "title": "Invalid request.",
    "detail": "See errors.",
    "errors": [{"pointer": "/topic", "detail": "is empty"}],
}


class Shaky(BaseHTTPRequestHandler):
    """A web server that breaks off its first answers."""

    breaks: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        if self.path.endswith("/gone"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(AUDIO)))
        self.end_headers()
        self.wfile.write(AUDIO[: self.breaks.pop()] if self.breaks else AUDIO)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shaky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_download_that_breaks_is_begun_again_and_ends_whole(web: str, tmp_path: Path) -> None:
    Shaky.breaks = [500_000, 10]
    out = tmp_path / "episode.mp3"
    assert Facade(web, "t").download(f"{web}/audio", out) == len(AUDIO)
    assert out.read_bytes() == AUDIO
    assert list(tmp_path.iterdir()) == [out]


def test_a_download_that_never_ends_well_leaves_the_old_file(
    web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facade, "PATIENCE", 0.0)
    Shaky.breaks = [10, 10, 10]
    out = tmp_path / "episode.mp3"
    out.write_bytes(b"yesterday's")
    with pytest.raises(Unreachable, match="make status"):
        Facade(web, "t").download(f"{web}/audio", out)
    assert out.read_bytes() == b"yesterday's"
    assert list(tmp_path.iterdir()) == [out]
    Shaky.breaks = []


def test_a_link_that_does_not_hold_is_refused(web: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="404"):
        Facade(web, "t").download(f"{web}/gone", tmp_path / "episode.mp3")
    assert list(tmp_path.iterdir()) == []


def test_trouble_of_the_server_is_waited_out() -> None:
    answers = [503, 429, 409, 200]
    assert patiently(lambda: httpx.Response(answers.pop(0))).status_code == 200
    assert answers == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            httpx.Response(422, json=PROBLEM),
            "Invalid request. See errors. /topic: is empty",
        ),
        (httpx.Response(401, json={"title": "Unauthenticated."}), "Unauthenticated."),
        (httpx.Response(502, text="<html>"), "HTTP 502"),
    ],
)  # fmt: skip
def test_problem_documents_become_sentences(answer: httpx.Response, words: str) -> None:
    assert explain(answer) == words
