"""The harvest: from rows to text in the database, whatever some of the sources are like."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from agents.wcha import NothingUsable, harvest
from agents.wcha.bundle import HarvestedContentBundle
from agents.wcha.settings import HarvestSettings
from streamer.media import MediaStore
from tests.agents.site import Site, Write
from tests.agents.wcha.conftest import AddSource
from tests.agents.wcha.hostile_documents import forms_in_a_circle
from tests.agents.wcha.paper import Paper, wrap
from tests.conftest import ROOT

Connection = psycopg.Connection[Any]
STORY = (
    "The harbour was built in 1872, and for eighty years it was the busiest on the coast. Then the "
    "river silted up, and within ten years the last ship had gone. Today the old warehouses hold a "
    "market, a school of music and some four hundred flats."
)
HEAD = "<html><head><title>The Old Harbour</title></head>"
HTML = f"{HEAD}<body><h2>Then</h2><p>{STORY}</p></body></html>"


@pytest.fixture
def run(
    connection: Connection, store: MediaStore, podcast_id: UUID, limits: HarvestSettings
) -> "Run":
    return Run(connection, store, podcast_id, limits)


class Run:
    """Harvests the test's episode and reads what came of it."""

    def __init__(
        self, connection: Connection, store: MediaStore, podcast_id: UUID, limits: HarvestSettings
    ) -> None:
        self.connection, self.store = connection, store
        self.podcast_id, self.limits = podcast_id, limits

    def __call__(
        self, topic: str = "an old harbour", checkpoint: Callable[[], None] = lambda: None
    ) -> HarvestedContentBundle:
        return harvest(
            self.connection, self.store, workflow_id=self.podcast_id, topic=topic,
            settings=self.limits, checkpoint=checkpoint,
        )  # fmt: skip

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            f"SELECT {columns} FROM sources JOIN podcast_sources USING (source_id)"
            " WHERE podcast_id = %s ORDER BY position".encode(),
            (self.podcast_id,),
        ).fetchall()


def pdf() -> bytes:
    paper = Paper("A Harbour on Paper").page()
    paper.block(wrap(STORY, 80), 60, 100)
    return paper.bytes()


def test_of_a_page_and_the_extract_of_it_only_the_longer_is_told(
    run: Run, add_source: AddSource, site: Site
) -> None:
    page = add_source(url=site.put("/page", HTML))
    extract = add_source(url=f"{site.url}/page")
    gone = add_source(url=f"{site.url}/gone")
    behind = add_source(url=f"{site.url}/gone")
    run.connection.execute(
        "UPDATE sources SET kind = 'web', title = 'Then', body = %s, harvested_at = now()"
        " WHERE source_id = ANY(%s)",
        (STORY[:90], [extract, behind]),
    )
    bundle = run()
    assert [s["source_id"] for s in bundle["sources"]] == [str(page), str(behind)]
    assert [problem["source_id"] for problem in bundle["problems"]] == [str(gone)]


def test_every_kind_of_source_becomes_text(run: Run, add_source: AddSource, site: Site) -> None:
    ids = [
        add_source(HTML.encode(), title="old-harbour"),
        add_source(pdf()),
        add_source(text=STORY),
        add_source(url=site.put("/page", HTML)),
    ]
    bundle = run()
    assert [s["source_id"] for s in bundle["sources"]] == [str(i) for i in ids]
    assert bundle["problems"] == []
    rows = run.rows("body, outline, title, sha256, harvested_at IS NOT NULL")
    assert [row[0] for row in rows] == [STORY] * 4
    assert rows[0][1] == [{"level": 2, "text": "Then", "start": 0}]
    assert [row[2] for row in rows][:2] == ["The Old Harbour", "A Harbour on Paper"]
    assert all(len(row[3]) == 64 and row[4] for row in rows)


