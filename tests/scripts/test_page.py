"""Building the page: what is pinned, what it weighs, and what happens without a registry."""

import gzip
import json
import re
import shutil
import subprocess
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
    left_out = shutil.ignore_patterns("node_modules", "dist*", "__pycache__")
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
