"""Discoveries at the same time tell no story twice, and one that dies leaves nothing or all."""

import os
import signal
import subprocess
import sys
import threading
import uuid
from typing import Any

import psycopg
import pytest

from agents.idempotency import Completed, Failed
from agents.process import Process
from agents.tda.discovering import _Writing
from agents.tda.task import discover_topics
from tests.agents.tda.conftest import Discover, add_refresh

Connection = psycopg.Connection[Any]
LOCK = "SELECT pg_advisory_lock(hashtext('topics'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('topics'))"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def wait_for(connection: Connection, waiting: int) -> None:
    """Until so many discoveries stand before the list of topics."""
    for _ in range(400):
        row = connection.execute(WAITING).fetchone()
        if row is not None and row[0] >= waiting:
            return
        threading.Event().wait(0.02)
    raise AssertionError("nobody waits")


def test_two_at_once_share_the_stories_out(connection: Connection, process: Process) -> None:
    """Both have chosen before either may write."""
    endings: list[Any] = []

    def run(limit: int) -> None:
        flow = add_refresh(connection)
        kwargs = {"idempotency_key": str(uuid.uuid4()), "workflow_id": str(flow), "limit": limit}
        endings.append(discover_topics.perform(process, None, kwargs))

    with psycopg.connect(connection.info.dsn, autocommit=True) as holder:
        holder.execute(LOCK)
        threads = [threading.Thread(target=run, args=(limit,)) for limit in (9, 10)]
        for thread in threads:
            thread.start()
        wait_for(holder, 2)
        holder.execute(UNLOCK)
        for thread in threads:
            thread.join()
    found = [{one["topic_id"] for one in ending.result["discovered_topics"]} for ending in endings]
    assert not found[0] & found[1]
    row = connection.execute("SELECT count(*) FROM topics_snippets").fetchone()
    assert row == (len(found[0] | found[1]),)
    assert max(map(len, found)) in (9, 10)


def test_one_flow_at_work_twice_has_one_list(connection: Connection, process: Process) -> None:
    """Its first worker was thought dead."""
    flow = str(add_refresh(connection))
    endings: list[Any] = []

    def run(key: str) -> None:
        kwargs = {"idempotency_key": key, "workflow_id": flow, "limit": 6}
        endings.append(discover_topics.perform(process, None, kwargs))

    with psycopg.connect(connection.info.dsn, autocommit=True) as holder:
        holder.execute(LOCK)
        threads = [threading.Thread(target=run, args=(key,)) for key in "ab"]
        for thread in threads:
            thread.start()
        wait_for(holder, 2)
        holder.execute(UNLOCK)
        for thread in threads:
            thread.join()
    first, second = (ending.result["discovered_topics"] for ending in endings)
    assert first == second
    assert len(first) == 6
    assert connection.execute("SELECT max(proposals) FROM topics_snippets").fetchone() == (1,)


def test_one_that_never_gets_its_turn_fails_to_be_tried_again(
    connection: Connection, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.tda.discovering._TURNS", 1)
    with psycopg.connect(connection.info.dsn, autocommit=True) as holder:
        holder.execute(LOCK)
        kwargs = {"idempotency_key": "k", "workflow_id": str(add_refresh(connection))}
        ending = discover_topics.perform(process, None, kwargs)
    assert isinstance(ending, Failed)
    assert (ending.error["type"], ending.error["retryable"]) == ("DiscoveryBusy", True)
    again = discover_topics.perform(process, None, kwargs)
    assert isinstance(again, Completed)


def test_what_was_written_before_the_answer_was_lost_is_answered(
    connection: Connection, discover: Discover, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies between the commit and its answer: another key, the same flow."""
    flow = add_refresh(connection)
    write = _Writing.write

    def die(*args: Any) -> Any:
        write(*args)
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(_Writing, "write", die)
        with pytest.raises(AssertionError):
            discover(flow, key="first", limit=5)
    rows = connection.execute("SELECT id FROM topics_snippets").fetchall()
    assert len(rows) == 5
    answer = discover(flow, key="second", limit=5)
    assert {one["topic_id"] for one in answer["discovered_topics"]} == {str(row[0]) for row in rows}


DYING = """
import os, signal, sys, uuid
from agents.tda import discovering, store
from agents.process import this_process
from agents.tda.task import discover_topics
import itertools
counted = itertools.count()
def die(connection, story, order, propose=discovering.propose):
    propose(connection, story, order)
    if next(counted) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
discovering.propose = die
discover_topics.perform(this_process(), None, {"idempotency_key": "k", "workflow_id": sys.argv[1]})
"""


def test_one_that_is_killed_among_its_topics_leaves_none(
    connection: Connection, discover: Discover
) -> None:
    flow = add_refresh(connection)
    env = os.environ | {
        "AETHERCAST_DATABASE_URL": connection.info.dsn, "AETHERCAST_SERVICE_TOKEN": "x",
        "AETHERCAST_MEDIA_URL": "file:///tmp",
    }  # fmt: skip
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(flow)], env=env, capture_output=True, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert connection.execute("SELECT count(*) FROM topics_snippets").fetchone() == (0,)
    assert len(discover(flow, key="another", limit=5)["discovered_topics"]) == 5
