"""Any history of claims, deaths, zombies and cancellations, against a model of the rules."""

import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from agents import idempotency
from agents.errors import FenceLost, FingerprintMismatch
from agents.idempotency import (
    Completed,
    ErrorPayload,
    Failed,
    Lease,
    Leased,
    Outcome,
    Owned,
    Request,
    Terms,
)
from tests.agents.idempotency.conftest import sweep

TERMS = Terms(lease_seconds=1000, attempts_cap=3, retention_seconds=10_000)
TASKS = ("pswa.weave_script", "vfa.forge_voice")
WORKFLOW = uuid.uuid4()


@dataclass
class Model:
    """What is known of one (key, task)."""

    fingerprint: str
    fence: int
    attempts: int = 1
    status: str = "processing"
    lease_over: bool = False
    expired: bool = False
    retryable: bool = False
    result: object = None

    @property
    def live(self) -> bool:
        return self.status == "processing" and not self.lease_over

    @property
    def gone(self) -> bool:
        return self.expired and not self.live


class KeysUnderStress(RuleBasedStateMachine):
    """Two tasks share one key; any number of owners, most of them zombies."""

    leases = Bundle("leases")
    connection: psycopg.Connection[Any]

    @initialize()
    def begin(self) -> None:
        self.key = uuid.uuid4().hex
        self.models: dict[str, Model] = {}
        self.highest = 0

    @rule(target=leases, task=st.sampled_from(TASKS), asked=st.sampled_from("aaab"))
    def claim(self, task: str, asked: str) -> Any:
        request = Request(self.key, task, WORKFLOW, asked)
        model = self.models.get(task)
        if model and not model.gone and model.fingerprint != asked:
            with pytest.raises(FingerprintMismatch):
                idempotency.claim(self.connection, request, TERMS)
            return multiple()
        outcome = idempotency.claim(self.connection, request, TERMS)
        if isinstance(outcome, Owned):
            self.check_owner(outcome.lease, model)
            return outcome.lease
        assert model is not None
        self.check_refusal(outcome, model)
        return multiple()

    def check_owner(self, lease: Lease, model: Model | None) -> None:
        assert lease.fence > self.highest
        self.highest = lease.fence
        attempt = 1
        if model and not model.gone:
            assert model.status == "processing" or (model.status == "failed" and model.retryable)
            assert not model.live
            assert model.attempts < TERMS.attempts_cap
            attempt = model.attempts + 1
        assert lease.attempt == attempt
        asked = lease.request.fingerprint
        self.models[lease.request.task_name] = Model(asked, lease.fence, attempt)

    def check_refusal(self, outcome: Outcome, model: Model) -> None:
        assert not model.gone
        match outcome:
            case Leased():
                assert model.live
            case Completed(result):
                assert (model.status, model.result) == ("completed", result)
            case Failed(error):
                assert not error["retryable"]
                final = model.status == "failed" and not model.retryable
                assert final or (model.attempts >= TERMS.attempts_cap and not model.live)
                model.status, model.retryable, model.fence = "failed", False, -1

    @rule(lease=leases, result=st.integers())
    def complete(self, lease: Lease, result: int) -> None:
        model = self.write(
            lease, lambda: idempotency.complete(self.connection, lease, result, TERMS)
        )
        if model:
            model.status, model.result, model.expired = "completed", result, False

    @rule(lease=leases, retryable=st.booleans())
    def fail(self, lease: Lease, retryable: bool) -> None:
        error: ErrorPayload = {"type": "E", "message": "m", "retryable": retryable}
        model = self.write(lease, lambda: idempotency.fail(self.connection, lease, error, TERMS))
        if model:
            model.status, model.retryable, model.expired = "failed", retryable, False

    @rule(lease=leases)
    def renew(self, lease: Lease) -> None:
        model = self.write(lease, lambda: idempotency.renew(self.connection, lease, TERMS))
        if model:
            model.lease_over = False

    @rule(lease=leases, over=st.booleans())
    def release(self, lease: Lease, over: bool) -> None:
        seconds = -1.0 if over else 1000.0
        model = self.write(lease, lambda: idempotency.release(self.connection, lease, seconds))
        if model:
            model.fence, model.lease_over, model.attempts = -1, over, model.attempts - 1

    @rule(lease=leases)
    def guard(self, lease: Lease) -> None:
        self.write(lease, lambda: idempotency.guard(self.connection, lease))

    def write(self, lease: Lease, act: Any) -> Model | None:
        """Act under a lease; the model where the fence allowed it."""
        model = self.models.get(lease.request.task_name)
        if model and model.status == "processing" and model.fence == lease.fence:
            act()
            return model
        with pytest.raises(FenceLost):
            act()
        return None

    @rule(task=st.sampled_from(TASKS))
    def revoke(self, task: str) -> None:
        model = self.models.get(task)
        working = model is not None and model.status == "processing"
        assert idempotency.revoke(self.connection, self.key, task) == working
        if model and working:
            model.status, model.retryable, model.fence = "failed", True, -1

    @rule(task=st.sampled_from(TASKS))
    def the_lease_passes(self, task: str) -> None:
        self.connection.execute(
            "UPDATE idempotency_keys SET lease_expires_at = clock_timestamp()"
            " WHERE idempotency_key = %s AND task_name = %s AND status = 'processing'",
            (self.key, task),
        )
        model = self.models.get(task)
        if model and model.status == "processing":
            model.lease_over = True

    @rule(task=st.sampled_from(TASKS))
    def the_key_expires(self, task: str) -> None:
        self.connection.execute(
            "UPDATE idempotency_keys SET expires_at = clock_timestamp()"
            " WHERE idempotency_key = %s AND task_name = %s",
            (self.key, task),
        )
        model = self.models.get(task)
        if model:
            model.expired = True

    @rule()
    def sweep(self) -> None:
        swept = sweep(self.connection)
        gone = [task for task, model in self.models.items() if model.gone]
        assert swept == len(gone)
        for task in gone:
            del self.models[task]

    @invariant()
    def the_table_says_what_the_model_says(self) -> None:
        rows = self.connection.execute(
            "SELECT task_name, status, attempts, result_payload FROM idempotency_keys"
            " WHERE idempotency_key = %s",
            (getattr(self, "key", ""),),
        ).fetchall()
        assert {(task, status, attempts) for task, status, attempts, _ in rows} == {
            (task, model.status, model.attempts)
            for task, model in getattr(self, "models", {}).items()
        }

    def teardown(self) -> None:
        self.connection.execute("DELETE FROM idempotency_keys")


def test_no_history_breaks_the_rules(connection: psycopg.Connection[Any]) -> None:
    machine = type("Machine", (KeysUnderStress,), {"connection": connection})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
