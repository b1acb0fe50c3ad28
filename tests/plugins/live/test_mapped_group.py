"""A group mapped over topics in a real Airflow: one bad topic costs one card."""

import os
import signal
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from tests.agents.processes import until
from tests.plugins.live.live import LONG, Live, LiveRun

pytestmark = pytest.mark.acceptance


@dataclass
class Cards:
    """A run over several topics."""

    run: LiveRun

    def states(self, task_id: str) -> list[str | None]:
        """Airflow's word for each of a mapped task, by place."""
        answer = self.run.live.http.get(f"{self.run.path}/taskInstances?limit=100").json()
        found = [each for each in answer["task_instances"] if each["task_id"] == task_id]
        return [each["state"] for each in sorted(found, key=lambda each: each["map_index"])]

    def rows(self) -> list[tuple[Any, ...]]:
        """Our rows of the cards: place, generation, status, retries."""
        with psycopg.connect(self.run.live.database_url) as connection:
            return connection.execute(
                """SELECT t.map_index, t.generation, t.status, t.retry_count
                   FROM task_instances t JOIN workflow_instances w USING (workflow_id)
                   WHERE w.dag_run_id = %s AND t.airflow_task_id = 'card.make'
                   ORDER BY t.map_index, t.generation""",
                [self.run.run_id],
            ).fetchall()

    def made(self, place: int) -> list[str]:
        """The keys under which an agent was at a topic, one for each time."""
        marks = self.run.folder / f"made-{place}"
        return marks.read_text().split() if marks.exists() else []


def test_one_bad_topic_and_one_killed_task_cost_one_card(live: Live) -> None:
    cards = Cards(live.trigger("cards", topics=6))
    run = cards.run
    until(lambda: all(cards.made(place) for place in range(6)), LONG)
    until(lambda: cards.states("card.make")[3] == "failed", LONG)
    assert run.dispatches().count("STARTED") == 5  # nobody else's agent was stopped with it
    killed = live.http.get(f"{run.path}/taskInstances/card.make/1").json()
    os.kill(killed["pid"], signal.SIGKILL)
    until(lambda: cards.rows()[1][2] == "pending", LONG)
    until(lambda: cards.rows()[1][2] in ("dispatched", "in_progress"), LONG)
    run.let_go()
    until(lambda: run.state() == "success", LONG)
    well = ["success"] * 3
    assert cards.states("card.make") == [*well, "failed", "success", "success"]
    assert cards.states("card.behind") == [*well, "upstream_failed", "success", "success"]
    assert [status for _, _, status, _ in cards.rows()] == [
        "completed", "completed", "completed", "failed", "completed", "completed",
    ]  # fmt: skip
    assert [len(cards.made(place)) for place in range(6)] == [1] * 6  # no agent began anew
    clear_one(cards, 2)


def clear_one(cards: Cards, place: int) -> None:
    """A person has one card made anew; the others stay as they are."""
    run = cards.run
    body = {
        "dry_run": False, "dag_run_id": run.run_id, "only_failed": False,
        "task_ids": [["card.make", place]],
    }  # fmt: skip
    run.live.http.post("/dags/cards/clearTaskInstances", json=body).raise_for_status()
    until(lambda: len(cards.rows()) == 7, LONG)
    until(lambda: run.state() == "success", LONG)
    assert [row[:3] for row in cards.rows() if row[0] == place] == [
        (place, 0, "completed"), (place, 1, "completed"),
    ]  # fmt: skip
    assert len(set(cards.made(place))) == 2
    assert [len(cards.made(other)) for other in range(6) if other != place] == [1] * 5


def test_without_a_topic_a_run_goes_on_to_its_end(live: Live) -> None:
    cards = Cards(live.trigger("cards", topics=0))
    until(lambda: cards.run.state() == "success", LONG)
    assert cards.run.task("end")["state"] == "success"
    assert cards.rows() == []


def test_all_topics_may_be_bad_and_the_end_still_comes(live: Live) -> None:
    """The bad one is alone: a group of which every member fails."""
    cards = Cards(live.trigger("cards", topics=4))
    cards.run.folder.mkdir(exist_ok=True)
    until(lambda: all(cards.made(place) for place in range(4)), LONG)
    for place in range(3):
        path = f"{cards.run.path}/taskInstances/card.make/{place}"
        live.http.patch(path, json={"new_state": "failed"}).raise_for_status()
    until(lambda: cards.run.state() == "success", LONG)
    assert cards.states("card.make") == ["failed"] * 4
    assert cards.run.task("end")["state"] == "success"
    until(lambda: set(cards.run.dispatches()) == {"REVOKED", "FAILURE"}, LONG)
