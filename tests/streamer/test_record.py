"""The record has no hole, no double and one writer, whatever dies."""

import hashlib
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from streamer.errors import (
    DamagedSegment,
    FenceLost,
    StreamCancelled,
    StreamClosed,
    StreamerError,
    UnknownStream,
)
from streamer.media.local import LocalStore
from streamer.record import TAKE, StreamWriter
from streamer.webm import write_header
from tests.conftest import ROOT
from tests.streamer.conftest import Studio, add_stream
from tests.streamer.sounds import babble
from tests.streamer.speaker import LINES, speak

STATUS = "SELECT status, revision, bytes, frames, sha256 FROM streams WHERE stream_id = %(stream)s"
RUNS = (
    "SELECT position, line_id, first_byte, bytes, first_frame, frames, uri, sha256"
    " FROM stream_segments WHERE stream_id = %(stream)s AND revision = %(revision)s"
    " ORDER BY position"
)


def whole(studio: Studio, revision: int = 0) -> bytes:
    """The stream's bytes as its rows have them, checked for holes."""
    data, frame = b"", 0
    for position, row in enumerate(studio.look(RUNS, revision=revision)):
        place, _, first_byte, length, first_frame, frames, uri, digest = row
        assert (place, first_byte, first_frame) == (position, len(data), frame)
        piece = studio.store.read(str(uri))
        assert (len(piece), hashlib.sha256(piece).hexdigest()) == (length, digest)
        data, frame = data + piece, frame + int(str(frames))
    return data


