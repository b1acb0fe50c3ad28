"""An accepted podcast is run, however Airflow behaves."""

import re
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.app import create_app
from api.settings import FacadeSettings
from api.trace import take_up
from tests.api.airflow_wire import AirflowWire
from tests.api.conftest import Facade, ask_podcast, eventually
from tests.api.serving import serve
from tests.conftest import free_port

Connection = psycopg.Connection[tuple[Any, ...]]


def value(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def is_triggered(connection: Connection) -> bool:
    return bool(value(connection, "SELECT triggered_at IS NOT NULL FROM workflow_instances"))


@pytest.mark.parametrize("fault", ["slow", "error", "garbage", "half", "liar", "proxy", "unparsed"])
def test_a_broken_airflow_costs_the_caller_nothing(
    ada: httpx.Client, connection: Connection, airflow: AirflowWire, fault: str
) -> None:
    airflow.fault = fault
    answer = ask_podcast(ada)
    assert answer.status_code == 202
    eventually(lambda: value(connection, "SELECT trigger_attempts >= 1 FROM workflow_instances"))
    assert not is_triggered(connection)
    assert ada.get(answer.headers["Location"]).json()["status"] == "GENERATING"
    airflow.fault = None

    def hurry() -> bool:
        connection.execute("UPDATE workflow_instances SET check_after = now()")
        return is_triggered(connection)

    eventually(hurry)
    assert list(airflow.runs) == [f"podcast__{answer.json()['workflow_id']}"]


def test_an_airflow_that_is_away_is_waited_for(
    settings: FacadeSettings, airflow: AirflowWire, connection: Connection
) -> None:
    """The facade that accepts cannot reach Airflow and ends; another one finds what it left."""
    url, settings.airflow_url = settings.airflow_url, f"http://127.0.0.1:{free_port()}"
    with serve(create_app(settings)) as address, Facade(address, settings).client() as client:
        accepted = ask_podcast(client).json()
    assert not airflow.posts
    settings.airflow_url = url
    with serve(create_app(settings)):
        eventually(lambda: is_triggered(connection))
    assert list(airflow.runs) == [f"podcast__{accepted['workflow_id']}"]


def test_a_run_that_is_there_already_is_as_good(
    ada: httpx.Client, connection: Connection, airflow: AirflowWire
) -> None:
    """The facade died after Airflow answered and before that was written down."""
    ask_podcast(ada)
    eventually(lambda: is_triggered(connection))
    connection.execute("UPDATE workflow_instances SET triggered_at = NULL")
    eventually(lambda: is_triggered(connection))
    assert len(airflow.posts) == 2
    assert len(airflow.runs) == 1


def test_a_token_that_no_longer_holds_is_replaced(
    ada: httpx.Client, connection: Connection, airflow: AirflowWire
) -> None:
    for wanted in (1, 2):
        ask_podcast(ada)
        eventually(lambda: len(airflow.runs) == wanted)  # noqa: B023
        assert airflow.log_ins == wanted
        airflow.tokens.clear()


def test_one_log_in_serves_many_runs(ada: httpx.Client, airflow: AirflowWire) -> None:
    for _ in range(12):
        assert ask_podcast(ada).status_code == 202
    eventually(lambda: len(airflow.runs) == 12)
    assert airflow.log_ins == 1


def test_what_airflow_will_not_have_fails_in_the_end(
    ada: httpx.Client, connection: Connection, airflow: AirflowWire
) -> None:
    airflow.fault = "refuses"
    location = ask_podcast(ada).headers["Location"]

    def hurry() -> bool:
        connection.execute("UPDATE workflow_instances SET check_after = now()")
        return bool(ada.get(location).json()["status"] == "FAILED")

    eventually(hurry)
    told = ada.get(location).json()
    assert "The podcast could not be started" in told["error"]
    assert told["stream"]["status"] == "failed"
    assert value(connection, "SELECT overall_status FROM workflow_instances") == "failed"
    assert len(airflow.posts) == 6


def test_two_replicas_trigger_a_run_once(
    settings: FacadeSettings, airflow: AirflowWire, connection: Connection
) -> None:
    with (
        serve(create_app(settings)) as first,
        serve(create_app(settings)),
        Facade(first, settings).client() as client,
    ):
        for _ in range(20):
            assert ask_podcast(client).status_code == 202
        eventually(lambda: len(airflow.runs) == 20)
    assert len(airflow.posts) == 20


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_run_knows_the_request_behind_it(
    ada: httpx.Client, connection: Connection, airflow: AirflowWire
) -> None:
    headers = {
        "X-Idempotency-Key": "k-7", "X-Workflow-ID": "order 7", "X-Request-ID": "r-7",
        "traceparent": TRACE,
    }  # fmt: skip
    answer = ada.post("/api/v1/podcasts", json={"topic": "The sea"}, headers=headers)
    assert answer.status_code == 202
    eventually(lambda: airflow.runs)
    [run] = airflow.runs.values()
    said = {"client_workflow_id": "order 7", "client_idempotency_key": "k-7"}
    made = {"request_id": "r-7", "traceparent": TRACE}
    asked = {"workflow_id": answer.json()["workflow_id"], "topic": "The sea"}
    assert {**run["conf"], "preferences": {}} == {**asked, **said, **made, "preferences": {}}
    assert value(connection, "SELECT context_data FROM workflow_instances") == made


@given(st.one_of(st.none(), st.text(max_size=60), st.from_regex(r"[0-9a-f]{2}(-[0-9a-f]+){3}")))
@example("")
@example(TRACE.upper())
@example(TRACE.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32))
@example(TRACE.replace("b7ad6b7169203331", "0" * 16))
@example("ff" + TRACE[2:])
@example(TRACE + "-extra")
def test_what_is_no_trace_begins_one(text: str | None) -> None:
    taken = take_up(text)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", taken)
    assert taken == text or taken != take_up(text)
    assert take_up(taken) == taken


def test_a_header_that_was_not_sent_is_not_in_the_run(
    ada: httpx.Client, airflow: AirflowWire
) -> None:
    assert ask_podcast(ada).status_code == 202
    eventually(lambda: airflow.runs)
    [run] = airflow.runs.values()
    assert set(run["conf"]) == {
        "workflow_id", "topic", "preferences", "client_idempotency_key", "request_id",
        "traceparent",
    }  # fmt: skip
