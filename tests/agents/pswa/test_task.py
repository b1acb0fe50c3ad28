"""``pswa.weave_script`` on a real database and a real model service."""

import uuid
from typing import Any

import psycopg
import pytest

from agents.idempotency import Completed, Failed
from agents.process import Process
from agents.pswa.task import open_book, weave_script
from tests.agents.aims.text.material import source
from tests.agents.pswa.conftest import Commission
from tests.agents.relay import Relay


def perform(process: Process, kwargs: dict[str, Any]) -> Any:
    return weave_script.perform(process, None, kwargs)


def test_a_script_is_written_part_by_part(
    process: Process, commission: Commission, relay: Relay
) -> None:
    commission.connection.execute("LISTEN script_part")
    ending = perform(process, commission.message())
    assert isinstance(ending, Completed)
    script = ending.result
    parts = commission.parts()
    assert [p[0] for p in parts] == list(range(len(script["parts"])))
    assert [p[2] for p in parts] == [part["lines"] for part in script["parts"]]
    assert relay.passed == ["podcast_outline"] + ["podcast_part"] * len(parts)
    told = [n.payload for n in commission.connection.notifies(timeout=1, stop_after=len(parts) + 1)]
    assert told == [str(commission.script_id)] * (len(parts) + 1)


def test_the_row_says_what_was_written(process: Process, commission: Commission) -> None:
    script = perform(process, commission.message()).result
    row = commission.read(
        "SELECT status, part_count, title, structured_script, llm_model_used, error, user_id,"
        " workflow_id FROM generated_scripts"
    )
    assert row == (
        "completed", len(script["parts"]), script["title"], script, "grounded-1", None,
        commission.user_id, commission.workflow_id,
    )  # fmt: skip


