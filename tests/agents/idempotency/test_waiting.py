"""A second caller waits for the first one's answer instead of failing."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from agents import idempotency
from agents.errors import FingerprintMismatch, StillProcessing
from agents.idempotency import Completed, Failed, Request, Terms
from tests.agents.idempotency.conftest import Move
from tests.agents.idempotency.test_claims import FINAL, PASSING, own

Connection = psycopg.Connection[Any]


@pytest.fixture
def waiting(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def answer_while_waiting(
    waiting: Connection, request: Request, answer: Callable[[], None]
) -> Completed | Failed | None:
    """Wait for a key while another thread answers it a moment later."""
    later = threading.Timer(0.3, answer)
    later.start()
    try:
        return idempotency.wait(waiting, request, timeout=20)
    finally:
        later.join()


def test_the_waiter_gets_the_result(
    connection: Connection, waiting: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    outcome = answer_while_waiting(
        waiting,
        request_of_alice,
        lambda: idempotency.complete(connection, lease, {"n": 1}, terms),
    )
    assert outcome == Completed({"n": 1})


def test_the_waiter_gets_the_final_error(
    connection: Connection, waiting: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    outcome = answer_while_waiting(
        waiting, request_of_alice, lambda: idempotency.fail(connection, lease, FINAL, terms)
    )
    assert outcome == Failed(FINAL)


def test_the_waiter_may_claim_after_a_passing_error(
    connection: Connection, waiting: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    outcome = answer_while_waiting(
        waiting, request_of_alice, lambda: idempotency.fail(connection, lease, PASSING, terms)
    )
    assert outcome is None
    assert own(waiting, request_of_alice, terms).attempt == 2


def test_the_waiter_may_claim_when_the_lease_is_over(
    waiting: Connection, request_of_alice: Request, terms: Terms
) -> None:
    brief = replace(terms, lease_seconds=0.3)
    own(waiting, request_of_alice, brief)
    assert idempotency.wait(waiting, request_of_alice, timeout=20) is None
    assert own(waiting, request_of_alice, terms).attempt == 2


def test_an_unknown_key_needs_no_waiting(waiting: Connection, request_of_alice: Request) -> None:
    assert idempotency.wait(waiting, request_of_alice, timeout=0) is None


def test_the_wait_ends(
    waiting: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    own(waiting, request_of_alice, terms)
    with pytest.raises(StillProcessing):
        idempotency.wait(waiting, request_of_alice, timeout=0.2)


def test_waiting_for_anothers_request_is_refused(
    waiting: Connection, request_of_alice: Request, terms: Terms
) -> None:
    own(waiting, request_of_alice, terms)
    with pytest.raises(FingerprintMismatch):
        idempotency.wait(waiting, replace(request_of_alice, fingerprint="bob's"), timeout=5)


@pytest.mark.parametrize("ending", ["completed", "failed", "revoked"])
def test_every_answer_is_announced(
    connection: Connection,
    waiting: Connection,
    request_of_alice: Request,
    terms: Terms,
    ending: str,
) -> None:
    """Without the announcement a waiter still hears of it, but a second late."""
    waiting.execute("LISTEN idempotency_key")
    lease = own(connection, request_of_alice, terms)
    if ending == "completed":
        idempotency.complete(connection, lease, "done", terms)
    if ending == "failed":
        idempotency.fail(connection, lease, FINAL, terms)
    if ending == "revoked":
        idempotency.revoke(connection, lease.request.idempotency_key, lease.request.task_name)
    (heard,) = waiting.notifies(timeout=10, stop_after=1)
    assert heard.payload == request_of_alice.idempotency_key
