"""Who gets a key, and what the others are told."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from agents import idempotency
from agents.errors import FenceLost, FingerprintMismatch
from agents.idempotency import Completed, ErrorPayload, Failed, Leased, Owned, Request, Terms
from sql.statements import Command
from tests.agents.idempotency.conftest import Move, sweep

Connection = psycopg.Connection[Any]
RACERS = 32
PASSING: ErrorPayload = {
    "type": "Overloaded",
    "message": "The model is overloaded.",
    "retryable": True,
}
FINAL: ErrorPayload = {"type": "Refused", "message": "The model refused.", "retryable": False}


def own(connection: Connection, request: Request, terms: Terms) -> idempotency.Lease:
    outcome = idempotency.claim(connection, request, terms)
    assert isinstance(outcome, Owned), outcome
    return outcome.lease


def race(url: str, request: Request, terms: Terms) -> list[idempotency.Outcome]:
    """Claim one key from many connections at the same moment."""
    start = Barrier(RACERS)

    def run(_: int) -> idempotency.Outcome:
        with psycopg.connect(url, autocommit=True) as connection:
            start.wait()
            return idempotency.claim(connection, request, terms)

    with ThreadPoolExecutor(RACERS) as racers:
        return list(racers.map(run, range(RACERS)))


def test_of_many_racers_one_becomes_the_owner(
    database_url: str, request_of_alice: Request, terms: Terms
) -> None:
    outcomes = race(database_url, request_of_alice, terms)
    assert Counter(type(outcome) for outcome in outcomes) == {Owned: 1, Leased: RACERS - 1}


def test_of_many_racers_one_takes_a_dead_owners_key_over(
    database_url: str,
    connection: Connection,
    request_of_alice: Request,
    terms: Terms,
    pass_time: Move,
) -> None:
    dead = own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 61)
    outcomes = race(database_url, request_of_alice, terms)
    (winner,) = [outcome.lease for outcome in outcomes if isinstance(outcome, Owned)]
    assert winner.fence > dead.fence
    assert winner.attempt == 2


def test_of_many_racers_one_retries_a_failed_key(
    database_url: str, connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    idempotency.fail(connection, lease, PASSING, terms)
    outcomes = race(database_url, request_of_alice, terms)
    assert Counter(type(outcome) for outcome in outcomes) == {Owned: 1, Leased: RACERS - 1}


def test_a_completed_key_gives_its_result_to_everybody(
    database_url: str, connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    idempotency.complete(connection, lease, {"title": "Tides"}, terms)
    assert set(map(repr, race(database_url, request_of_alice, terms))) == {
        repr(Completed({"title": "Tides"}))
    }


def test_a_leased_key_says_how_long_to_wait(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    own(connection, request_of_alice, terms)
    outcome = idempotency.claim(connection, request_of_alice, terms)
    assert isinstance(outcome, Leased)
    assert 50 < outcome.seconds_left <= 60


def test_one_key_under_two_tasks_is_two_pieces_of_work(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    script = own(connection, request_of_alice, terms)
    voice = own(connection, replace(request_of_alice, task_name="vfa.forge_voice"), terms)
    idempotency.complete(connection, script, "a script", terms)
    idempotency.complete(connection, voice, "a voice", terms)
    assert idempotency.claim(connection, script.request, terms) == Completed("a script")
    assert idempotency.claim(connection, voice.request, terms) == Completed("a voice")


@pytest.mark.parametrize("state", ["processing", "completed", "failed", "abandoned"])
def test_another_request_under_the_same_key_is_refused(
    connection: Connection,
    request_of_alice: Request,
    terms: Terms,
    pass_time: Move,
    state: str,
) -> None:
    lease = own(connection, request_of_alice, terms)
    if state == "completed":
        idempotency.complete(connection, lease, "for alice only", terms)
    if state == "failed":
        idempotency.fail(connection, lease, PASSING, terms)
    if state == "abandoned":
        pass_time(request_of_alice, 61)
    with pytest.raises(FingerprintMismatch):
        idempotency.claim(connection, replace(request_of_alice, fingerprint="bob's"), terms)


def test_a_retry_does_not_meet_its_own_lock(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    first = own(connection, request_of_alice, terms)
    idempotency.fail(connection, first, PASSING, terms)
    second = own(connection, request_of_alice, terms)
    assert (second.attempt, second.fence > first.fence) == (2, True)


def test_a_final_error_is_told_and_nothing_is_run_again(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    idempotency.fail(connection, lease, FINAL, terms)
    assert idempotency.claim(connection, request_of_alice, terms) == Failed(FINAL)


def test_the_last_passing_error_becomes_final_when_attempts_are_spent(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    for _ in range(terms.attempts_cap):
        lease = own(connection, request_of_alice, terms)
        idempotency.fail(connection, lease, PASSING, terms)
    outcome = idempotency.claim(connection, request_of_alice, terms)
    assert outcome == Failed({**PASSING, "retryable": False})


def test_a_task_that_kills_its_workers_is_given_up(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    for _ in range(terms.attempts_cap):
        own(connection, request_of_alice, terms)
        pass_time(request_of_alice, 61)
    outcome = idempotency.claim(connection, request_of_alice, terms)
    assert isinstance(outcome, Failed)
    assert outcome.error["type"] == "AttemptsSpent"


def test_an_expired_key_is_new_again_for_any_request(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    first = own(connection, request_of_alice, terms)
    idempotency.complete(connection, first, "old", terms)
    pass_time(request_of_alice, 3601)
    another = replace(request_of_alice, workflow_id=uuid.uuid4(), fingerprint="new")
    second = own(connection, another, terms)
    assert (second.attempt, second.fence > first.fence) == (1, True)


def test_fences_rise_even_over_a_swept_key(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    zombie = own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 3601)
    assert sweep(connection) == 1
    assert own(connection, request_of_alice, terms).fence > zombie.fence
    with pytest.raises(FenceLost):
        idempotency.complete(connection, zombie, "too late", terms)


def test_a_key_at_work_is_never_swept(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    lease = own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 3601)
    idempotency.renew(connection, lease, terms)
    assert sweep(connection) == 0
    idempotency.complete(connection, lease, "done", terms)


def test_a_key_with_attempts_left_is_not_given_up(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    """A key that became free between a refused claim and the look must survive the look."""
    own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 61)
    given_up = Command("idempotency/give_up").run(
        connection,
        idempotency_key=request_of_alice.idempotency_key,
        task_name=request_of_alice.task_name,
        attempts_cap=terms.attempts_cap,
        error=Jsonb(FINAL),
    )
    assert given_up == 0
    assert own(connection, request_of_alice, terms).attempt == 2
