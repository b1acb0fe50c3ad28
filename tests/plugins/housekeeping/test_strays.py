"""Files without a row are given one, and go as all others do."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage  # type: ignore[attr-defined,import-untyped]

from plugins.housekeeping.orphans import remove_orphans
from plugins.housekeeping.strays import MostlyStrays, take_up_strays
from streamer.media.gcs import GoogleStore
from tests.conftest import free_port
from tests.plugins.housekeeping.house import DAY, HOUR, House
from tests.streamer.media.bucket import run_bucket


def test_an_old_file_without_a_row_goes_in_one_run(house: House) -> None:
    flow = house.workflow()
    kept = house.media(workflow_id=flow)
    house.podcast(flow, house.stream(flow, expires=DAY), audio_uri=kept)
    old, young = house.file(age=25 * HOUR), house.file(age=23 * HOUR)
    assert house.sweep_all() == {"marked stray file": 1, "removed media object": 1}
    assert old not in house.files() | house.rows()
    assert {young, kept} <= house.files()


def test_a_stray_that_something_refers_to_stays(house: House) -> None:
    stray = house.file()
    house.journal({"audio_uri": stray})
    house.sweep_all()
    assert stray in house.files() & house.rows()


def test_what_lies_where_no_room_of_ours_keeps_things_is_somebody_elses(house: House) -> None:
    theirs = {house.file("backup/dump.sql"), house.file("notes.txt")}
    assert house.sweep_all() == {}
    assert house.files() == theirs


def test_what_died_half_written_goes(house: House, tmp_path: Path) -> None:
    house.file(age=0)
    half = tmp_path / "media" / ".incoming" / "half"
    half.parent.mkdir()
    half.write_bytes(b"half")
    os.utime(half, (time.time() - 2 * DAY,) * 2)
    assert house.sweep_all() == {"removed half-written file": 1}
    assert not half.exists()


def test_a_store_whose_files_are_mostly_strangers_is_left_alone(house: House) -> None:
    """Whoever points an empty database to a full bucket must not lose the bucket."""
    strays = {house.file() for _ in range(30)}
    for n in range(20):
        house.media(f"known/{n}")
    with pytest.raises(MostlyStrays, match="trust_database") as refused:
        house.sweep("take_up_strays")
    assert not refused.value.retryable
    assert strays <= house.files()
    assert strays.isdisjoint(house.rows())
    assert house.sweep("take_up_strays", trust_database=True).tallies[0].count == 30


def test_a_few_strays_are_no_cause_for_alarm(house: House) -> None:
    for _ in range(19):
        house.file()
    assert house.sweep("take_up_strays").tallies[0].count == 19


def test_a_look_that_ran_out_of_time_goes_on_where_it_stopped(house: House) -> None:
    for n in range(5):
        house.file(f"streams/{n}")
    taken = []
    for _ in range(3):
        report = house.sweep("take_up_strays", most=2, step_seconds=0)
        taken.append((report.tallies[0].count, report.unfinished))
    assert taken == [(2, True), (2, True), (1, False)]


def test_a_bucket_is_swept_as_a_folder_is(house: House) -> None:
    with run_bucket("shelf", free_port()) as url:
        client = storage.Client(
            project="p",
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            client_options={"api_endpoint": url},
        )
        store = GoogleStore("shelf", "media", client)
        kept, orphan, stray = (store.put(f"speech/{n}.wav", b"wav", "audio/wav") for n in range(3))
        house.run(
            """INSERT INTO media_objects (uri, media_type, bytes, stored_at, unreferenced_since)
               VALUES (%(k)s, 'audio/wav', 3, now(), now()), (%(o)s, 'audio/wav', 3, now(), now())
            """,
            k=kept, o=orphan,
        )  # fmt: skip
        house.journal({"audio_uri": kept})
        limits = replace(house.limits, media_seconds=0, most=1)
        assert take_up_strays(house.connection, store, limits).tallies[0].count == 1
        assert remove_orphans(house.connection, store, limits).tallies[0].count == 2
        assert [each.uri for each in store.objects()] == [kept]
        assert house.rows() == {kept}
        assert stray not in house.rows()