def test_the_bundle_says_what_was_found(run: Run, add_source: AddSource, site: Site) -> None:
    address = site.put("/page", HTML)
    add_source(url=address)
    bundle = run("an old harbour")
    (source,) = bundle["sources"]
    assert source["source_url"] == address
    assert source["title_of_source"] == "The Old Harbour"
    assert source["summary_of_source"] == STORY[: STORY.index(" Then")]
    assert source["words"] == len(STORY.split())
    assert source["metadata"] == {"date": None, "author": None}
    assert bundle["topic"] == "an old harbour"
    assert "an old harbour" in bundle["cover_art_prompt"]
    assert "harbour" in bundle["cover_art_prompt"].split("shows")[1]


def test_running_again_reads_nothing_and_changes_nothing(
    run: Run, add_source: AddSource, site: Site
) -> None:
    address = site.put("/page", HTML)
    add_source(url=address)
    first, before = run(), run.rows("sources.*")
    site.put("/page", "<p>Something else altogether stands here by now.</p>")
    second = run()
    assert run.rows("sources.*") == before
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/page"]
    assert first["sources"] == second["sources"]


def test_texts_are_written_outside_of_any_transaction(
    run: Run, add_source: AddSource, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one, a visit that another thread begins meanwhile would hold its site's row."""
    add_source(text=STORY)
    add_source(url=site.put("/page", HTML))
    begun: list[object] = []

    def begin(self: Connection) -> Any:
        begun.append(self)
        return begin_as_ever(self)

    begin_as_ever = psycopg.Connection.transaction
    monkeypatch.setattr(psycopg.Connection, "transaction", begin)
    assert len(run()["sources"]) == 2
    assert begun == []


def test_one_bad_source_does_not_spoil_the_others(
    run: Run, add_source: AddSource, site: Site
) -> None:
    bad = add_source(b"\x89PNG\r\n\x1a\n" + bytes(90), title="A picture")
    gone = add_source(url=f"{site.url}/gone")
    unsafe = add_source(url="http://169.254.169.254/latest")
    lost = add_source()
    good = add_source(HTML.encode())
    bundle = run()
    assert [s["source_id"] for s in bundle["sources"]] == [str(good)]
    assert {p["source_id"]: p["message"] for p in bundle["problems"]} == {
        str(bad): "This source is a picture, not a text.",
        str(gone): "There is no page at this web address.",
        str(unsafe): "169.254.169.254 does not lie on the public web, so it is not read.",
        str(lost): "This source was announced, but its content never arrived.",
    }
    assert bundle["problems"][0]["title"] == "A picture"


def test_without_any_usable_source_it_fails_early_and_for_good(
    run: Run, add_source: AddSource
) -> None:
    add_source(b"\x89PNG\r\n\x1a\n" + bytes(90), title="A picture")
    with pytest.raises(NothingUsable, match="is a picture") as caught:
        run()
    assert not caught.value.retryable
    add_source(b"", title="A blank")
    with pytest.raises(NothingUsable, match=r"None of the sources.*A picture: .*A blank: "):
        run()


def test_an_object_that_vanished_is_a_missing_source(
    run: Run, add_source: AddSource, store: MediaStore
) -> None:
    source_id = add_source(HTML.encode())
    store.delete(store.uri_of(f"uploads/{source_id}"))
    with pytest.raises(NothingUsable, match="never arrived"):
        run()


def test_a_huge_object_is_not_even_read(run: Run, add_source: AddSource) -> None:
    run.limits = run.limits.model_copy(update={"source_max_bytes": 1000})
    add_source(b"word " * 400)
    with pytest.raises(NothingUsable, match="larger than"):
        run()


def test_without_sources_the_library_is_searched(run: Run) -> None:
    bundle = run("how coffee conquered the world")
    (source,) = bundle["sources"]
    assert source["title_of_source"] == "How Coffee Conquered the World"
    assert source["metadata"] == {"date": "2026-01-12", "author": "Aethercast library"}
    (row,) = run.rows("kind, document_id, body, outline, harvested_at IS NOT NULL")
    assert row[:2] == ("library", "library/coffee")
    assert row[2][row[3][1]["start"] :].startswith("London got its first coffeehouse")
    assert run("how coffee conquered the world")["sources"] == bundle["sources"]
    assert len(run.rows("source_id")) == 1


def test_two_episodes_on_one_topic_have_sources_of_their_own(
    run: Run, connection: Connection
) -> None:
    first = run("what causes tides")["sources"][0]["source_id"]
    assert UUID(first) != uuid4()
    owners = connection.execute(
        "SELECT count(*) FROM podcast_sources WHERE source_id = %s", (first,)
    ).fetchone()
    assert owners == (1,)


def test_a_topic_nobody_knows_names_what_there_is(run: Run) -> None:
    with pytest.raises(NothingUsable, match="library could tell you about"):
        run("quantum chromodynamics")
    assert run.rows("source_id") == []


def silent_until(freed: threading.Event) -> Callable[[Write], None]:
    """A server that takes a request and says nothing."""

    def wait(_: Write) -> None:
        freed.wait(30)

    return wait


class Unwanted(Exception):
    """Nobody waits for the harvest any more."""


def test_who_stops_it_between_two_sources_keeps_what_was_read(
    run: Run, add_source: AddSource, site: Site
) -> None:
    site.put("/page", HTML)
    for number in range(12):
        add_source(url=f"{site.url}/page?{number}")

    def stop_after_one() -> None:
        if run.rows("harvested_at")[0][0] is not None:
            raise Unwanted

    with pytest.raises(Unwanted):
        run(checkpoint=stop_after_one)
    assert [row[0] is not None for row in run.rows("harvested_at")] == [True] + 11 * [False]
    threading.Event().wait(0.3)
    before = len(site.asked)
    threading.Event().wait(0.7)
    assert len(site.asked) == before < 12


def test_who_stops_it_while_a_server_is_silent_does_not_wait(
    run: Run, add_source: AddSource, site: Site
) -> None:
    freed = threading.Event()
    site.streams["/page"] = silent_until(freed)
    add_source(url=f"{site.url}/page")

    def stop() -> None:
        if len(site.asked) == 2:
            raise Unwanted

    with pytest.raises(Unwanted):
        run(checkpoint=stop)
    assert not freed.is_set()
    freed.set()


def test_what_is_not_read_in_time_is_left_out(run: Run, add_source: AddSource, site: Site) -> None:
    run.limits = run.limits.model_copy(update={"harvest_seconds": 3.0})
    freed = threading.Event()
    site.streams["/page"] = silent_until(freed)
    good = add_source(HTML.encode())
    add_source(url=f"{site.url}/page")
    add_source(HTML.encode())
    bundle = run()
    freed.set()
    assert [source["source_id"] for source in bundle["sources"]] == [str(good)]
    assert [p["message"] for p in bundle["problems"]] == [
        "There was no time left to fetch this source."
    ] * 2


def test_a_page_that_is_not_for_programs_is_a_problem(
    run: Run, add_source: AddSource, site: Site
) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    add_source(url=site.put("/page", HTML))
    with pytest.raises(NothingUsable, match="asks programs not to read this page"):
        run()


def test_a_document_that_kills_its_reader_costs_only_itself(
    run: Run, add_source: AddSource
) -> None:
    run.limits = run.limits.model_copy(update={"source_max_memory": 100_000_000})
    add_source(forms_in_a_circle())
    good = add_source(HTML.encode())
    bundle = run()
    assert [source["source_id"] for source in bundle["sources"]] == [str(good)]
    assert len(bundle["problems"]) == 1


def test_it_works_inside_a_callers_transaction(run: Run, add_source: AddSource) -> None:
    add_source(HTML.encode())
    with run.connection.transaction(force_rollback=True):
        assert run()["sources"]
    assert run.rows("body") == [(None,)]


def test_importing_it_is_light() -> None:
    code = (
        "import sys, agents.wcha; heavy = {'lxml', 'trafilatura', 'pypdfium2', 'httpx', 'pysbd',"
        " 'markdown_it', 'feedparser', 'airflow'} & sys.modules.keys(); sys.exit(str(heavy or 0))"
        " if heavy else sys.exit(0)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
