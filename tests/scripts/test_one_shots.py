"""A one-shot is done again when what it depends on is another."""

from pathlib import Path

import pytest

from scripts.local.compose import Service
from scripts.local.one_shots import Stamps, database_identity, fingerprint
from scripts.local.places import Places

MIGRATE = Service("migrate", ("dbmate", "up"), one_shot=True, inputs=("sql", "pins.txt"))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "sql" / "deep").mkdir(parents=True)
    (tmp_path / "sql" / "deep" / "0001.sql").write_text("SELECT 1")
    (tmp_path / "pins.txt").write_text("a==1")
    found = Places(tmp_path)
    found.create()
    return found


def test_the_same_is_the_same(places: Places) -> None:
    before = fingerprint(MIGRATE, places, "db")
    cache = places.root / "sql" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_text("compiled")
    assert fingerprint(MIGRATE, places, "db") == before


@pytest.mark.parametrize("change", ["edited", "added", "renamed", "pins", "database", "command"])
def test_any_change_counts(change: str, places: Places) -> None:
    before = fingerprint(MIGRATE, places, "db")
    service, identity, file = MIGRATE, "db", places.root / "sql" / "deep" / "0001.sql"
    if change == "edited":
        file.write_text("SELECT 2")
    elif change == "added":
        file.with_name("0002.sql").write_text("")
    elif change == "renamed":
        file.rename(file.with_name("0009.sql"))
    elif change == "pins":
        (places.root / "pins.txt").write_text("a==2")
    elif change == "database":
        identity = "another"
    else:
        service = Service("migrate", ("dbmate", "new"), one_shot=True, inputs=MIGRATE.inputs)
    assert fingerprint(service, places, identity) != before


def test_what_completed_is_remembered_over_a_restart(places: Places) -> None:
    Stamps(places).keep("migrate", "abc")
    assert Stamps(places).holds("migrate", "abc")
    assert not Stamps(places).holds("migrate", "abd")
    assert not Stamps(places).holds("airflow-init", "abc")
    places.stamps.write_text("{broken")
    assert not Stamps(places).holds("migrate", "abc")


def test_a_database_that_is_silent_is_no_reason_to_skip() -> None:
    assert database_identity("postgresql://127.0.0.1:9/none") is None
