"""/openapi.json is true: Schemathesis, all checks, against the real stack.

The requests go to a facade of their own, one more process of the running stack: with a real
Airflow, real agents and real stores behind it, without limits on how often it may be asked, and
with a quota that lets so many podcasts through and answers 429 to all others. Those that are let
through are stopped at once (tests/fuzzing/hooks.py).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.acceptance.api import TERMINAL, Caller, Document
from tests.acceptance.conftest import Stack
from tests.conftest import free_port, stop, wait_until_open
from tests.fuzzing.run import Target, fuzz

CASES = 5000
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
"""Per operation and run; `make fuzz` takes more."""
RUNS = 2
LET_THROUGH = 12
OPERATIONS = {
    "create_podcast", "list_podcasts", "get_podcast", "cancel_podcast", "follow_podcast",
    "create_source", "get_media", "get_workflow", "livez", "readyz", "metrics",
}  # fmt: skip


@pytest.fixture
def door(stack: Stack, tables: "psycopg.Connection[Any]") -> Iterator[str]:
    """One more facade of the stack; yields its address."""
    port = free_port()
    row = tables.execute(
        "SELECT count(*) FROM podcasts JOIN users USING (user_id) WHERE subject = 'local'"
    ).fetchone()
    assert row is not None
    environment = {
        **environment_of_facade(stack),
        "AETHERCAST_API_PORT": str(port),
        "AETHERCAST_QUOTA_DAILY_PODCASTS": str(row[0] + LET_THROUGH),
        **{f"AETHERCAST_LIMIT_{kind}": "" for kind in ("READS", "WRITES", "UPLOADS", "ATTEMPTS")},
    }
    log = (stack.root / ".aethercast" / "logs" / "fuzzed.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "api"], cwd=stack.root, env=environment, stdout=log, stderr=log
    )
    try:
        wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def environment_of_facade(stack: Stack) -> dict[str, str]:
    """What the stack's own facade was started with."""
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if process.info["cwd"] == str(stack.root) and process.info["cmdline"][-2:] == ["-m", "api"]:
            return dict(process.environ())
    raise LookupError("the stack has no facade")


def test_the_description_is_true(
    stack: Stack, door: str, caller: Caller, episode: Document, tmp_path: Path
) -> None:
    text = {"title": "Notes", "text": "The tide turns twice a day."}
    key = {"X-Idempotency-Key": "fuzz"}
    source_id = caller.client.post("/api/v1/sources", json=text, headers=key).json()["source_id"]
    media_token = episode["media"]["audio"]["url"].rpartition("/")[2]
    target = Target(door, stack.token, source_id, media_token, episode["podcast_id"])
    outcome = fuzz(target, tmp_path, EXAMPLES, RUNS, at_least=CASES)
    print(f"{outcome.cases} cases: {dict(sorted(outcome.statuses.items()))}")
    assert outcome.passed, outcome.said
    assert outcome.cases >= CASES
    assert max(outcome.statuses) < 500
    assert outcome.complaints == []
    assert outcome.of("positive") > 1000
    assert outcome.of("negative") > 500
    assert {200, 201, 202, 400, 404, 405, 415, 422, 429} <= set(outcome.statuses)
    assert {name.split()[2] for name in outcome.counted} == OPERATIONS
    assert 1 <= len(outcome.accepted) <= LET_THROUGH
    for place in outcome.accepted:
        assert caller.client.get(place).json()["status"] in TERMINAL
