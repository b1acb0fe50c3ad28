"""Media that nothing refers to go, a day after the last reference; all others stay."""

import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from plugins.housekeeping.orphans import base_of
from sql.statements import find_query
from streamer.media import keep
from streamer.media.keeping import TOUCH
from streamer.media.local import BASE
from tests.plugins.housekeeping.house import DAY, HOUR, House


def refer_by_podcast(house: House, column: str) -> str:
    flow = house.workflow()
    uri = house.media(workflow_id=flow)
    house.podcast(flow, house.stream(flow, expires=DAY), **{column: uri})
    return uri


def refer_by_source(house: House) -> str:
    return f"{BASE}sources/{house.upload(DAY)}"


def refer_by_stream(house: House, which: str) -> str:
    stream = house.stream(house.workflow(), expires=DAY)
    query = {
        "segment": "SELECT uri FROM stream_segments WHERE stream_id = %(s)s AND position = 2",
        "init": "SELECT init_uri FROM streams WHERE stream_id = %(s)s",
        "whole": "SELECT stream_uri FROM streams WHERE stream_id = %(s)s",
    }[which]
    uri = str(house.ask(query, s=stream)[0])
    if which == "init":
        house.run("UPDATE stream_segments SET uri = NULL WHERE position = 0")
    return uri


def refer_by_snippet(house: House) -> str:
    uri = house.media()
    house.card(image=uri)
    return uri


def refer_by_page(house: House) -> str:
    uri = house.media()
    house.page({"updateDataModel": {"value": {"cards": {"a": {"cover": uri}}}}})
    return uri


def refer_by_journal(house: House, wrap: Callable[[str], object]) -> str:
    uri = house.media()
    house.journal(wrap(uri))
    return uri


def refer_by_result(house: House) -> str:
    uri = house.media()
    house.key(result={"audio_filepath": uri, "lines": [{"line_id": "0.1"}]})
    return uri


def refer_by_open_flow(house: House) -> str:
    return house.media(workflow_id=house.workflow(ended=None))


REFERENCES: dict[str, Callable[[House], str]] = {
    "podcasts.audio_uri": lambda house: refer_by_podcast(house, "audio_uri"),
    "podcasts.episode_uri": lambda house: refer_by_podcast(house, "episode_uri"),
    "podcasts.cover_uri": lambda house: refer_by_podcast(house, "cover_uri"),
    "sources.content_uri": refer_by_source,
    "stream_segments.uri": lambda house: refer_by_stream(house, "segment"),
    "streams.init_uri": lambda house: refer_by_stream(house, "init"),
    "streams.stream_uri": lambda house: refer_by_stream(house, "whole"),
    "topics_snippets.image_url": refer_by_snippet,
    "call_journal.result, at the top": lambda house: refer_by_journal(
        house, lambda uri: {"audio_uri": uri, "samples": 7}
    ),
    "call_journal.result, deep inside": lambda house: refer_by_journal(
        house, lambda uri: {"made": [{"n": 1}, {"images": [uri, None]}]}
    ),
    "call_journal.result, nothing else": lambda house: refer_by_journal(house, lambda uri: uri),
    "idempotency_keys.result_payload": refer_by_result,
    "pages.messages": refer_by_page,
    "an open flow": refer_by_open_flow,
}


@pytest.mark.parametrize("refer", REFERENCES.values(), ids=REFERENCES.keys())
def test_whatever_refers_keeps_the_object(house: House, refer: Callable[[House], str]) -> None:
    uri, orphan = refer(house), house.media()
    house.run("UPDATE media_objects SET unreferenced_since = now() WHERE uri = %(u)s", u=uri)
    for _ in range(3):
        house.sweep_all()
        house.pass_time()
    assert uri in house.rows()
    assert uri in house.files()
    assert orphan not in house.rows() | house.files()
    assert house.ask("SELECT unreferenced_since FROM media_objects WHERE uri = %(u)s", u=uri) == [
        None
    ]


def test_every_column_with_a_media_uri_is_among_the_references(house: House) -> None:
    """A new column that holds one must be told to `housekeeping/look`, or its media are swept."""
    by_name = house.ask(
        """SELECT table_name || '.' || column_name FROM information_schema.columns
           WHERE table_schema = 'public' AND table_name <> 'media_objects'
             AND (column_name LIKE '%%uri' OR column_name LIKE '%%image_url')"""
    )
    by_key = house.ask(
        """SELECT conrelid::regclass || '.' || attname
           FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
           WHERE contype = 'f' AND confrelid = 'media_objects'::regclass"""
    )
    assert {*by_name, *by_key} == {name for name in REFERENCES if " " not in name} - {
        "idempotency_keys.result_payload", "pages.messages",
    }  # fmt: skip
    look = find_query("housekeeping/look").decode()
    for name in {*by_name, *by_key}:
        assert f".{name.partition('.')[2]} = m.uri" in look


