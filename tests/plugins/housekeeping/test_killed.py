"""Random houses, swept whole, swept twice, and swept by somebody who is killed anywhere."""

import itertools
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer.media.local import LocalStore
from tests.plugins.housekeeping.house import DAY, House


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Life:
    """How many more statements and deletions the sweeper lives to make."""

    left: int
    spent: int = field(default=0)

    def spend(self) -> None:
        self.spent += 1
        if self.spent > self.left:
            raise Killed


def mortal(url: str, life: Life) -> "psycopg.Connection[Any]":
    """A connection whose process is killed at the statement after its last."""

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> Any:
            life.spend()
            return super().execute(*args, **kwargs)

    return psycopg.connect(url, autocommit=True, cursor_factory=Cursor)


class MortalStore(LocalStore):
    """The same for deletions: some are done before the kill, some are not."""

    def __init__(self, root: Path, life: Life) -> None:
        super().__init__(root)
        self.life = life

    def delete(self, uri: str) -> None:
        self.life.spend()
        super().delete(uri)


@dataclass(frozen=True)
class Thing:
    """Something that is over, or is not."""

    kind: str
    over: bool
    marked: bool


KINDS = (
    "orphan", "unstored", "stray", "journal", "result", "stream", "open flow", "upload",
    "used upload", "request key", "agent key", "episode",
)  # fmt: skip
THINGS = st.lists(
    st.builds(Thing, st.sampled_from(KINDS), st.booleans(), st.booleans()), min_size=1, max_size=10
)


@dataclass
class World:
    """What was put into a house, and what must be left of it when all is swept."""

    house: House
    wanted: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)

    def put(self, thing: Thing) -> None:
        expires = -2 * DAY if thing.over else 2 * DAY
        getattr(self, f"put_{thing.kind.replace(' ', '_')}")(thing, expires)

    def keep(self, uri: str, wanted: bool) -> None:
        if wanted:
            self.wanted.add(uri)

    def stand(self, table: str, wanted: bool) -> None:
        self.rows[table] = self.rows.get(table, 0) + wanted

    def media(self, thing: Thing, **more: Any) -> str:
        return self.house.media(marked=2 * DAY if thing.marked else None, **more)

    def put_orphan(self, thing: Thing, expires: float) -> None:
        self.media(thing)

    def put_unstored(self, thing: Thing, expires: float) -> None:
        self.media(thing, stored=False)

    def put_stray(self, thing: Thing, expires: float) -> None:
        self.keep(self.house.file(age=2 * DAY if thing.over else 0), not thing.over)

    def put_journal(self, thing: Thing, expires: float) -> None:
        uri = self.media(thing)
        self.house.journal({"audio_uri": uri}, expires)
        self.keep(uri, not thing.over)
        self.stand("call_journal", not thing.over)

    def put_result(self, thing: Thing, expires: float) -> None:
        uri = self.media(thing)
        self.house.key(expires, {"image_url": uri}, dispatched=31 * DAY)
        self.keep(uri, not thing.over)
        self.stand("idempotency_keys", not thing.over)
        self.stand("agent_dispatches", not thing.over)

    def put_stream(self, thing: Thing, expires: float) -> None:
        before = self.house.files()
        self.house.stream(self.house.workflow(), expires, revisions=2)
        for uri in self.house.files() - before:
            self.keep(uri, not thing.over)
        self.rows["stream_segments"] = self.rows.get("stream_segments", 0) + 6

    def put_open_flow(self, thing: Thing, expires: float) -> None:
        flow = self.house.workflow(ended=DAY * 3 if thing.over else None)
        self.keep(self.media(thing, workflow_id=flow), not thing.over)

    def put_upload(self, thing: Thing, expires: float) -> None:
        source = self.house.upload(31 * DAY if thing.over else DAY)
        self.keep(f"media:///sources/{source}", not thing.over)
        self.stand("sources", not thing.over)

    def put_used_upload(self, thing: Thing, expires: float) -> None:
        source = self.house.upload(31 * DAY, read=thing.over)
        self.house.attach(source, self.podcast())
        self.keep(f"media:///sources/{source}", True)
        self.stand("sources", True)

    def put_request_key(self, thing: Thing, expires: float) -> None:
        self.house.request_key(self.house.user(), expires)
        self.stand("request_keys", not thing.over)

    def put_agent_key(self, thing: Thing, expires: float) -> None:
        self.house.key(expires, lease=5 if thing.marked else None)
        self.stand("idempotency_keys", not thing.over or thing.marked)

    def put_episode(self, thing: Thing, expires: float) -> None:
        uri = self.media(thing)
        self.podcast(audio_uri=uri)
        self.keep(uri, True)

    def podcast(self, **uris: str) -> Any:
        flow = self.house.workflow()
        stream = self.house.empty_stream(flow)
        self.house.podcast(flow, stream, **uris)
        return flow

    def check_live(self) -> None:
        """Nothing that is wanted was touched."""
        assert self.wanted <= self.house.files()

    def check(self) -> None:
        """Everything that is over is gone, and nothing else is."""
        assert self.house.files() == self.wanted
        young = {uri for uri in self.wanted if "/speech/" in uri}
        assert self.house.rows() == self.wanted - young
        assert {table: self.house.count(table) for table in self.rows} == self.rows
        assert self.house.ask("SELECT uri FROM stream_segments AS s WHERE uri IS NOT NULL "
                              "AND NOT EXISTS (SELECT FROM media_objects AS m WHERE m.uri = s.uri)"
                              ) == []  # fmt: skip


def build(house: House, things: list[Thing]) -> World:
    house.clear()
    world = World(house)
    for thing in things:
        world.put(thing)
    return world


RANDOM = settings(
    max_examples=15, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@RANDOM
@given(THINGS)
def test_all_that_is_over_goes_and_nothing_else(house: House, things: list[Thing]) -> None:
    world = build(house, things)
    for _ in range(2):
        house.sweep_all()
        world.check_live()
        house.pass_time()
    house.sweep_all()
    world.check()
    assert house.sweep_all() == {}
    world.check()


@RANDOM
@given(THINGS, st.integers(0, 45), st.integers(1, 3))
def test_a_sweeper_killed_anywhere_leaves_what_the_next_one_ends(
    house: House, database_url: str, tmp_path: Path, things: list[Thing], left: int, most: int
) -> None:
    world = build(house, things)
    for day in itertools.count():
        life = Life(left * (day + 1))
        try:
            with mortal(database_url, life) as connection:
                store = MortalStore(tmp_path / "media", life)
                replace(house, connection=connection, store=store).sweep_all(most=most)
        except Killed:
            pass
        world.check_live()
        house.pass_time()
        if day == 2:
            break
    for _ in range(2):
        house.sweep_all()
        house.pass_time()
    house.sweep_all()
    world.check()
