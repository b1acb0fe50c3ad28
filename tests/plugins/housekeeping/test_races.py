"""Whoever takes something up again, and the sweep, at the same moment."""

import random
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from agents.aims.speech.audio import Samples
from agents.aims.speech.backend import Voice
from agents.aims.speech.desk import Line, SpeechDesk
from agents.aims.speech.shelf import Shelf
from streamer.media import keep
from streamer.media.local import LocalStore
from tests.plugins.housekeeping.house import DAY, House


class Humming:
    """A voice that hums."""

    name = "humming"
    workers = 1
    voices: Mapping[str, Voice] = {"heart": Voice("heart", "unknown", "", "hum", "hum")}

    def __init__(self) -> None:
        self.spoken = 0

    def warm(self) -> None:
        return

    def speak(self, text: str, voice: str, rate: float) -> Samples:
        self.spoken += 1
        return np.full(240, 0.1, dtype=np.float32)


class Sweeper:
    """Looks and removes without a pause, while days pass between the uses of what it looks at.

    Never within a use: that is what the day of grace is for.
    """

    ENOUGH = 8

    def __init__(self, house: House, url: str) -> None:
        self._house = house
        self._url = url
        self._done = threading.Event()
        self._within_a_use = threading.Lock()
        self._threads = [threading.Thread(target=job) for job in (self._sweep, self._pass_days)]
        self.removed = 0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def uses(self) -> Iterator[int]:
        """Go on until enough was removed in the meantime, each time within a use."""
        for n in range(5000):
            with self._within_a_use:
                yield n
            if self.removed >= self.ENOUGH and n >= 100:
                return
        raise AssertionError(f"only {self.removed} were removed")

    def _sweep(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            sweeper = replace(self._house, connection=connection)
            while not self._done.is_set():
                sweeper.sweep("mark_orphans")
                self.removed += sweeper.sweep("remove_orphans").tallies[0].count

    def _pass_days(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            while not self._done.is_set():
                with self._within_a_use:
                    replace(self._house, connection=connection).pass_time()
                time.sleep(0.001)


def test_speech_that_is_used_again_while_it_is_swept(
    house: House, database_url: str, pool: "ConnectionPool[psycopg.Connection]"
) -> None:
    voice, chance = Humming(), random.Random(7)
    desk = SpeechDesk(voice, Shelf(pool, house.store))
    with Sweeper(house, database_url) as sweeper:
        for _ in sweeper.uses():
            key = f"line {chance.randrange(3)}"
            uri = desk.submit(key, Line(key, "heart")).done.result(10).audio_uri
            house.journal({"audio_uri": uri})
            assert house.store.exists(uri)
            if chance.random() < 0.8:
                house.run("DELETE FROM call_journal WHERE result ->> 'audio_uri' = %(u)s", u=uri)
    desk.close()
    referred = set(house.ask("SELECT result ->> 'audio_uri' FROM call_journal"))
    assert referred <= house.files() & house.rows()
    assert voice.spoken > 3


class Gated(LocalStore):
    """A store that takes its time to delete."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.deleting, self.go_on = threading.Event(), threading.Event()

    def delete(self, uri: str) -> None:
        self.deleting.set()
        assert self.go_on.wait(10)
        super().delete(uri)


def test_speech_on_the_point_of_being_removed_is_not_handed_out(
    house: House, tmp_path: Path, pool: "ConnectionPool[psycopg.Connection]"
) -> None:
    shelf, gated = Shelf(pool, house.store), Gated(tmp_path / "media")
    shelf.keep("line", "f" * 64, np.zeros(240, dtype=np.float32))
    house.run("UPDATE media_objects SET unreferenced_since = now() - interval '2 days'")
    with ThreadPoolExecutor(2) as threads:
        removal = threads.submit(replace(house, store=gated).sweep, "remove_orphans")
        assert gated.deleting.wait(10)
        found = threads.submit(shelf.find, "line")
        with pytest.raises(TimeoutError):
            found.result(0.3)
        gated.go_on.set()
        assert removal.result(10).tallies[0].count == 1
        assert found.result(10) is None


def test_a_key_that_is_kept_anew_while_it_is_swept(house: House, database_url: str) -> None:
    with Sweeper(house, database_url) as sweeper:
        for n in sweeper.uses():
            data = str(n).encode()
            uri = keep(house.connection, house.store, "one", data, "text/plain", None, None)
            assert house.store.read(uri) == data
            assert uri in house.rows()


def test_a_source_is_attached_before_the_sweep_or_not_at_all(
    house: House, database_url: str
) -> None:
    flow = house.workflow()
    house.podcast(flow, house.stream(flow, expires=DAY))
    alice = house.user()
    wanted, lost = house.upload(31 * DAY), house.upload(32 * DAY)
    house.run("UPDATE sources SET user_id = %(u)s", u=alice)
    owned = "SELECT source_id FROM sources WHERE source_id = %(s)s FOR KEY SHARE"
    with psycopg.connect(database_url) as accepting:
        accepting.execute(owned, {"s": wanted})
        assert house.sweep("uploads").tallies[0].count == 1
        accepting.execute(
            "INSERT INTO podcast_sources (podcast_id, source_id, position) VALUES (%s, %s, 0)",
            [flow, wanted],
        )
    assert house.sweep("uploads").tallies[0].count == 0
    assert house.ask("SELECT source_id FROM sources") == [wanted]
    assert house.ask(owned, s=lost) == []


def test_a_podcast_made_again_meanwhile_keeps_its_events(house: House, database_url: str) -> None:
    house.stream(house.workflow(9 * DAY))
    house.rest(9 * DAY)
    told = house.count("workflow_events")
    waits = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %(name)s"
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as threads:
        other.execute("SELECT FROM workflow_versions FOR UPDATE")
        with psycopg.connect(database_url, autocommit=True) as own:
            sweep = replace(house, connection=own).sweep
            sweeping = threads.submit(sweep, "events", event_seconds=DAY)
            while not (sweeping.done() or house.ask(waits, name=own.info.dbname)):
                time.sleep(0.01)
            other.execute(
                "UPDATE workflow_instances SET end_timestamp = NULL, overall_status = 'in_progress'"
            )
            other.commit()
            assert sweeping.result().tallies[0].count == 0
    assert house.count("workflow_events") == told + 1