def test_a_day_lies_between_the_last_reference_and_the_end(house: House) -> None:
    uri = house.media()
    assert house.sweep_all() == {"marked media object": 1}
    house.pass_time(23 * HOUR)
    assert house.sweep_all() == {}
    house.pass_time(HOUR)
    assert house.sweep_all() == {"removed media object": 1}
    assert uri not in house.files() | house.rows()


def test_an_upload_that_died_half_way_leaves_nothing(house: House) -> None:
    house.media(stored=False)
    house.sweep_all()
    house.pass_time()
    assert house.sweep_all() == {"removed media object": 1}
    assert house.rows() == set()


def test_a_new_reference_in_time_saves_the_object(house: House) -> None:
    uri = house.media()
    house.sweep_all()
    house.pass_time()
    house.journal({"audio_uri": uri})
    assert house.sweep_all() == {}
    assert uri in house.rows() & house.files()


def test_keeping_the_same_key_again_saves_the_object(house: House) -> None:
    uri = house.media("again.webm", marked=2 * DAY)
    keep(house.connection, house.store, "again.webm", b"other", "audio/webm", None, None)
    assert "removed media object" not in house.sweep_all()
    assert house.store.read(uri) == b"other"


def test_touching_an_object_saves_it_for_another_day(house: House) -> None:
    uri = house.media(marked=2 * DAY)
    assert TOUCH.run(house.connection, uri=uri) == 1
    assert house.sweep("remove_orphans").tallies[0].count == 0
    assert house.sweep_all() == {"marked media object": 1}
    assert TOUCH.run(house.connection, uri=f"{BASE}never-there") == 0


def test_a_reference_nobody_told_us_of_stops_the_sweep_before_a_byte_is_gone(house: House) -> None:
    uri = house.media(marked=2 * DAY)
    house.run("CREATE TABLE albums (sleeve text REFERENCES media_objects (uri))")
    try:
        house.run("INSERT INTO albums VALUES (%(uri)s)", uri=uri)
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            house.sweep("remove_orphans")
        assert uri in house.rows() & house.files()
    finally:
        house.run("DROP TABLE albums")


def test_objects_of_another_store_are_not_ours_to_remove(house: House) -> None:
    house.run(
        """INSERT INTO media_objects (uri, media_type, unreferenced_since)
           VALUES ('gs://elsewhere/a', 'audio/webm', now() - interval '9 days')"""
    )
    here = house.media(marked=2 * DAY)
    assert house.sweep("remove_orphans", most=1).tallies[0].count == 1
    assert house.rows() == {"gs://elsewhere/a"}
    assert here not in house.files()
    assert base_of(house.store) == BASE


def test_a_look_that_ran_out_of_time_goes_on_where_it_stopped(house: House) -> None:
    for n in range(5):
        house.media(f"m/{n}")
    looks = [house.sweep("mark_orphans", most=2, step_seconds=0) for _ in range(3)]
    marked = [look.tallies[0].count for look in looks]
    assert marked == [2, 2, 1]
    assert house.ask("SELECT position FROM housekeeping_positions") == [""]


def test_a_store_that_is_away_costs_nothing(house: House, tmp_path: Path) -> None:
    uri = house.media(marked=2 * DAY)
    away = tmp_path / "media"
    away.rename(tmp_path / "elsewhere")
    away.write_text("in the way")
    with pytest.raises(Exception, match="media"):
        house.sweep("take_up_strays")
    away.unlink()
    (tmp_path / "elsewhere").rename(away)
    assert house.sweep("remove_orphans").tallies[0].count == 1
    assert uri not in house.files()


def test_uris_are_found_wherever_they_stand(house: House) -> None:
    document = '{"a": "media:///x", "b": [["gs://b/y", "media", 7, null], {"c": "no media:///z"}]}'
    found = house.ask("SELECT media_uris(%(d)s::jsonb)", d=document)
    assert set(found[0]) == {"media:///x", "gs://b/y"}
    assert house.ask("SELECT media_uris(%(d)s::jsonb)", d=str(uuid.uuid4().int)) == [[]]
