"""Who has pressed "Listen" and hears nothing yet goes before the cards that nobody waits for."""

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import TaskDeferred

from plugins.flow.snippets import giving_way
from plugins.flow.snippets.giving_way import IS_AWAITED, LONGEST, PRESSED, give_way
from plugins.flow.snippets.paint import PaintCardOperator
from plugins.flow.snippets.refresh import MAPPED
from tests.agents.processes import until
from tests.agents.sca.seed import seed_cards
from tests.conftest import ROOT
from tests.plugins.flow.podcasts import Accepted, accept, keep_media
from tests.plugins.flow.snippets.refreshes import Ordered, order, step
from tests.plugins.flow.snippets.steps import do, make, run_of

Connection = psycopg.Connection[Any]
Change = Callable[[Connection, Accepted, Ordered], None]
pytestmark = pytest.mark.usefixtures("empty_pool")


@pytest.fixture
def nobody_else(connection: Connection) -> None:
    """What other tests asked for was asked for long ago."""
    connection.execute(
        "UPDATE workflow_instances SET start_timestamp = start_timestamp - interval '1 hour'"
    )


def show_a_card(connection: Connection, refresh: Ordered) -> None:
    step(connection, refresh, "card.craft", "completed", map_index=0)


def speak(connection: Connection, podcast: Accepted, line: str | None = "1") -> None:
    """The voice has recorded its first line; without one, the pause before it."""
    connection.execute(
        """INSERT INTO stream_segments (stream_id, revision, position, line_id, uri, first_byte,
               bytes, first_frame, frames, sha256, fence)
           VALUES (%s, 0, 0, %s, %s, 0, 5, 0, 1, 'x', 1)""",
        [podcast.stream_id, line, keep_media(connection, podcast, "1.webm")],
    )


def close(connection: Connection, podcast: Accepted, _: Ordered) -> None:
    connection.execute(
        """UPDATE workflow_instances SET end_timestamp = now(), overall_status = 'failed'
           WHERE workflow_id = %s""",
        [podcast.workflow_id],
    )


def age(connection: Connection, podcast: Accepted, _: Ordered) -> None:
    connection.execute(
        """UPDATE workflow_instances
           SET start_timestamp = clock_timestamp() - make_interval(secs => %s)
           WHERE workflow_id = %s""",
        [PRESSED, podcast.workflow_id],
    )


def forget_the_card(connection: Connection, _: Accepted, refresh: Ordered) -> None:
    connection.execute(
        "UPDATE task_instances SET status = 'in_progress' WHERE workflow_id = %s",
        [refresh.workflow_id],
    )


@pytest.mark.usefixtures("nobody_else")
@pytest.mark.parametrize(
    ("change", "awaited"),
    [
        (lambda *_: None, True),
        (lambda connection, podcast, _: speak(connection, podcast, None), True),
        (lambda connection, podcast, _: speak(connection, podcast), False),
        (close, False),
        (age, False),
        (forget_the_card, False),
    ],
    ids=["asked for", "a pause", "spoken", "over", "long ago", "no card yet"],
)
def test_who_is_waited_for(connection: Connection, change: Change, awaited: bool) -> None:
    refresh, podcast = order(connection), accept(connection)
    show_a_card(connection, refresh)
    change(connection, podcast, refresh)
    found = IS_AWAITED.one(connection, workflow_id=refresh.workflow_id, seconds=PRESSED)
    assert found is not None
    assert found.awaited is awaited


@pytest.mark.usefixtures("nobody_else")
def test_a_card_is_asked_for_once_the_first_line_is_there(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving_way, "LONGEST", 600.0)
    monkeypatch.setattr(giving_way, "PRESSED", 600.0)
    [card] = seed_cards(connection, 1, covers=False)
    refresh, podcast = order(connection), accept(connection)
    show_a_card(connection, refresh)
    topic = {"topic_id": str(card.topic_id), "title_suggestion": "T", "keywords": []}
    step(connection, refresh, "discover", "completed", summary={"topics": [topic]})
    painting = threading.Thread(target=_paint, args=(refresh,), daemon=True)
    painting.start()
    until(lambda: _count(connection, "task_instances", refresh, "AND status = 'in_progress'"))
    painting.join(0.3)
    assert _count(connection, "agent_dispatches", refresh) == 0
    speak(connection, podcast)
    painting.join(30)
    assert _count(connection, "agent_dispatches", refresh) == 1


def _paint(refresh: Ordered) -> None:
    with pytest.raises(TaskDeferred):
        do(run_of(refresh), make(PaintCardOperator, "card.cover", wait_seconds=0), 0)


def _count(connection: Connection, table: str, refresh: Ordered, more: str = "") -> int:
    query = f"SELECT count(*) FROM {table} WHERE workflow_id = %s {more}"
    row = connection.execute(query.encode(), [refresh.workflow_id]).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.usefixtures("nobody_else")
def test_nobody_waits_for_a_line_that_never_comes(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving_way, "LONGEST", 0.2)
    refresh = order(connection)
    accept(connection)
    show_a_card(connection, refresh)
    assert give_way(connection, refresh.workflow_id) >= 0.2
    assert give_way(connection, uuid.uuid4()) < LONGEST  # a refresh without a card


def test_whoever_presses_without_end_cannot_keep_a_page_empty() -> None:
    """Thirty-two cards are promised in 75 s, and take 15 where nobody presses."""
    slots = json.loads((ROOT / "plugins" / "pools.json").read_text())["cards"]["slots"]
    assert 32 * len(MAPPED) * LONGEST / slots + 15 <= 75
    assert LONGEST <= PRESSED <= 5  # by then the first line was to be heard
