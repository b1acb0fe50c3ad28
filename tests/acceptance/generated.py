"""Generated requests: Schemathesis, all checks, against a facade of their own.

It is one more process of the running stack: with a real Airflow, real agents and real stores behind
it, without limits on how often it may be asked, and with a quota that lets so many podcasts through
and answers 429 to all others. Those that are let through are stopped at once
(tests/fuzzing/hooks.py).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from tests.acceptance.api import Caller, Document
from tests.acceptance.running import Stack
from tests.conftest import free_port, stop, wait_until_open
from tests.fuzzing.run import Outcome, Target, fuzz

CASES = 5000
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "112"))
"""Per operation and run; `make fuzz` takes more."""
RUNS = 2
LET_THROUGH = 12
"""Podcasts."""
EXPLORED = 1
"""An exploration cannot be stopped."""


def generate(stack: Stack, caller: Caller, episode: Document, folder: Path) -> Outcome:
    """Send requests for what is there, and for what is not; what came of it."""
    text = {"title": "Notes", "text": "The tide turns twice a day."}
    key = {"X-Idempotency-Key": "fuzz"}
    source_id = caller.client.post("/api/v1/sources", json=text, headers=key).json()["source_id"]
    media_token = episode["media"]["audio"]["url"].rpartition("/")[2]
    card = caller.client.get("/api/v1/snippets").json()["snippets"][0]
    with door(stack, **without_limits(stack)) as url:
        target = Target(
            url, stack.token, source_id, media_token, episode["podcast_id"],
            card["snippet_id"], card["topic_id"],
        )  # fmt: skip
        try:
            return fuzz(target, folder, EXAMPLES, RUNS, at_least=CASES)
        finally:
            # What it came to like is the owner's for all that follows.
            caller.client.delete("/api/v1/sessions/current")


@contextmanager
def door(stack: Stack, **settings: str) -> Iterator[str]:
    """One more facade of the stack, with settings of its own; yields its address."""
    port = free_port()
    environment = {
        **environment_of_facade(stack), "AETHERCAST_API_PORT": str(port), **settings,
    }  # fmt: skip
    log = (stack.root / ".aethercast" / "logs" / f"facade-{port}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "api"], cwd=stack.root, env=environment, stdout=log, stderr=log
    )
    try:
        wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def without_limits(stack: Stack) -> dict[str, str]:
    """Settings of a facade that may be asked as often as anybody likes, and does little of it."""
    return {
        "AETHERCAST_QUOTA_DAILY_PODCASTS": str(podcasts_of_owner(stack) + LET_THROUGH),
        "AETHERCAST_QUOTA_DAILY_EXPLORES": str(EXPLORED),
        **{f"AETHERCAST_LIMIT_{kind}": "" for kind in ("READS", "WRITES", "UPLOADS", "ATTEMPTS")},
    }


def podcasts_of_owner(stack: Stack) -> int:
    """How many the stack's owner has asked for."""
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM podcasts JOIN users USING (user_id) WHERE subject = 'local'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def environment_of_facade(stack: Stack) -> dict[str, str]:
    """What the stack's own facade was started with."""
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if process.info["cwd"] == str(stack.root) and process.info["cmdline"][-2:] == ["-m", "api"]:
            return dict(process.environ())
    raise LookupError("the stack has no facade")
