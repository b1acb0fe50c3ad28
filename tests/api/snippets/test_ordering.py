"""Refreshes are ordered when there is need, and one at a time."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from api.app import create_app
from api.health import readiness
from api.settings import FacadeSettings
from api.snippets import orders
from tests.agents.sca.seed import seed_cards
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, eventually
from tests.api.serving import serve
from tests.api.snippets.conftest import PATH, Connection, like

OPEN = "SELECT count(*) FROM workflow_instances WHERE trigger_event_type = 'snippets_refresh'"


@pytest.fixture
def settings(settings: FacadeSettings) -> FacadeSettings:
    """Of a facade that orders by itself, and has little patience."""
    update = {"refresh_on_visit": True, "first_card_seconds": 6.0, "pool_least": 4}
    return settings.model_copy(update=update)


def ordered(pool: Connection) -> int:
    row = pool.execute(OPEN).fetchone()
    assert row is not None
    return int(str(row[0]))


def end(pool: Connection, rest_seconds: float = 0) -> None:
    """What the flow's last step does."""
    pool.execute(
        """UPDATE workflow_instances SET overall_status = 'completed', end_timestamp = now()
           WHERE end_timestamp IS NULL"""
    )
    pool.execute("UPDATE refresh_orders SET not_before = now() + make_interval(secs => %s)",
                 [rest_seconds])  # fmt: skip


def test_fifty_first_visits_order_one_refresh_and_see_its_first_card(
    facade: Facade, ada: httpx.Client, bob: httpx.Client, pool: Connection, airflow: AirflowWire
) -> None:
    with ThreadPoolExecutor(50) as visitors:
        pages = [visitors.submit(each.get, PATH) for each in (ada, bob) * 25]
        eventually(lambda: airflow.runs)
        [card] = seed_cards(pool, 1)
        told: list[dict[str, Any]] = [page.result().json() for page in pages]
    assert ordered(pool) == 1
    [run] = airflow.runs.values()
    assert run["dag_run_id"].startswith("snippets__")
    assert (run["conf"]["hurry"], run["conf"]["limit"]) == (True, 8)
    for page in told:
        assert [each["snippet_id"] for each in page["snippets"]] == [str(card.snippet_id)]
        assert page["source"] == "generation"
        assert page["workflow_id"] == run["conf"]["workflow_id"]


def test_a_first_visit_does_not_wait_for_a_refresh_that_is_over(
    facade: Facade, ada: httpx.Client, pool: Connection, airflow: AirflowWire
) -> None:
    with ThreadPoolExecutor(1) as visitor:
        page = visitor.submit(ada.get, PATH)
        eventually(lambda: airflow.runs)
        end(pool, rest_seconds=900)
        answer = page.result()
    assert answer.json()["snippets"] == []
    assert answer.json()["pool"]["refreshing"] is False
    assert ada.get(PATH).json()["source"] == "generation"
    assert ordered(pool) == 1  # it rests


def test_a_first_visit_comes_back_empty_after_a_while(
    settings: FacadeSettings, airflow: AirflowWire
) -> None:
    hasty = settings.model_copy(update={"first_card_seconds": 0.2})
    with serve(create_app(hasty)) as url, Facade(url, hasty).client() as client:
        answer = client.get(PATH)
        workflow = client.get(f"/api/v1/workflows/{answer.json()['workflow_id']}")
    assert answer.json()["snippets"] == []
    assert answer.json()["pool"]["refreshing"] is True
    assert answer.headers["Retry-After"] == "2"
    assert workflow.json()["trigger"] == "snippets_refresh"  # everybody's to look at


def test_a_visit_orders_where_the_pool_is_stale(
    ada: httpx.Client, pool: Connection, airflow: AirflowWire
) -> None:
    seed_cards(pool, 4)
    assert ada.get(PATH, params={"limit": 4}).json()["source"] == "cache"
    time.sleep(0.3)
    assert ordered(pool) == 0
    pool.execute(
        "UPDATE topics_snippets SET generation_timestamp = now() - interval '50 minutes', "
        "title = title"
    )
    page = ada.get(PATH, params={"limit": 3}).json()
    assert (page["source"], len(page["snippets"])) == ("cache", 3)
    eventually(lambda: airflow.runs)
    page = ada.get(PATH, params={"limit": 4}).json()
    assert page["pool"]["refreshing"] is True
    assert page["workflow_id"] in next(iter(airflow.runs))
    assert ordered(pool) == 1


def test_a_visit_orders_where_there_are_few_cards_for_the_visitor(
    ada: httpx.Client, pool: Connection, airflow: AirflowWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "BETWEEN_ORDERS", 0.0)
    cards = seed_cards(pool, 4)
    like(ada, muted=[cards[0].category])
    assert len(ada.get(PATH, params={"limit": 4}).json()["snippets"]) == 3
    eventually(lambda: airflow.runs)
    [run] = airflow.runs.values()
    assert (run["conf"]["reason"], run["conf"]["hurry"]) == ("short", False)
    end(pool)
    for limit in (3, 4, 20):  # nothing new came of it, and will not for a while
        ada.get(PATH, params={"limit": limit}).raise_for_status()
    time.sleep(0.3)
    assert ordered(pool) == 1
    pool.execute("UPDATE workflow_instances SET end_timestamp = now() - interval '50 minutes'")
    ada.get(PATH, params={"limit": 4}).raise_for_status()
    eventually(lambda: ordered(pool) == 2)


def test_a_visit_orders_where_there_are_few_cards_for_everybody(
    ada: httpx.Client, pool: Connection, airflow: AirflowWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "BETWEEN_ORDERS", 0.0)
    seed_cards(pool, 3)
    for _ in range(2):  # however short a while ago that was
        airflow.runs.clear()
        ada.get(PATH, params={"limit": 1}).raise_for_status()
        eventually(lambda: airflow.runs)
        end(pool)
    assert ordered(pool) == 2


def test_nobodys_visit_orders_where_it_is_not_wanted(
    settings: FacadeSettings, airflow: AirflowWire
) -> None:
    shy = settings.model_copy(update={"refresh_on_visit": False})
    with serve(create_app(shy)) as url, Facade(url, shy).client() as client:
        answer = client.get(PATH).json()
    assert (answer["snippets"], answer["source"]) == ([], "cache")
    with psycopg.connect(settings.database_url, autocommit=True) as pool:
        assert ordered(pool) == 0


def test_an_empty_pool_is_filled_when_everything_is_up(
    settings: FacadeSettings, airflow: AirflowWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "CHECKS", {})  # the chain has no parts, and all of them are up
    starting = settings.model_copy(update={"refresh_at_start": True})
    with serve(create_app(starting)):
        eventually(lambda: airflow.runs)
    [run] = airflow.runs.values()
    assert (run["conf"]["reason"], run["conf"]["limit"]) == ("start", 8)
    airflow.runs.clear()
    with psycopg.connect(settings.database_url, autocommit=True) as pool:
        end(pool)
        seed_cards(pool, 1)
    with serve(create_app(starting)):
        time.sleep(0.5)
    assert airflow.runs == {}
