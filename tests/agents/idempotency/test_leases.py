"""What an owner may do, and what it may not do once it is no longer the owner."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from agents import idempotency
from agents.errors import FenceLost
from agents.idempotency import Completed, Failed, Lease, Leased, Owned, Request, Terms
from tests.agents.idempotency.conftest import Move
from tests.agents.idempotency.test_claims import FINAL, PASSING, own

Connection = psycopg.Connection[Any]
Write = Callable[[Connection, Lease, Terms], object]

WRITES: dict[str, Write] = {
    "renew": lambda connection, lease, terms: idempotency.renew(connection, lease, terms),
    "complete": lambda connection, lease, terms: idempotency.complete(connection, lease, 0, terms),
    "fail": lambda connection, lease, terms: idempotency.fail(connection, lease, FINAL, terms),
    "release": lambda connection, lease, _: idempotency.release(connection, lease, 1),
    "guard": lambda connection, lease, _: idempotency.guard(connection, lease),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_zombie_is_refused_whatever_it_writes(
    connection: Connection,
    request_of_alice: Request,
    terms: Terms,
    pass_time: Move,
    write: Write,
) -> None:
    zombie = own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 61)
    successor = own(connection, request_of_alice, terms)
    with pytest.raises(FenceLost):
        write(connection, zombie, terms)
    idempotency.complete(connection, successor, "the successor's", terms)
    with pytest.raises(FenceLost):
        write(connection, zombie, terms)
    assert idempotency.claim(connection, request_of_alice, terms) == Completed("the successor's")


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_after_a_revocation_the_owner_is_refused(
    connection: Connection, request_of_alice: Request, terms: Terms, write: Write
) -> None:
    lease = own(connection, request_of_alice, terms)
    assert idempotency.revoke(connection, "key", "pswa.weave_script")
    with pytest.raises(FenceLost):
        write(connection, lease, terms)
    assert own(connection, request_of_alice, terms).attempt == 2


def test_revoking_what_nobody_works_on_changes_nothing(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    assert not idempotency.revoke(connection, "key", "pswa.weave_script")
    lease = own(connection, request_of_alice, terms)
    idempotency.complete(connection, lease, "kept", terms)
    assert not idempotency.revoke(connection, "key", "pswa.weave_script")
    assert idempotency.claim(connection, request_of_alice, terms) == Completed("kept")


def test_a_renewed_key_is_not_taken_over(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    lease = own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 50)
    idempotency.renew(connection, lease, terms)
    pass_time(request_of_alice, 50)
    assert isinstance(idempotency.claim(connection, request_of_alice, terms), Leased)


def test_a_late_owner_goes_on_as_long_as_nobody_took_over(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    lease = own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 600)
    idempotency.renew(connection, lease, terms)
    idempotency.complete(connection, lease, "late, and good", terms)


def test_a_released_key_is_free_after_its_time_and_the_attempt_does_not_count(
    connection: Connection, request_of_alice: Request, terms: Terms, pass_time: Move
) -> None:
    for _ in range(terms.attempts_cap * 2):
        lease = own(connection, request_of_alice, terms)
        idempotency.release(connection, lease, 5)
        assert isinstance(idempotency.claim(connection, request_of_alice, terms), Leased)
        pass_time(request_of_alice, 6)
    assert own(connection, request_of_alice, terms).attempt == 1


def test_a_guarded_write_holds_off_the_successor_until_it_is_committed(
    database_url: str,
    connection: Connection,
    request_of_alice: Request,
    terms: Terms,
    pass_time: Move,
) -> None:
    lease = own(connection, request_of_alice, terms)
    pass_time(request_of_alice, 61)
    taken: list[idempotency.Outcome] = []

    def take_over() -> None:
        with psycopg.connect(database_url, autocommit=True) as other:
            taken.append(idempotency.claim(other, request_of_alice, terms))

    successor = threading.Thread(target=take_over)
    with connection.transaction():
        idempotency.guard(connection, lease)
        successor.start()
        successor.join(0.5)
        assert not taken
    successor.join()
    assert isinstance(taken[0], Owned)


def test_the_first_answer_stays(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    idempotency.complete(connection, lease, "first", terms)
    with pytest.raises(FenceLost):
        idempotency.complete(connection, lease, "second", terms)
    with pytest.raises(FenceLost):
        idempotency.fail(connection, lease, PASSING, terms)
    assert idempotency.claim(connection, request_of_alice, terms) == Completed("first")


def test_a_failed_attempt_ends_its_lease(
    connection: Connection, request_of_alice: Request, terms: Terms
) -> None:
    lease = own(connection, request_of_alice, terms)
    idempotency.fail(connection, lease, FINAL, terms)
    with pytest.raises(FenceLost):
        idempotency.renew(connection, lease, terms)
    assert idempotency.claim(connection, request_of_alice, terms) == Failed(FINAL)
