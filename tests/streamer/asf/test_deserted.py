"""A publisher that dies for good: its listeners are told, as long as nobody else can say so. Who is
slow, or waits for their turn, is waited for."""

import asyncio
import hashlib
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from streamer.asf.vigil import SILENCE, Patience, Silence, Vigil
from streamer.record import StreamWriter
from streamer.segments import STATE
from tests.streamer.asf.conftest import Server, capability_for, collect, run_server
from tests.streamer.asf.test_crowding import listeners, wait_for
from tests.streamer.conftest import Studio, add_stream
from tests.streamer.sounds import babble

KEY = """INSERT INTO idempotency_keys (idempotency_key, task_name, workflow_id, status,
    request_fingerprint, owner, lease_expires_at, expires_at, updated_at)
    VALUES (%(key)s, %(task)s, %(workflow)s, 'processing', '', 'somebody',
        now() + %(left)s * interval '1 second', now() + interval '1 day',
        now() - %(ago)s * interval '1 second')
    ON CONFLICT (idempotency_key, task_name) DO UPDATE SET updated_at = now()"""
DISPATCH = """INSERT INTO agent_dispatches (task_id, idempotency_key, task_name, workflow_id, queue,
    kwargs) VALUES (gen_random_uuid(), %(key)s, 'voice.speak', %(workflow)s, 'voice', '{}')"""
STEP = """INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, task_order,
    last_updated_timestamp) VALUES (%(workflow)s, 'X', %(key)s, 1, now() - interval '5 seconds')"""
OLD = """UPDATE workflow_instances SET overall_status = 'in_progress',
    last_updated_timestamp = now() - interval '1 hour' WHERE workflow_id = %(workflow)s"""
OTHERS = """UPDATE workflow_instances SET overall_status = %(status)s,
    last_updated_timestamp = now() - interval '5 seconds' WHERE workflow_id = %(workflow)s"""


def tell(studio: Studio, statement: str, **values: object) -> None:
    standard = {"key": uuid.uuid4().hex, "workflow": studio.workflow_id, "task": "voice.speak"}
    with psycopg.connect(studio.url, autocommit=True) as connection:
        connection.execute(statement.encode(), {"left": 12, "ago": 5, **standard, **values})


def silence(studio: Studio) -> Silence:
    with psycopg.connect(studio.url) as connection:
        found = SILENCE.one(connection, stream_id=studio.stream_id)
    assert found is not None
    return found


def silent_for(studio: Studio) -> float:
    seconds = silence(studio).seconds
    assert seconds is not None
    return seconds


@pytest.fixture
def alone(database_url: str, studio: Studio) -> Studio:
    """A stream in a database where nothing else is at work, its flow silent for an hour."""
    stream, workflow, user = add_stream(database_url)
    one = replace(studio, url=database_url, stream_id=stream, workflow_id=workflow, user_id=user)
    tell(one, OLD)
    return one


def test_nobody_is_at_work(alone: Studio) -> None:
    assert silence(alone).seconds == pytest.approx(3600, abs=60)
    assert silence(alone).begun is False


@pytest.mark.parametrize(
    ("statement", "values"), [(STEP, {}), (KEY, {"task": "writer.write"}), (KEY, {"left": -3})]
)
def test_each_is_a_sign_of_work(alone: Studio, statement: str, values: dict[str, Any]) -> None:
    tell(alone, statement, **values)
    assert silence(alone).seconds == pytest.approx(5, abs=4)


def test_whoever_waits_for_a_worker_lives_as_long_as_such_workers_do(alone: Studio) -> None:
    _, other, _ = add_stream(alone.url)
    tell(alone, DISPATCH)
    tell(alone, KEY, workflow=other, task="writer.write")
    assert silent_for(alone) > 3000, "another trade is no help"
    tell(alone, KEY, workflow=other, left=-1)
    assert silent_for(alone) > 3000, "nor is one who died"
    tell(alone, KEY, workflow=other)
    assert silent_for(alone) < 60


def test_whoever_waits_for_airflow_lives_as_long_as_it_begins_anything(alone: Studio) -> None:
    _, other, _ = add_stream(alone.url)
    tell(alone, OTHERS, workflow=other, status="pending")
    assert silent_for(alone) > 3000, "that it was asked for is no sign of Airflow"
    tell(alone, OTHERS, workflow=other, status="in_progress")
    assert silent_for(alone) < 60
    tell(alone, DISPATCH)
    assert silent_for(alone) > 3000, "Airflow has done its part"


def test_a_flow_that_reads_its_sources_again_waits_as_long_as_at_the_first_time(
    alone: Studio,
) -> None:
    """Cleared from the start while its stream is open: no agent of its is asked for anything, and
    a slow source leaves no sign."""
    with ConnectionPool(alone.url, min_size=1, max_size=2, open=True) as pool:
        writer = StreamWriter.open(pool, alone.store, alone.stream_id, "first")
        writer.append("0.0", babble(0.5), 0.2)
    tell(alone, DISPATCH)
    assert silence(alone).begun
    tell(alone, "UPDATE agent_dispatches SET status = 'REVOKED'")
    assert not silence(alone).begun


AHEAD = """UPDATE workflow_instances SET last_updated_timestamp = now() + interval '1 day'
    WHERE workflow_id = %(workflow)s"""


