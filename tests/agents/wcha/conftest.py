"""What the tests of the harvest share."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents.wcha.library import load_library
from agents.wcha.reading import Reader
from agents.wcha.reading.warm import warm
from agents.wcha.settings import HarvestSettings
from streamer.media import MediaStore, open_store
from tests.agents.site import Site, open_site
from tests.conftest import create_database

Connection = psycopg.Connection[Any]
AddSource = Callable[..., UUID]


@pytest.fixture(scope="session", autouse=True)
def warm_parsers() -> None:
    """As in the process that forks tasks: whatever is forked from here has the parsers."""
    warm()


@pytest.fixture(scope="session")
def library_database(postgres_server: str, template_database: str) -> str:
    """A database with the starter library in it."""
    url = create_database(postgres_server, template_database)
    with psycopg.connect(url, autocommit=True) as connection:
        load_library(connection)
    return url


@pytest.fixture
def database_url(library_database: str) -> str:
    """The one database of these tests: each makes an episode of its own."""
    return library_database


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server whose pages the test lays down."""
    with open_site() as opened:
        yield opened


@pytest.fixture
def limits(site: Site) -> HarvestSettings:
    """Settings that allow loopback and know no other network."""
    return HarvestSettings(
        fetch_allow_loopback=True, search_web=False, wikipedia_url=f"{site.url}/rest"
    )


@pytest.fixture
def reader(limits: HarvestSettings) -> Iterator[Reader]:
    """A reader that has not been started."""
    with Reader(limits) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    """A media store in a folder."""
    return open_store(tmp_path.as_uri())


@pytest.fixture
def podcast_id(connection: Connection) -> UUID:
    """An episode without sources, and its user."""
    ids = {name: uuid.uuid4() for name in ("podcast", "user", "stream", "script")}
    with connection.transaction():
        connection.execute(
            "INSERT INTO users (user_id, subject) VALUES (%(user)s, %(user)s::text)", ids
        )
        connection.execute(
            "INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, dag_id,"
            " dag_run_id) VALUES (%(podcast)s, %(user)s, 'podcast_request', 'podcast',"
            " %(podcast)s::text)",
            ids,
        )
        connection.execute(
            "INSERT INTO podcasts (podcast_id, user_id, topic, script_id, stream_id)"
            " VALUES (%(podcast)s, %(user)s, 'a topic', %(script)s, %(stream)s)",
            ids,
        )
        connection.execute(
            "INSERT INTO streams (stream_id, workflow_id) VALUES (%(stream)s, %(podcast)s)", ids
        )
    return ids["podcast"]


@pytest.fixture
def add_source(connection: Connection, store: MediaStore, podcast_id: UUID) -> AddSource:
    """Give the episode a source: stored bytes, a text, or an address."""

    def add(
        data: bytes | None = None, *, text: str | None = None, url: str | None = None,
        title: str | None = None,
    ) -> UUID:  # fmt: skip
        source_id = uuid.uuid4()
        uri = None
        if data is not None:
            uri = store.put(f"uploads/{source_id}", data, "application/octet-stream")
            connection.execute(
                "INSERT INTO media_objects (uri, media_type) VALUES (%s, 'x/y')", (uri,)
            )
        kind = "upload" if data is not None else "text" if text is not None else "url"
        connection.execute(
            "INSERT INTO sources (source_id, kind, title, url, content_uri, body)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (source_id, kind, title, url, uri, text),
        )
        connection.execute(
            "INSERT INTO podcast_sources SELECT %s, %s, count(*) FROM podcast_sources"
            " WHERE podcast_id = %s",
            (podcast_id, source_id, podcast_id),
        )
        return source_id

    return add
