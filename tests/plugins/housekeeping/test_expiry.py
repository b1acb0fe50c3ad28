"""Rows go when their time is over, and not before."""

from collections.abc import Callable

import psycopg
import pytest

from tests.plugins.housekeeping.house import DAY, HOUR, House


def test_request_keys_past_their_day(house: House) -> None:
    alice = house.user()
    for expires in (-1, -DAY, HOUR):
        house.request_key(alice, expires)
    assert house.sweep_all() == {"removed request key": 2}
    assert house.count("request_keys") == 1


def test_sessions_that_ended_long_ago(house: House) -> None:
    alice = house.user()
    for expires in (-31 * DAY, -29 * DAY, HOUR):
        house.session(alice, expires)
    assert house.sweep_all() == {"removed session": 1}


def test_login_links_nobody_followed(house: House) -> None:
    house.login_code(house.user(), -1)
    house.login_code(house.user(), HOUR)
    assert house.sweep_all() == {"removed login link": 1}


def test_events_of_what_ended_long_ago(house: House) -> None:
    flows = [house.workflow(ended) for ended in (None, 6 * DAY, 8 * DAY, 9 * DAY)]
    house.run("UPDATE workflow_instances SET triggered_at = now()")
    house.run("UPDATE workflow_versions AS told SET changed_at = coalesce(end_timestamp, now()"
              " - interval '1 year') FROM workflow_instances AS flow"
              " WHERE flow.workflow_id = told.workflow_id")  # fmt: skip
    assert house.count("workflow_events") == 4
    week = {"event_seconds": 7 * DAY, "most": 1}
    report = house.sweep("events", step_seconds=0, **week)
    assert (report.tallies[0].count, report.unfinished) == (1, True)
    assert house.sweep_all(**week) == {"removed event": 1}
    assert set(house.ask("SELECT workflow_id FROM workflow_events")) == set(flows[:2])
    assert house.count("workflow_versions") == 4


def test_a_podcast_made_again_is_come_by_again(house: House) -> None:
    house.workflow(9 * DAY)
    house.run("UPDATE workflow_instances SET triggered_at = now()")
    house.rest(9 * DAY)
    assert house.sweep_all(event_seconds=7 * DAY) == {"removed event": 1}
    house.run("UPDATE workflow_instances SET end_timestamp = now() - interval '8 days'")
    assert house.sweep_all(event_seconds=7 * DAY) == {}
    house.rest(8 * DAY)
    assert house.sweep_all(event_seconds=7 * DAY) == {"removed event": 1}
    assert house.sweep_all(event_seconds=7 * DAY) == {}


def test_what_later_sweeps_tell_is_forgotten_too(house: House) -> None:
    flow = house.workflow(40 * DAY)
    house.stream(flow)
    task = house.dispatch("gone", 31 * DAY)
    house.run("UPDATE agent_dispatches SET workflow_id = %(flow)s WHERE task_id = %(task)s",
              flow=flow, task=task)  # fmt: skip
    house.rest(40 * DAY)
    week = {"event_seconds": 7 * DAY}
    assert house.sweep("events", **week).tallies[0].count == 2
    assert house.sweep("streams").tallies[0].count == 1
    assert house.sweep("agent_keys").tallies[0].count == 1
    assert house.ask("SELECT data -> 'what' FROM workflow_events ORDER BY seq") == [
        ["stream"], ["steps"],
    ]  # fmt: skip
    assert house.sweep("events", **week).tallies[0].count == 0
    house.rest(8 * DAY)
    assert house.sweep("events", **week).tallies[0].count == 2
    assert house.count("workflow_events") == 0


def test_journal_entries_and_never_the_ledger(house: House) -> None:
    house.journal({"text": "x"}, -1)
    house.journal({"text": "x"}, 1)
    assert house.sweep_all() == {"removed journal entry": 1}


KEYS: list[tuple[str, Callable[[House], object], bool]] = [
    ("over, without a task", lambda house: house.key(-1), True),
    ("over, its task ended long ago", lambda house: house.key(-1, dispatched=31 * DAY), True),
    ("over, its task ended lately", lambda house: house.key(-1, dispatched=DAY), False),
    ("over, its task still open", lambda house: house.key(-1, dispatched="open"), False),
    ("over, but at work", lambda house: house.key(-1, lease=5), False),
    ("over, its owner dead", lambda house: house.key(-1, lease=-5), True),
    ("not over", lambda house: house.key(HOUR, dispatched=31 * DAY), False),
]


@pytest.mark.parametrize(("make", "goes"), [case[1:] for case in KEYS], ids=[c[0] for c in KEYS])
def test_agents_keys_go_with_their_tasks(
    house: House, make: Callable[[House], object], goes: bool
) -> None:
    make(house)
    tasks = house.count("agent_dispatches")
    house.sweep_all()
    assert house.count("idempotency_keys") == (0 if goes else 1)
    assert house.count("agent_dispatches") == (0 if goes else tasks)


