"""Stop what is at work, in three ways at four stages: it stops, and both worlds say the same.

The three ways are the caller's DELETE, an operator's Mark failed and an operator's Clear; the
stages are the harvest, the writing, the voice and the cover. Three podcasts at a time.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import psycopg
import pytest

from tests.acceptance.api import Document, hear
from tests.acceptance.conftest import SOURCES, Stack
from tests.acceptance.interventions import PATIENCE, Work, somebody
from tests.acceptance.slow_models import HeldModels, slow_models
from tests.agents.processes import until

pytestmark = pytest.mark.acceptance

CANCELLED = "Cancelled at your request."
MARKED = "An operator stopped this step."
TEXT = (SOURCES / "keepers.md").read_text(encoding="utf-8")
SHORT: Document = {"length_minutes": 1, "format": "brief"}
TOPIC = "The keepers of the light"
KEEPER = "keeper"
"""A caller who has the same text spoken again and again: the journal answers for its lines, but for
the first time, which is where the voice is stopped in its midst."""
WORKERS = {
    "weave_script": "slow-worker-pswa",
    "forge_voice": "worker-vfa",
    "generate_cover": "slow-worker-iga",
}


@pytest.fixture(scope="module", autouse=True)
def models(stack: Stack) -> Iterator[HeldModels]:
    """Nobody writes or paints to the end what is to be stopped in the middle."""
    with slow_models(stack) as held:
        yield held


def begin(stack: Stack, subject: str, **preferences: object) -> Work:
    """A podcast from one text, asked for by somebody."""
    caller = somebody(stack, subject)
    body: Document = {
        "topic": TOPIC,
        "sources": [{"title": "The keepers", "text": TEXT}],
        "user_preferences": SHORT | preferences,
    }
    answer = caller.ask(body)
    assert answer.status_code == 202, answer.text
    return Work(stack, caller, answer.json()["podcast_id"])


def at_once(*cases: Callable[[], None]) -> None:
    """Run the cases side by side; the first that fails, fails the test."""
    with ThreadPoolExecutor(len(cases)) as pool:
        for running in [pool.submit(case) for case in cases]:
            running.result()


def _states(work: Work) -> set[str | None]:
    return {work.task_state(task) for task in ("publish", "forge_voice")}


def check_cancelled(work: Work) -> None:
    """As the caller sees it who cancelled, and as an operator does."""
    ended = work.finish("CANCELLED")
    assert ended["error"] == CANCELLED
    assert {each["status"] for each in ended["agents"]} <= {"completed", "cancelled", "skipped"}
    assert CANCELLED in work.note()
    # A trigger that fired as the run was ended sets its task to "scheduled" behind it; it is looked
    # for once more, and ended too.
    work.wait_until(lambda: not _states(work) & {"running", "deferred", "queued", "scheduled"})


def check_marked(work: Work, task_id: str, status: str, sentence: str) -> None:
    """The step failed in both worlds; the episode has the fate that the graph gives it."""
    ended = work.finish(status)
    assert ended["error"] == f"{sentence}: {MARKED}"
    assert work.task_state(task_id) == "failed"
    assert [row["status"] for row in work.steps(task_id)] == ["failed"]
    assert ended["error"] in work.note()


def check_cleared(work: Work, task_id: str) -> None:
    """The step was done anew, in a row of its own; nothing that was finished was repeated."""
    ended = work.finish()
    assert ended["error"] is None
    assert work.task_state(task_id) == "success"
    rows = work.steps(task_id)
    assert [row["status"] for row in rows] == ["cancelled", "completed"]
    assert rows[0]["generation"] == 0 < rows[1]["generation"]
    assert work.calls_made_twice() == []


# Voice: deferred, in the middle of the episode, whose last part is not written yet


def speaking(stack: Stack, models: HeldModels, case: str, subject: str) -> Work:
    """A podcast whose voice has spoken two lines, and whose task waits in the triggerer."""
    models.writer.hold(case)
    work = begin(stack, subject, persona=f"for {case}")
    work.caller.wait_for_agent(work.podcast_id, "VFA", done=2)
    work.wait_until(lambda: work.task_state("forge_voice") == "deferred")
    return work


def test_stopped_while_speaking(stack: Stack, models: HeldModels) -> None:
    def deleted() -> None:
        work = speaking(stack, models, "voice-d", "voice-d")
        sent = work.dispatch("forge_voice")
        work.delete()
        work.check_stopped(sent, WORKERS["forge_voice"])
        check_cancelled(work)
        assert work.stream()["status"] == "cancelled"
        assert work.calls_after_stop(sent) == []

    def marked() -> None:
        work = speaking(stack, models, "voice-m", "voice-m")
        sent = work.dispatch("forge_voice")
        work.mark("forge_voice")
        work.check_stopped(sent, WORKERS["forge_voice"])
        models.writer.let_go("voice-m")
        check_marked(work, "forge_voice", "FAILED", "The voices could not be recorded")
        assert work.stream()["status"] == "failed"
        assert work.calls_after_stop(sent) == []

    def cleared() -> None:
        work = speaking(stack, models, "voice-c", KEEPER)
        sent, before = work.dispatch("forge_voice"), work.stream()
        work.clear("forge_voice")
        work.check_stopped(sent, WORKERS["forge_voice"])
        models.writer.let_go("voice-c")
        check_cleared(work, "forge_voice")
        after = work.stream()
        assert after["stream_id"] == before["stream_id"]
        assert after["revision"] == before["revision"] + 1
        assert work.calls_after_stop(sent) == []
        status = work.caller.status(work.podcast_id)
        heard = hear(status["stream"]["websocket_url"])
        assert heard.end["type"] == "stream_end"
        assert heard.metadata["revision"] == after["revision"]

    at_once(deleted, marked, cleared)


# Harvest: a library on Airflow's worker, held by somebody who has the source's row


@contextmanager
def held(work_on: Stack, title: str) -> Iterator[Callable[[], Work]]:
    """Podcasts whose harvest cannot write its text before the block ends."""
    holder = psycopg.connect(work_on.database_url)

    def start() -> Work:
        caller = somebody(work_on, KEEPER)
        made = caller.client.post(
            "/api/v1/sources",
            json={"title": title, "text": TEXT},
            headers={"X-Idempotency-Key": str(uuid4())},
        )
        source = made.json()["source_id"]
        query = "SELECT 1 FROM sources WHERE source_id = %s FOR NO KEY UPDATE"
        holder.execute(query, [source])
        body: Document = {
            "topic": TOPIC,
            "sources": [{"source_id": source}],
            "user_preferences": SHORT,
        }
        return Work(work_on, caller, caller.ask(body).json()["podcast_id"])

    with holder:
        yield start


def waiting(stack: Stack) -> set[int]:
    """The harvests that wait for their source's row, by their server process."""
    with psycopg.connect(stack.database_url) as connection:
        found = connection.execute(
            """SELECT pid FROM pg_stat_activity
               WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE sources%'"""
        ).fetchall()
    return {int(pid) for (pid,) in found}


