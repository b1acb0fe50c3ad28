"""A worker dies in mid-voice: the episode is completed and no finished line is spoken twice."""

import os
import signal
from typing import Any

import psutil
import psycopg

from tests.acceptance.api import Caller
from tests.acceptance.conftest import Stack
from tests.acceptance.test_tables import rows


def voice_worker(stack: Stack) -> psutil.Process:
    """The process of this stack that works on the voice's queue."""
    for process in psutil.process_iter(["cmdline", "cwd"]):
        command = " ".join(process.info["cmdline"] or [])
        if "agents.vfa.task" in command and process.info["cwd"] == str(stack.root):
            return process
    raise LookupError("no voice worker runs")


def test_kill_9_of_the_voice_worker(
    stack: Stack, caller: Caller, tables: "psycopg.Connection[Any]"
) -> None:
    answer = caller.ask({"topic": "Why the sky is blue", "user_preferences": {"length_minutes": 2}})
    podcast_id = answer.json()["podcast_id"]
    caller.wait_for_agent(podcast_id, "VFA", done=4)
    victim = voice_worker(stack)
    os.kill(victim.pid, signal.SIGKILL)
    status = caller.wait(podcast_id)
    assert status["status"] == "COMPLETED", status["error"]
    keys = rows(
        tables,
        "SELECT attempts, fence FROM idempotency_keys"
        " WHERE workflow_id = %(id)s AND task_name = 'vfa.forge_voice'",
        id=podcast_id,
    )
    assert keys[0]["fence"] > 1, "the worker was not killed in mid-voice"
    spoken = rows(
        tables,
        "SELECT call_key, count(*) FILTER (WHERE outcome = 'completed') AS finished"
        " FROM call_ledger WHERE workflow_id = %(id)s AND kind = 'speech' GROUP BY call_key",
        id=podcast_id,
    )
    assert {call["finished"] for call in spoken} == {1}
    segments = rows(
        tables,
        "SELECT line_id, count(DISTINCT stream_segments.fence) AS writers FROM stream_segments"
        " JOIN streams USING (stream_id) WHERE workflow_id = %(id)s AND line_id IS NOT NULL"
        " GROUP BY line_id",
        id=podcast_id,
    )
    lines = [line["line_id"] for part in status["script"]["parts"] for line in part["lines"]]
    assert sorted(segment["line_id"] for segment in segments) == sorted(lines)
    assert {segment["writers"] for segment in segments} == {1}