def test_a_task_that_never_had_a_key_goes_by_its_own_age(house: House) -> None:
    house.dispatch("gone", 31 * DAY)
    house.dispatch("gone too", DAY)
    house.dispatch("open", None)
    assert house.sweep_all() == {"removed agent task": 1}


@pytest.mark.parametrize(
    ("expires", "ended", "swept"),
    [
        (-25 * HOUR, 10 * DAY, True),
        (-23 * HOUR, 10 * DAY, False),
        (HOUR, 10 * DAY, False),
        (-10 * DAY, None, False),
        (-10 * DAY, 23 * HOUR, False),
    ],
)
def test_an_expired_stream_keeps_its_record_and_gives_up_its_bytes(
    house: House, expires: float, ended: float | None, swept: bool
) -> None:
    flow = house.workflow(ended)
    stream = house.stream(flow, expires, revisions=2)
    episode = house.media("episode.mp3", flow)
    house.podcast(flow, stream, audio_uri=episode)
    house.sweep_all()
    house.pass_time()
    house.sweep_all()
    assert house.files() == house.rows()
    assert (house.files() == {episode}) is swept
    assert house.ask("SELECT count(*) FROM stream_segments WHERE line_id IS NOT NULL") == [4]
    assert house.ask("SELECT status FROM streams WHERE swept_at IS NOT NULL") == ["ended"] * swept


def test_whoever_listens_is_told_that_a_stream_is_over(house: House, database_url: str) -> None:
    stream = house.stream(house.workflow())
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN stream_segment")
        house.sweep("streams")
        (note,) = list(listener.notifies(timeout=5, stop_after=1))
    assert note.payload == str(stream)


@pytest.mark.parametrize("kind", ["upload", "text"])
def test_uploads_that_were_never_used(house: House, kind: str) -> None:
    flow = house.workflow()
    house.podcast(flow, house.stream(flow, expires=DAY))
    old, young, used = (house.upload(age * DAY, kind=kind) for age in (31, 29, 31))
    house.attach(used, flow)
    assert house.sweep("uploads").tallies[0].count == 1
    assert set(house.ask("SELECT source_id FROM sources")) == {young, used}
    house.sweep_all()
    house.pass_time()
    house.sweep_all()
    assert all(str(old) not in uri for uri in house.files())
    assert sum("sources/" in uri for uri in house.files()) == (2 if kind == "upload" else 0)


def test_a_long_row_of_batches_takes_everything(house: House) -> None:
    alice = house.user()
    for _ in range(7):
        house.request_key(alice, -1)
    assert house.sweep_all(most=2) == {"removed request key": 7}


def test_when_time_is_over_the_next_run_goes_on(house: House) -> None:
    alice = house.user()
    for _ in range(7):
        house.request_key(alice, -1)
    report = house.sweep("request_keys", most=2, step_seconds=0)
    assert (report.tallies[0].count, report.unfinished) == (2, True)
    assert not house.sweep("request_keys", most=2).unfinished
    assert house.count("request_keys") == 0


def test_a_row_somebody_is_at_work_on_is_left_for_the_next_run(
    house: House, database_url: str
) -> None:
    alice = house.user()
    house.request_key(alice, -1)
    house.request_key(alice, -2)
    with psycopg.connect(database_url) as other:
        other.execute("SELECT FROM request_keys ORDER BY expires_at LIMIT 1 FOR UPDATE")
        assert house.sweep_all() == {"removed request key": 1}
    assert house.sweep_all() == {"removed request key": 1}


def test_a_dry_run_counts_and_changes_nothing(house: House) -> None:
    alice, flow = house.user(), house.workflow()
    house.request_key(alice, -1)
    house.journal({}, -1)
    house.key(-1, dispatched=31 * DAY)
    house.upload(31 * DAY)
    house.stream(flow)
    house.media()
    house.media(marked=2 * DAY)
    house.file()
    before = dump(house)
    found = house.sweep_all(dry_run=True)
    assert found == {
        "removed request key": 1, "removed journal entry": 1, "removed agent task": 1,
        "removed expired stream": 1, "removed unused upload": 1, "marked media object": 1,
        "marked stray file": 1, "removed media object": 1,
    }  # fmt: skip
    assert dump(house) == before


def dump(house: House) -> object:
    tables = (
        "request_keys", "call_journal", "idempotency_keys", "agent_dispatches", "sources",
        "streams", "stream_segments", "media_objects", "housekeeping_positions",
    )  # fmt: skip
    found = {name: sorted(house.ask(f"SELECT t::text FROM {name} AS t")) for name in tables}
    return found, house.files()
