"""Building the page: what is pinned, what it weighs, and what happens without a registry."""

import gzip
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local import page
from tests.conftest import ROOT

WEB = ROOT / "api" / "web"
MOST_SCRIPT = 150_000


def test_the_page_is_built_from_what_is_here() -> None:
    """No skip: without it a listener hears an episode only when it is finished."""
    assert page.is_built(), "make setup builds the page; above it says why it could not"
    assert page.is_installed(dev=True)


def test_its_types_are_sound() -> None:
    tsc = [page.program("node"), "node_modules/typescript/bin/tsc", "--noEmit"]
    done = subprocess.run(tsc, cwd=WEB, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_every_package_is_pinned_by_content_and_no_registry_is_named() -> None:
    wanted = json.loads((WEB / "package.json").read_text())
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    locked = json.loads((WEB / "package-lock.json").read_text())["packages"]
    packages = {name: each for name, each in locked.items() if name}
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert not [name for name, each in packages.items() if "resolved" in each]


def test_a_page_loads_little() -> None:
    [script] = (WEB / "dist" / "assets").glob("episode-*.js")
    assert len(gzip.compress(script.read_bytes())) < MOST_SCRIPT
    for line in script.read_text().splitlines():
        assert not line.startswith("//# sourceMappingURL")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's sources, in a place where nothing was installed or built."""
    left_out = shutil.ignore_patterns("node_modules", "dist*", "__pycache__", page.FAILED)
    web = tmp_path / "web"
    shutil.copytree(WEB, web, ignore=left_out)
    for name, place in (("WEB", web), ("DIST", web / "dist"), ("PACKAGES", web / "node_modules")):
        monkeypatch.setattr(page, name, place)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    return web


def test_without_a_registry_everything_else_goes_on(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert page.main([]) == 0
    assert "COULD NOT BE BUILT" in capsys.readouterr().err
    assert not (copy / "dist").exists()


@pytest.fixture
def deaf_registry(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A registry that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{port}")
        monkeypatch.setattr(page, "SECONDS", 8)
        yield server


def was_called(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def test_a_registry_that_hangs_is_waited_for_once(
    copy: Path,
    deaf_registry: socket.socket,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert page.main([]) == 0
    assert "COULD NOT BE BUILT" in capsys.readouterr().err
    while was_called(deaf_registry):
        pass
    assert page.main([]) == 0
    assert "a moment ago" in capsys.readouterr().err
    assert not was_called(deaf_registry)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    assert page.main(["--again"]) == 0
    assert "COULD NOT BE BUILT" in capsys.readouterr().err


def test_what_takes_too_long_is_ended_with_all_it_started(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SECONDS", 1)
    with pytest.raises(page.PageFailed):
        page.run(["sh", "-c", "sleep 600 & echo $! > started; wait"])
    started = Path(f"/proc/{(copy / 'started').read_text().strip()}/stat")
    until = time.monotonic() + 10
    while started.exists() and started.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until, "it goes on by itself"
        time.sleep(0.05)


def test_files_that_cannot_be_read_stop_nothing_else(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "package-lock.json").unlink()
    assert page.main([]) == 0
    assert "package-lock.json" in capsys.readouterr().err


def test_what_does_not_build_leaves_the_page_that_was_there(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "dist").mkdir()
    (copy / "dist" / "manifest.json").write_text("{}")
    (copy / "node_modules").symlink_to(WEB / "node_modules")
    main = copy / "src" / "episode" / "main.ts"
    good = main.read_text()
    main.write_text("import './not-there';\n")
    assert page.main([]) == 0
    assert "not-there" in capsys.readouterr().err
    assert (copy / "dist" / "manifest.json").read_text() == "{}"
    main.write_text(good)
    assert page.main([]) == 0
    assert capsys.readouterr().err == ""
    assert page.is_built()
    assert list((copy / "dist" / "assets").iterdir())
