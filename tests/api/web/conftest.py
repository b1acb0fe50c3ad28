"""A stage: an episode in the making, its page in a real browser, a real ASF behind a line."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from api.web.built import find_page
from streamer.mastering.labels import Labels
from streamer.mastering.remux import write_webm
from streamer.media import MediaStore, open_store
from streamer.record import StreamWriter
from tests.api.conftest import SECRET, Facade, ask_podcast
from tests.api.web.chromium import Browser, Page, find_chromium, open_browser
from tests.api.web.line import Line, lay_line
from tests.conftest import ROOT, free_port, stop, wait_until_open

CHROMIUM = find_chromium()
NO_CHROMIUM = (
    "no Chromium on this machine: the player was NOT tried in a browser"
    " (Debian: apt-get install chromium)"
)
PLAYER = 'document.querySelector("aethercast-player")'
AUDIO = f"{PLAYER}.audio"


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    assert find_page("episode"), "the page is not built: make setup says why"
    with open_browser(CHROMIUM, tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty tab. Whatever a test does in it, it may not complain."""
    with browser.tab() as opened:
        yield opened
        opened.evaluate("new Promise((go) => setTimeout(go, 50))")
        assert opened.complaints == []


@dataclass
class Feeder:
    """An ASF over the facade's database, which may be killed and started again."""

    facade: Facade
    port: int
    line: Line
    process: "subprocess.Popen[bytes]"

    def restart(self) -> None:
        self.process = start_feeder(self.facade, self.port)


def start_feeder(facade: Facade, port: int, **settings: object) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "AETHERCAST_DATABASE_URL": facade.settings.database_url,
        "AETHERCAST_MEDIA_URL": facade.settings.media_url,
        "AETHERCAST_SECRET_KEY": SECRET,
        "AETHERCAST_ASF_PORT": str(port),
        "AETHERCAST_ASF_ALLOWED_ORIGINS": facade.url,
        **{f"AETHERCAST_ASF_{name.upper()}": str(value) for name, value in settings.items()},
    }
    process = subprocess.Popen([sys.executable, "-m", "streamer"], env=environment, cwd=ROOT)
    wait_until_open(port, process)
    return process


@contextmanager
def run_feeder(facade: Facade, **settings: object) -> Iterator[Feeder]:
    """An ASF behind a line; the facade's pages lead to it."""
    port = free_port()
    before = facade.settings.public_asf_url
    with lay_line(port) as line:
        feeder = Feeder(facade, port, line, start_feeder(facade, port, **settings))
        facade.settings.public_asf_url = f"ws://127.0.0.1:{line.port}"
        try:
            yield feeder
        finally:
            facade.settings.public_asf_url = before
            stop(feeder.process)


@pytest.fixture(scope="session")
def feeder(shared: Facade) -> Iterator[Feeder]:
    with run_feeder(shared) as running:
        yield running


@dataclass
class Stage:
    """One episode of a caller's."""

    facade: Facade
    caller: httpx.Client
    workflow_id: UUID
    stream_id: UUID
    pool: ConnectionPool
    store: MediaStore

    def writer(self, owner: str = "first") -> StreamWriter:
        return StreamWriter.open(self.pool, self.store, self.stream_id, owner)

    @property
    def link(self) -> str:
        """The page, as it is printed when the episode is asked for."""
        status = self.caller.get(f"/api/v1/podcasts/{self.workflow_id}").json()
        return str(status["links"]["episode"])

    def execute(self, statement: str, *values: object) -> None:
        with self.pool.connection() as connection:
            connection.execute(statement.encode(), values)


def set_stage(facade: Facade, caller: httpx.Client, pool: ConnectionPool) -> Stage:
    """Ask for an episode. Nothing makes it but the test."""
    asked = ask_podcast(caller, topic="How coffee conquered the world")
    workflow_id = UUID(asked.json()["workflow_id"])
    with psycopg.connect(facade.settings.database_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT stream_id FROM streams WHERE workflow_id = %s", [workflow_id]
        ).fetchone()
    assert row is not None
    store = open_store(facade.settings.media_url)
    return Stage(facade, caller, workflow_id, row[0], pool, store)


@pytest.fixture(scope="session")
def pool(shared: Facade) -> Iterator[ConnectionPool]:
    url = shared.settings.database_url
    with ConnectionPool(url, min_size=1, max_size=4, open=True) as opened:
        yield opened


@pytest.fixture
def stage(shared: Facade, caller: httpx.Client, feeder: Feeder, pool: ConnectionPool) -> Stage:
    return set_stage(shared, caller, pool)


@pytest.fixture
def pictures() -> Path | None:
    """Where to keep pictures of the page: AETHERCAST_PICTURES, if it is set."""
    folder = os.environ.get("AETHERCAST_PICTURES")
    return Path(folder) if folder else None


def finish(stage: Stage, writer: StreamWriter) -> None:
    """The episode is made: the stream ends, and its sound is in a file that can be sought."""
    ended = writer.end()
    with (
        stage.store.as_file(ended.uri) as whole,
        tempfile.NamedTemporaryFile(suffix=".webm") as file,
    ):
        write_webm(whole, Path(file.name), Labels("Coffee"), writer.seconds)
        uri = writer.keep("episode.webm", Path(file.name), "audio/webm")
    stage.execute(
        """UPDATE podcasts SET status = 'COMPLETED', title = 'Coffee', episode_uri = %s,
               duration_seconds = %s, updated_at = now() WHERE podcast_id = %s""",
        uri, writer.seconds, stage.workflow_id,
    )  # fmt: skip
    stage.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now(),
               last_updated_timestamp = now() WHERE workflow_id = %s""",
        stage.workflow_id,
    )
