"""Handing a task to an agent, and taking it back.

Light to import and unconnected: it runs inside short-lived task processes. The dispatch is
committed to PostgreSQL before its message is sent, so a message that is lost, or a broker that
is away, costs seconds and never the task: the status service sends it again.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kombu.exceptions import OperationalError
from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from agents import idempotency
from agents.canonical import JSON, digest
from agents.celery_app import app, route_by_agent
from agents.errors import AgentError, FingerprintMismatch, InvalidRequest, UnknownDispatch
from sql.statements import Statement

log = logging.getLogger(__name__)

_REVOKE_QUICKLY = {"max_retries": 0, "socket_timeout": 1.0, "socket_connect_timeout": 1.0}


class OpenTransaction(AgentError):
    """A task is submitted on a connection without an open transaction: commit first."""


@dataclass(frozen=True)
class Dispatch:
    """One message to one agent."""

    task_id: UUID
    task_name: str
    queue: str
    kwargs: dict[str, JSON]
    request_fingerprint: str
    created: bool
    """False where the key had this open dispatch before."""


@dataclass(frozen=True)
class _Known:
    request_fingerprint: str


@dataclass(frozen=True)
class _Flag:
    cancelled: bool


@dataclass(frozen=True)
class _Cancelled:
    task_id: UUID
    idempotency_key: str
    task_name: str
    told: str


_RECORD = Statement("dispatches/record", Dispatch)
_FINGERPRINT_OF_KEY = Statement("dispatches/fingerprint_of_key", _Known)
_CANCEL = Statement("dispatches/cancel", _Cancelled)
_IS_CANCELLED = Statement("dispatches/is_cancelled", _Flag)


def submit(connection: Connection[Any], task_name: str, kwargs: Mapping[str, JSON]) -> UUID:
    """Hand a task to its agent and return the dispatch's id, good for ``/v1/tasks/<id>``.

    ``kwargs`` are JSON and carry ``idempotency_key`` and ``workflow_id``. Where the key has an
    open dispatch, that one's id is returned and nothing is sent. A broker that is away is no
    error: the message follows when it is back.

    Raises:
        FingerprintMismatch: the key stands for another request.
        InvalidRequest: the kwargs lack a key or a workflow, or are not JSON.
        OpenTransaction: the connection is inside a transaction, so the dispatch could not be
            committed before its message is on the way.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise OpenTransaction
    with connection.transaction():
        dispatch = record(connection, task_name, kwargs)
    if dispatch.created:
        send(dispatch)
    return dispatch.task_id


def record(connection: Connection[Any], task_name: str, kwargs: Mapping[str, JSON]) -> Dispatch:
    """Write the dispatch into the caller's transaction; :func:`send` it after the commit.

    Raises as :func:`submit`, but for OpenTransaction.
    """
    key, workflow_id = _named(kwargs)
    fingerprint = fingerprint_request(task_name, kwargs)
    known = _FINGERPRINT_OF_KEY.one(connection, idempotency_key=key, task_name=task_name)
    if known is not None and known.request_fingerprint != fingerprint:
        raise FingerprintMismatch
    dispatch = _RECORD.one(
        connection,
        task_id=uuid.uuid4(),
        idempotency_key=key,
        task_name=task_name,
        workflow_id=workflow_id,
        queue=_queue_of(task_name),
        kwargs=Jsonb(dict(kwargs)),
        fingerprint=fingerprint,
    )
    assert dispatch is not None
    if dispatch.request_fingerprint != fingerprint:
        raise FingerprintMismatch
    return dispatch


def send(dispatch: Dispatch) -> bool:
    """Send the message. False where the broker is away; the status service sends it later."""
    try:
        app.send_task(
            dispatch.task_name,
            kwargs=dispatch.kwargs,
            task_id=str(dispatch.task_id),
            queue=dispatch.queue,
        )
    except (OperationalError, OSError):
        log.warning("broker away, task %s will be sent later", dispatch.task_id)
        return False
    return True


def cancel(connection: Connection[Any], task_id: UUID) -> bool:
    """Stop the work under a dispatch's key, queued or running.

    When this returns, nothing more is committed under the key; a running task notices at its
    next checkpoint or renewal. False where nothing was open.

    Raises:
        UnknownDispatch: no dispatch has this id.
    """
    with connection.transaction():
        stopped = _CANCEL.all(connection, task_id=task_id)
        for dispatch in stopped:
            idempotency.revoke(connection, dispatch.idempotency_key, dispatch.task_name)
        if not stopped:
            _require_known(connection, task_id)
    _revoke([str(dispatch.task_id) for dispatch in stopped])
    return bool(stopped)


def fingerprint_request(task_name: str, kwargs: Mapping[str, JSON]) -> str:
    """Hash everything asked but the key itself; the workflow, and so the caller, is in it.

    Raises:
        InvalidRequest: the kwargs cannot be carried by JSON.
    """
    asked = {name: value for name, value in kwargs.items() if name != "idempotency_key"}
    try:
        return digest([task_name, asked])
    except (TypeError, ValueError) as error:
        raise InvalidRequest(f"The arguments cannot be carried by JSON: {error}") from None


def _named(kwargs: Mapping[str, JSON]) -> tuple[str, UUID]:
    key = kwargs.get("idempotency_key")
    if not isinstance(key, str) or not 1 <= len(key) <= 255:
        raise InvalidRequest("idempotency_key must be a text of 1 to 255 characters.")
    try:
        return key, UUID(str(kwargs.get("workflow_id")))
    except ValueError:
        raise InvalidRequest("workflow_id must be a UUID.") from None


def _queue_of(task_name: str) -> str:
    route = route_by_agent(task_name)
    if route is None:
        raise InvalidRequest(f"A task is named <agent>.<task>, not {task_name!r}.")
    return route["queue"]


def _require_known(connection: Connection[Any], task_id: UUID) -> None:
    if _IS_CANCELLED.one(connection, task_id=task_id) is None:
        raise UnknownDispatch


def _revoke(task_ids: list[str]) -> None:
    """Spare the workers a look at what is still queued. Correctness does not need it.

    So it has a connection of its own, which takes a second at most: from the pool it would be
    tried again for as long as the broker is away.
    """
    if not task_ids:
        return
    try:
        with app.connection_for_write(transport_options=_REVOKE_QUICKLY) as connection:
            app.control.revoke(task_ids, connection=connection)
    except (OperationalError, OSError):
        log.warning("broker away, revoked tasks are skipped when they arrive")