def test_a_sign_from_the_future_is_none_but_what_comes_behind_it_is(alone: Studio) -> None:
    """The database's clock was set back: what was written before says nothing about now."""
    tell(alone, AHEAD)
    assert silence(alone).seconds is None
    tell(alone, KEY)
    assert silence(alone).seconds == pytest.approx(5, abs=4)


def test_where_no_sign_can_be_dated_listeners_wait_their_full_patience_once(alone: Studio) -> None:
    tell(alone, AHEAD)
    assert asyncio.run(desertions(alone, Patience(60, 60), 0, 0.2)) == [False, False]
    assert asyncio.run(desertions(alone, Patience(1, 1), 0, 1.1)) == [False, True]


async def desertions(alone: Studio, patience: Patience, *pauses: float) -> list[bool]:
    """What a vigil thinks after each of these pauses."""
    vigil, thought = Vigil(patience), []
    vigil._doubt = 0.1
    async with await psycopg.AsyncConnection.connect(alone.url, autocommit=True) as connection:
        state = await STATE.aone(connection, stream_id=alone.stream_id)
        assert state is not None
        for pause in pauses:
            await asyncio.sleep(pause)
            await vigil.look(connection, state)
            thought.append(vigil.deserted)
    return thought


def test_before_the_voice_begins_listeners_wait_longer() -> None:
    patience = Patience(begun=120, unbegun=600)
    assert patience.left(Silence(130, begun=True)) < 0 < patience.left(Silence(130, begun=False))


@pytest.mark.parametrize("lives", [True, False])
def test_a_silence_is_believed_at_the_second_look(alone: Studio, lives: bool) -> None:
    """The first may be a clock that jumped, or a machine that slept: whoever lives says so soon."""
    asyncio.run(look_twice(alone, lives))


async def look_twice(alone: Studio, lives: bool) -> None:
    vigil = Vigil(Patience(60, 60))
    vigil._doubt = 0.1
    async with await psycopg.AsyncConnection.connect(alone.url, autocommit=True) as connection:
        state = await STATE.aone(connection, stream_id=alone.stream_id)
        assert state is not None
        await vigil.look(connection, state)
        await vigil.look(connection, state)
        assert not vigil.deserted
        if lives:
            tell(alone, KEY, ago=0)
        await asyncio.sleep(0.2)
        await vigil.look(connection, state)
        assert vigil.deserted is not lives


@pytest.fixture(scope="module")
def impatient(hall: Studio) -> Iterator[Server]:
    with run_server(hall, stalled_seconds=1, unbegun_seconds=1, poll_seconds=0.2) as running:
        yield running


def test_a_voice_that_died_for_good_and_nobody_says_so(studio: Studio, impatient: Server) -> None:
    """All of the orchestrator is dead: what was said is heard, then that no more will come. Who
    comes back later hears whether it went on."""
    writer = studio.open()
    writer.append("0.0", babble(0.5), 0.2)
    tell(studio, OLD)
    capability = capability_for(studio)
    with impatient.connect(capability) as socket:
        heard = collect(socket)
    assert (heard.last["code"], heard.last["retryable"]) == ("stream_stalled", False)
    assert (heard.close_code, len(heard.data)) == (1008, writer.length)
    assert impatient.listen(capability, cursor=writer.length).last["code"] == "stream_stalled"
    writer.append("0.1", babble(0.5), 0.2)
    ended = writer.end()
    rest = impatient.listen(capability, cursor=len(heard.data), revision=0)
    assert hashlib.sha256(heard.data + rest.data).hexdigest() == ended.sha256


def test_a_slow_voice_is_waited_for_as_long_as_it_lives(studio: Studio) -> None:
    writer = studio.open()
    tell(studio, OLD)
    died, key = threading.Event(), uuid.uuid4().hex
    values = {"key": key, "workflow": studio.workflow_id, "task": "voice.speak", "left": 60,
              "ago": 0}  # fmt: skip

    def renew() -> None:
        with psycopg.connect(studio.url, autocommit=True) as connection:
            while not died.wait(0.2):
                connection.execute(KEY.encode(), values)

    voice = threading.Thread(target=renew, daemon=True)
    tell(studio, KEY, **values)
    voice.start()
    with (
        run_server(studio, stalled_seconds=3, unbegun_seconds=3, poll_seconds=0.2) as asf,
        asf.connect(capability_for(studio)) as socket,
    ):
        try:
            while True:  # longer than it takes to see a silence twice
                socket.recv(timeout=7)
        except TimeoutError:
            assert socket.ping().wait(5)
        writer.append("0.0", babble(0.5), 0.2)
        assert isinstance(socket.recv(timeout=5), bytes)
        died.set()
        voice.join()
        assert collect(socket).last["code"] == "stream_stalled"


def test_a_paused_listener_is_told_when_they_go_on(studio: Studio, impatient: Server) -> None:
    studio.open()
    tell(studio, OLD)
    with impatient.connect(capability_for(studio)) as socket:
        socket.send('{"type":"pause"}')
        wait_for(lambda: listeners(impatient) == 1)
        impatient.listen(capability_for(studio))
        socket.send('{"type":"resume"}')
        assert collect(socket).last["code"] == "stream_stalled"