def test_a_recorded_stream_is_whole(studio: Studio) -> None:
    writer = studio.open()
    speak(writer)
    ended = writer.end()
    data = whole(studio)
    assert data.startswith(write_header())
    assert studio.store.read(ended.uri) == data
    assert (ended.bytes, ended.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    frames = round(ended.seconds * 50)
    assert studio.look(STATUS) == [("ended", 0, len(data), frames, ended.sha256)]
    spoken = sum(len(samples) / 24_000 for _, samples in LINES)
    assert spoken + 1.8 <= ended.seconds <= spoken + 1.8 + 0.03 * len(LINES)


def test_every_object_belongs_to_the_caller_and_is_stored(studio: Studio) -> None:
    speak(studio.open())
    rows = studio.look(
        "SELECT DISTINCT user_id, workflow_id, media_type, stored_at IS NOT NULL FROM media_objects"
    )
    assert rows == [(studio.user_id, studio.workflow_id, "audio/webm", True)]


def test_line_spans_are_where_the_lines_are(studio: Studio) -> None:
    writer = studio.open()
    writer.append("0.0", babble(1.0), 0.5)
    second = writer.append("0.1", babble(1.0), 0.5)
    assert list(writer.line_spans) == ["0.0", "0.1"]
    assert writer.line_spans["0.0"].start == 0.0
    assert writer.line_spans["0.1"].start == second.first_frame * 0.02
    assert 1.5 <= writer.line_spans["0.0"].seconds <= 1.53


def test_a_killed_writer_is_continued_to_the_same_bytes(studio: Studio, tmp_path: Path) -> None:
    undisturbed_stream = add_stream(studio.url)[0]
    undisturbed = StreamWriter.open(
        studio.pool, LocalStore(tmp_path / "other"), undisturbed_stream, "x"
    )
    speak(undisturbed)
    media = tmp_path / "media"
    command = [sys.executable, "-m", "tests.streamer.speaker", studio.url, str(media)]
    chance = random.Random(7)
    spoken: list[str] = []
    for lines in (0, 3, 2):
        process = subprocess.Popen(
            [*command, str(studio.stream_id)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        spoken += [process.stdout.readline().strip() for _ in range(lines)]
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.wait()
        spoken += process.stdout.read().split()
    writer = studio.open()
    speak(writer)
    assert writer.end().sha256 == undisturbed.end().sha256
    assert whole(studio) == studio.store.read(writer.end().uri)
    assert len(spoken) == len(set(spoken)), "a recorded line was recorded again"


def test_a_crash_between_bytes_and_row_leaves_no_hole(studio: Studio) -> None:
    """The object is there, its row is not: the re-run writes the same object and goes on."""
    writer = studio.open()
    first = writer.append("0.0", babble(1.0), 0.2)
    with psycopg.connect(studio.url, autocommit=True) as connection:
        connection.execute("DELETE FROM stream_segments WHERE position = 1")
        connection.execute(
            "UPDATE streams SET bytes = bytes - %s, frames = frames - %s",
            (first.bytes, first.frames),
        )
    again = studio.open()
    assert again.finished_lines == []
    assert again.append("0.0", babble(1.0), 0.2) == first
    whole(studio)


def test_a_zombie_is_refused(studio: Studio) -> None:
    zombie = studio.open()
    zombie.append("0.0", babble(0.5), 0.2)
    successor = studio.open()
    with pytest.raises(FenceLost):  # at the very byte where the successor will go on
        zombie.append("0.1", babble(0.7, seed=9), 0.2)
    successor.append("0.1", babble(0.5), 0.2)
    for say in (
        lambda: zombie.append("0.1", babble(0.7, seed=9), 0.2),
        zombie.end,
        lambda: zombie.fail("no"),
        zombie.cancel,
        lambda: zombie.judge({"passed": True}),
    ):
        with pytest.raises(FenceLost):
            say()
    assert successor.finished_lines == ["0.0", "0.1"]
    successor.append("0.2", babble(0.5), 0.2)
    assert successor.end().sha256 == hashlib.sha256(whole(studio)).hexdigest()


def test_two_writers_at_once_never_spoil_the_record(studio: Studio) -> None:
    refused: list[Exception] = []

    def insist(seed: int) -> None:
        for attempt in range(4):
            try:
                writer = studio.open()
                for n in range(len(writer.finished_lines), 6):
                    writer.append(f"0.{n}", babble(0.1, seed=10 * seed + attempt + n), 0.0)
            except StreamerError as error:
                refused.append(error)

    threads = [threading.Thread(target=insist, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error for error in refused if not isinstance(error, FenceLost)] == []
    writer = studio.open()
    assert writer.finished_lines == [f"0.{n}" for n in range(len(writer.finished_lines))]
    assert writer.end().sha256 == hashlib.sha256(whole(studio)).hexdigest()


def test_takers_who_meet_are_served_one_after_the_other(studio: Studio) -> None:
    def take(_: int) -> int:
        with studio.pool.connection() as connection:
            grant = TAKE.one(connection, stream_id=studio.stream_id, owner="first")
        return grant.fence if grant else -1

    with ThreadPoolExecutor(8) as threads:
        fences = list(threads.map(take, range(40)))
    assert sorted(fences) == list(range(1, 41))


def test_a_new_owner_starts_anew_and_the_old_one_never_returns(studio: Studio) -> None:
    old = studio.open("key of generation 0")
    speak(old)
    old_bytes = whole(studio, 0)
    new = studio.open("key of generation 1")
    assert (new.grant.revision, new.finished_lines, new.seconds) == (1, [], 0.0)
    assert studio.look(STATUS)[0][:2] == ("open", 1)
    new.append("0.0", babble(0.5), 0.2)
    with pytest.raises(FenceLost):
        studio.open("key of generation 0")
    assert whole(studio, 0) == old_bytes
    assert whole(studio, 1) == studio.store.read(new.end().uri)


def test_an_ended_stream_stays_as_it_is(studio: Studio) -> None:
    writer = studio.open()
    writer.append("0.0", babble(0.5), 0.2)
    ended = writer.end()
    again = studio.open()
    assert (again.ended, again.end()) == (True, ended)
    with pytest.raises(StreamClosed):
        again.append("0.1", babble(0.5), 0.2)
    with pytest.raises(StreamClosed):
        again.fail("too late")


def test_a_failed_stream_goes_on_when_its_owner_tries_again(studio: Studio) -> None:
    writer = studio.open()
    writer.append("0.0", babble(0.5), 0.2)
    writer.fail("The voice lost its voice.")
    assert studio.look("SELECT status, error FROM streams") == [
        ("failed", "The voice lost its voice.")
    ]
    again = studio.open()
    again.append("0.1", babble(0.5), 0.2)
    assert studio.look("SELECT status, error FROM streams") == [("open", None)]


def test_a_cancelled_stream_takes_nothing_more(studio: Studio) -> None:
    writer = studio.open()
    with psycopg.connect(studio.url, autocommit=True) as connection:
        connection.execute("UPDATE streams SET status = 'cancelled'")
    with pytest.raises(StreamCancelled):
        writer.append("0.0", babble(0.5), 0.2)
    assert studio.open().finished_lines == []  # whoever asks again under its key means it


@pytest.mark.parametrize(
    ("status", "refusal"), [("cancelled", StreamCancelled), ("failed", StreamClosed)]
)
def test_a_voice_that_comes_after_the_end_opens_nothing(
    studio: Studio, status: str, refusal: type[StreamerError]
) -> None:
    with studio.pool.connection() as connection:
        connection.execute(
            "UPDATE workflow_instances SET overall_status = %s, end_timestamp = now()"
            " WHERE workflow_id = (SELECT workflow_id FROM streams WHERE stream_id = %s)",
            (status, studio.stream_id),
        )
        connection.execute(
            "UPDATE streams SET status = %s WHERE stream_id = %s", (status, studio.stream_id)
        )
    with pytest.raises(refusal):
        studio.open()
    assert [row[0] for row in studio.look(STATUS)] == [status]


def test_damage_is_found_before_it_is_published(studio: Studio) -> None:
    writer = studio.open()
    segment = writer.append("0.0", babble(0.5), 0.2)
    with studio.store.as_file(segment.uri) as path:
        path.write_bytes(b"\0" + path.read_bytes()[1:])
    with pytest.raises(DamagedSegment):
        writer.end()


def test_no_stream_no_writer(studio: Studio) -> None:
    with pytest.raises(UnknownStream):
        StreamWriter.open(studio.pool, studio.store, studio.workflow_id, "x")


def test_followers_are_woken_by_every_change(studio: Studio) -> None:
    with psycopg.connect(studio.url, autocommit=True) as connection:
        connection.execute("LISTEN stream_segment")
        writer = studio.open()
        writer.append("0.0", babble(0.5), 0.2)
        writer.end()
        studio.open("again").fail("no")
        woken = list(connection.notifies(timeout=1, stop_after=7))
    assert {note.payload for note in woken} == {str(studio.stream_id)}
    assert len(woken) == 7  # taken, header, line, end; taken anew, header, failure
