"""The embedded cluster: creation is whole or begun again, and others' folders are left alone."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local import account, postgres


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path("/tmp") / f"aethercast-test-data-{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    yield folder / "postgres"
    shutil.rmtree(folder)


def test_an_interrupted_creation_is_begun_again(data: Path) -> None:
    postgres.initialise(data, "secret")
    data.with_name("postgres.unfinished").touch()
    (data / "global" / "pg_control").unlink()
    postgres.initialise(data, "secret")
    assert (data / "global" / "pg_control").exists()
    assert not data.with_name("postgres.unfinished").exists()
    assert "scram-sha-256" in (data / "pg_hba.conf").read_text()


def test_a_folder_with_something_else_in_it_is_not_touched(data: Path) -> None:
    data.mkdir()
    (data / "thesis.txt").write_text("years of work")
    with pytest.raises(postgres.CannotCreateCluster, match="not empty"):
        postgres.initialise(data)
    assert (data / "thesis.txt").read_text() == "years of work"


def test_a_lock_without_a_server_is_removed(data: Path) -> None:
    data.mkdir()
    (data / "postmaster.pid").write_text("1\n")
    postgres.clear_stale_lock(data)
    assert not (data / "postmaster.pid").exists()


def test_what_others_cannot_enter_is_known(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    inside = closed / "inside"
    inside.mkdir(parents=True)
    closed.chmod(0o700)
    assert not account.reachable(inside)
    assert account.reachable(Path("/tmp"))
