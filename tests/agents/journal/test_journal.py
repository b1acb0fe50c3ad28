"""No finished call is made twice; every attempt is on the ledger."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from agents import attempt, idempotency
from agents.errors import AgentError, FenceLost
from agents.hold import Hold
from agents.idempotency import Owned, Request
from agents.journal import Journal, Produced
from agents.process import Process

Connection = psycopg.Connection[Any]
Open = Callable[..., Journal]
INPUTS = {"part": 1, "model": "grounded"}


class Calls:
    """Counts how often the model is really called."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def make(self, call_key: str) -> dict[str, int]:
        self.keys.append(call_key)
        return {"call": len(self.keys)}


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def user_id(connection: Connection, workflow_id: UUID) -> UUID:
    row = connection.execute("SELECT user_id FROM workflow_instances").fetchone()
    assert row is not None
    return UUID(str(row[0]))


@pytest.fixture
def open_journal(process: Process, workflow_id: UUID, user_id: UUID) -> Open:
    """The journal of a task that owns ``key``."""

    def open_under(key: str = "key", user: UUID | None = user_id) -> Journal:
        request = Request(key, "pswa.weave_script", workflow_id, "asked")
        owned = attempt.begin(process.pool, None, request, process.settings.terms)
        assert isinstance(owned, Owned)
        return Journal(Hold(process.pool, owned.lease, process.settings.terms, None), user)

    return open_under


def ledger(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT outcome, error, finished_at IS NOT NULL FROM call_ledger ORDER BY call_id"
    ).fetchall()


def take_key_away(connection: Connection) -> None:
    assert idempotency.revoke(connection, "key", "pswa.weave_script")


def test_a_finished_call_is_not_made_again(
    connection: Connection, open_journal: Open, calls: Calls
) -> None:
    first = open_journal("key").remember("outline", INPUTS, calls.make, model="grounded")
    again = open_journal("another key").remember("outline", INPUTS, calls.make, model="grounded")
    assert first == again == {"call": 1}
    assert len(calls.keys) == 1
    assert ledger(connection) == [("completed", None, True), ("reused", None, True)]


def test_the_call_is_told_its_own_key(open_journal: Open, calls: Calls) -> None:
    journal = open_journal()
    journal.remember("outline", INPUTS, calls.make)
    assert calls.keys == [journal.key_of("outline", INPUTS)]


@pytest.mark.parametrize("differs", ["kind", "inputs", "model", "caller"])
def test_another_call_is_made(
    connection: Connection, open_journal: Open, calls: Calls, differs: str
) -> None:
    open_journal("key").remember("outline", INPUTS, calls.make, model="grounded")
    other = open_journal("another key", None) if differs == "caller" else open_journal("2nd key")
    result = other.remember(
        "part" if differs == "kind" else "outline",
        {**INPUTS, "part": 2} if differs == "inputs" else INPUTS,
        calls.make,
        model="vertex" if differs == "model" else "grounded",
    )
    assert result == {"call": 2}


def test_the_order_of_inputs_does_not_matter(open_journal: Open, calls: Calls) -> None:
    journal = open_journal()
    journal.remember("outline", {"a": 1, "b": [1, 2]}, calls.make)
    journal.remember("outline", {"b": [1, 2], "a": 1}, calls.make)
    assert len(calls.keys) == 1


def test_a_failed_call_is_recorded_and_made_anew(
    connection: Connection, open_journal: Open, calls: Calls
) -> None:
    def refuse(_: str) -> None:
        raise AgentError("The model refused.")

    journal = open_journal()
    with pytest.raises(AgentError, match="refused"):
        journal.remember("outline", INPUTS, refuse)
    assert journal.remember("outline", INPUTS, calls.make) == {"call": 1}
    assert ledger(connection) == [
        ("failed", "AgentError: The model refused.", True),
        ("completed", None, True),
    ]


def test_a_call_that_dies_with_its_worker_stays_on_the_ledger(
    connection: Connection, open_journal: Open
) -> None:
    class Killed(BaseException):
        pass

    def die(_: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        open_journal().remember("outline", INPUTS, die)
    assert ledger(connection) == [("started", None, False)]


def test_an_owner_that_lost_its_key_makes_no_call(
    connection: Connection, open_journal: Open, calls: Calls
) -> None:
    journal = open_journal()
    take_key_away(connection)
    with pytest.raises(FenceLost):
        journal.remember("outline", INPUTS, calls.make)
    assert calls.keys == []
    assert ledger(connection) == []


def test_a_zombies_result_is_not_kept_but_its_attempt_is(
    connection: Connection, open_journal: Open, calls: Calls
) -> None:
    def lose_the_key_meanwhile(_: str) -> str:
        take_key_away(connection)
        return "the zombie's"

    with pytest.raises(FenceLost):
        open_journal().remember("outline", INPUTS, lose_the_key_meanwhile)
    assert connection.execute("SELECT count(*) FROM call_journal").fetchone() == (0,)
    ((outcome, error, finished),) = ledger(connection)
    assert (outcome, finished) == ("failed", True)
    assert error.startswith("FenceLost")


def test_of_two_results_for_one_call_the_first_stays(open_journal: Open, calls: Calls) -> None:
    other = open_journal("another key")

    def be_overtaken(_: str) -> str:
        other.remember("outline", INPUTS, calls.make)
        return "second"

    assert open_journal().remember("outline", INPUTS, be_overtaken) == {"call": 1}


def test_an_expired_entry_is_made_and_kept_anew(
    connection: Connection, open_journal: Open, calls: Calls
) -> None:
    journal = open_journal()
    journal.remember("outline", INPUTS, calls.make)
    connection.execute("UPDATE call_journal SET expires_at = now()")
    assert journal.remember("outline", INPUTS, calls.make) == {"call": 2}
    assert journal.remember("outline", INPUTS, calls.make) == {"call": 2}


def test_units_and_cost_are_on_the_ledger(connection: Connection, open_journal: Open) -> None:
    produced = Produced("text", {"input_tokens": 812}, Decimal("0.0042"))
    assert open_journal().remember("outline", INPUTS, lambda _: produced, model="m") == "text"
    row = connection.execute("SELECT units, cost_usd, model FROM call_ledger").fetchone()
    assert row == ({"input_tokens": 812}, Decimal("0.004200"), "m")


def test_the_ledger_says_whose_attempt_it_was(
    connection: Connection, open_journal: Open, calls: Calls, workflow_id: UUID
) -> None:
    open_journal().remember("outline", INPUTS, calls.make)
    row = connection.execute(
        "SELECT ledger.workflow_id, ledger.task_name, ledger.idempotency_key,"
        " ledger.fence = held.fence FROM call_ledger AS ledger JOIN idempotency_keys AS held"
        " USING (idempotency_key)"
    ).fetchone()
    assert row == (workflow_id, "pswa.weave_script", "key", True)