def test_stopped_in_the_harvest(stack: Stack) -> None:
    with held(stack, "The keepers") as start:
        deleted, marked, cleared = (start() for _ in range(3))
        until(lambda: len(waiting(stack)) == 3, PATIENCE)
        deleted.delete()
        marked.mark("harvest")
        until(lambda: len(waiting(stack)) == 1, PATIENCE)
        first = waiting(stack)
        cleared.clear("harvest")
        until(lambda: len(waiting(stack) - first) == 1, PATIENCE)  # the new attempt
        until(lambda: not waiting(stack) & first, PATIENCE)
        check_cancelled(deleted)
        check_marked(marked, "harvest", "FAILED", "The sources could not be used")
    check_cleared(cleared, "harvest")
    for work in (deleted, marked):
        assert work.rows("SELECT 1 FROM agent_dispatches WHERE workflow_id = %(id)s") == []
        (source,) = work.rows(
            """SELECT harvested_at FROM sources JOIN podcast_sources USING (source_id)
               WHERE podcast_id = %(id)s"""
        )
        assert source["harvested_at"] is None


# Writing: the writer is between two of its calls, the voice reads along


def writing(stack: Stack, models: HeldModels, case: str) -> Work:
    """A podcast whose first part is written and whose last is not."""
    models.writer.hold(case)
    work = begin(stack, KEEPER, persona=f"for {case}")  # whose lines are spoken already
    work.caller.wait_for_agent(work.podcast_id, "PSWA", done=1)
    return work


