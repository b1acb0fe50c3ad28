"""The secrets are made once, privately, and what a person wrote stays."""

import stat
from pathlib import Path

from scripts.local.compose import read_environment
from scripts.local.settings_file import SECRETS, ensure_settings


def test_secrets_are_made_once_with_mode_600(tmp_path: Path) -> None:
    path = tmp_path / "env"
    first = ensure_settings(path)
    assert set(first) == set(SECRETS)
    assert all(len(value) >= 24 for value in first.values())
    assert len(set(first.values())) == len(first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = path.read_bytes()
    assert ensure_settings(path) == first
    assert path.read_bytes() == written


def test_two_checkouts_have_different_secrets(tmp_path: Path) -> None:
    one, other = (ensure_settings(tmp_path / name) for name in ("one", "other"))
    assert not set(one.values()) & set(other.values())


def test_what_is_there_stays_and_what_is_missing_is_added(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text("# mine\nAETHERCAST_TEXT_BACKEND=vertex\nAETHERCAST_SECRET_KEY='my own'")
    path.chmod(0o644)
    found = ensure_settings(path)
    assert found["AETHERCAST_SECRET_KEY"] == "my own"
    assert found["AETHERCAST_TEXT_BACKEND"] == "vertex"
    assert path.read_text().startswith("# mine\nAETHERCAST_TEXT_BACKEND=vertex\n")
    assert read_environment(path) == found
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_open_to_others_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "env"
    ensure_settings(path)
    path.chmod(0o644)
    ensure_settings(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