def test_how_much_there_will_be_stands_before_the_first_part_does(
    process: Process, commission: Commission, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AETHERCAST_SCRIPT_TIMEOUT_SECONDS", "1")
    relay.patience = 1
    assert isinstance(perform(process, commission.message(minutes=2)), Failed)
    assert commission.parts() == []
    row = "SELECT planned_parts, estimated_seconds, part_count, title FROM generated_scripts"
    parts, seconds, count, title = commission.read(row)
    assert parts > 2
    assert 108 < seconds < 132
    assert (count, bool(title)) == (None, True)
    relay.patience = 100
    monkeypatch.setenv("AETHERCAST_SCRIPT_TIMEOUT_SECONDS", "30")
    script = perform(process, commission.message(minutes=2)).result
    assert commission.read(row) == (
        len(script["parts"]), script["estimated_seconds"], len(script["parts"]), title,
    )  # fmt: skip
    ends = [line["estimated_end"] for part in script["parts"] for line in part["lines"]]
    assert ends == sorted(ends)
    assert abs(ends[-1] - script["estimated_seconds"]) < 0.01


@pytest.mark.parametrize(
    ("voices", "first"),
    [({}, "host_a"), ({"host_a": "michael", "host_b": "heart"}, "host_b")],
)
def test_the_host_whose_voice_is_fast_opens(
    process: Process, commission: Commission, voices: dict[str, str], first: str
) -> None:
    told = {"length_minutes": 1, "voices": voices}
    script = perform(process, commission.message(preferences=told)).result
    assert script["parts"][0]["lines"][0]["speaker"] == first
    (again,) = commission.read("SELECT topic_hash FROM generated_scripts")
    assert again


def test_lines_cite_spans_of_the_source_and_are_numbered(
    process: Process, commission: Commission
) -> None:
    script = perform(process, commission.message()).result
    (body,) = commission.read("SELECT body FROM sources")
    for part in script["parts"]:
        for place, line in enumerate(part["lines"]):
            assert line["line_id"] == f"{part['position']}.{place}"
            for citation in line["citations"]:
                assert citation["source_id"] == str(commission.source_ids[0])
                words = " ".join(body[citation["start"] : citation["end"]].split())
                assert line["text"].rstrip(".?").split()[-1] in words
    total = script["grounding"]["total"]
    assert total["facts"] == total["kept"] > 0
    assert len(script["grounding"]["thirds"]) == 3


def test_the_same_key_is_answered_without_another_call(
    process: Process, commission: Commission, relay: Relay
) -> None:
    first = perform(process, commission.message())
    calls = len(relay.passed)
    assert perform(process, commission.message()) == first
    assert perform(process, commission.message(key="another key")) == first
    assert len(relay.passed) == calls


def test_a_finished_script_needs_no_model_service(
    process: Process, commission: Commission, relay: Relay
) -> None:
    """Not even to ask which voices there are, as a worker does that has just been started."""
    first = perform(process, commission.message())
    relay.shut = True
    open_book.cache_clear()
    assert perform(process, commission.message(key="another key")) == first


def test_a_broken_run_goes_on_where_it_stopped_and_changes_no_part(
    process: Process, commission: Commission, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AETHERCAST_SCRIPT_TIMEOUT_SECONDS", "3")
    commission.add(source(commission.read("SELECT body FROM sources")[0], title="Again"))
    relay.patience = 3
    ending = perform(process, commission.message(minutes=3))
    assert isinstance(ending, Failed)
    before = commission.parts()
    assert len(before) == 2
    status, error = commission.read("SELECT status, error FROM generated_scripts")
    assert (status, error["retryable"]) == ("writing", True)
    relay.patience = 100
    monkeypatch.setenv("AETHERCAST_SCRIPT_TIMEOUT_SECONDS", "30")
    again = perform(process, commission.message(minutes=3))
    assert isinstance(again, Completed)
    assert commission.parts()[:2] == before
    assert len(relay.passed) == 1 + len(again.result["parts"])
    assert commission.read("SELECT status, error FROM generated_scripts") == ("completed", None)


def test_a_new_revision_asks_nobody_for_what_was_written_before(
    process: Process, commission: Commission, relay: Relay
) -> None:
    first = perform(process, commission.message()).result
    calls = len(relay.passed)
    second = perform(process, commission.message(key="two", revision=1)).result
    assert second["parts"] == first["parts"]
    assert len(relay.passed) == calls


def test_every_call_is_in_the_ledger(process: Process, commission: Commission) -> None:
    script = perform(process, commission.message()).result
    rows = commission.connection.execute(
        "SELECT kind, outcome, model FROM call_ledger ORDER BY call_id"
    ).fetchall()
    kinds = ["podcast_outline"] + ["podcast_part"] * len(script["parts"])
    assert rows == [(kind, "completed", "grounded") for kind in kinds]


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        ("short", "AimsRefused", "too little running prose"),
        ("foreign", "ForeignSource", "belongs to somebody else"),
        ("none", "NoSources", "no source"),
    ],
)
def test_what_cannot_be_written_is_said_in_plain_words(
    process: Process, commission: Commission, spoil: str, kind: str, words: str
) -> None:
    if spoil == "short":
        commission.source_ids.clear()
        commission.add(source("Menu\n\nHome\n\nContact\n"))
    elif spoil == "foreign":
        commission.source_ids[:] = [uuid.uuid4()]
    else:
        commission.source_ids.clear()
    ending = perform(process, commission.message())
    assert isinstance(ending, Failed)
    status, error = commission.read("SELECT status, error FROM generated_scripts")
    assert (status, error["type"], error["retryable"]) == ("failed", kind, False)
    assert words in error["message"]


def test_another_users_source_is_not_found(process: Process, commission: Commission) -> None:
    (other,) = commission.read("INSERT INTO users (subject) VALUES ('other') RETURNING user_id")
    commission.add(source("A secret."), user_id=other)
    ending = perform(process, commission.message())
    assert isinstance(ending, Failed)
    assert ending.error["type"] == "ForeignSource"


def test_a_source_without_text_may_be_tried_again(process: Process, commission: Commission) -> None:
    commission.add(source("", title="The mill"), body=None)
    ending = perform(process, commission.message())
    assert isinstance(ending, Failed)
    assert ending.error["retryable"]
    assert "The mill" in ending.error["message"]


def test_a_part_is_never_written_over(
    process: Process, commission: Commission, connection: "psycopg.Connection[Any]"
) -> None:
    perform(process, commission.message())
    connection.execute("UPDATE script_parts SET heading = 'as published' WHERE position = 0")
    connection.execute("UPDATE generated_scripts SET status = 'writing', part_count = NULL")
    ending = perform(process, commission.message(key="two"))
    assert ending.result["parts"][0]["heading"] == "as published"
    assert commission.parts()[0][1] == "as published"