def test_stopped_while_writing(stack: Stack, models: HeldModels) -> None:
    def deleted() -> None:
        work = writing(stack, models, "writing-d")
        sent, voice = work.dispatch("weave_script"), work.dispatch("forge_voice")
        work.delete()
        work.check_stopped(sent, WORKERS["weave_script"])
        check_cancelled(work)
        assert work.calls_after_stop(sent) + work.calls_after_stop(voice) == []

    def marked() -> None:
        work = writing(stack, models, "writing-m")
        sent, voice = work.dispatch("weave_script"), work.dispatch("forge_voice")
        work.mark("weave_script")
        work.check_stopped(sent, WORKERS["weave_script"])
        check_marked(work, "weave_script", "FAILED", "The script could not be written")
        assert work.calls_after_stop(sent) + work.calls_after_stop(voice) == []
        assert work.stream()["status"] == "failed"

    def cleared() -> None:
        work = writing(stack, models, "writing-c")
        sent, voice = work.dispatch("weave_script"), work.dispatch("forge_voice")
        work.clear("weave_script")
        work.check_stopped(sent, WORKERS["weave_script"])
        models.writer.let_go("writing-c")
        check_cleared(work, "weave_script")
        assert work.calls_after_stop(sent) + work.calls_after_stop(voice) == []
        (podcast,) = work.rows("SELECT * FROM podcasts WHERE podcast_id = %(id)s")
        assert podcast["script_revision"] == work.steps("weave_script")[-1]["generation"]
        spoken = work.steps("forge_voice")[-1]["input_params"]["revision"]
        assert spoken == podcast["script_revision"]

    at_once(deleted, marked, cleared)


# Cover: in its one call


def is_drawn(work: Work) -> bool:
    """Whether a podcast's cover is being painted."""
    painting = """SELECT 1 FROM call_ledger WHERE workflow_id = %(id)s AND kind = 'image'
        AND outcome = 'started'"""
    return bool(work.rows(painting))


def test_stopped_while_drawing(stack: Stack, models: HeldModels) -> None:
    """The three are painted from the same words, so that they are held, and let go, together."""
    models.painter.hold(TOPIC)
    works = deleted, marked, cleared = [begin(stack, KEEPER) for _ in range(3)]
    for work in works:
        work.wait_until(partial(is_drawn, work))
    sent = [work.dispatch("generate_cover") for work in works]
    deleted.delete()
    marked.mark("generate_cover")
    cleared.clear("generate_cover")
    for work, dispatch in zip(works, sent, strict=True):
        work.check_stopped(dispatch, WORKERS["generate_cover"])
    models.painter.let_go(TOPIC)
    check_cancelled(deleted)
    check_marked(marked, "generate_cover", "COMPLETED_WITH_ERRORS", "There is no cover")
    assert marked.caller.status(marked.podcast_id)["media"]["audio"]
    check_cleared(cleared, "generate_cover")
    assert cleared.caller.status(cleared.podcast_id)["media"]["cover"]
    for work, dispatch in zip(works, sent, strict=True):
        assert work.calls_after_stop(dispatch) == []
