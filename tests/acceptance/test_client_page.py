"""docs/CLIENT.md works: its snippets, in order, as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Stack
from tests.conftest import ROOT, clean_environment

PAGE = ROOT / "docs" / "CLIENT.md"
USUAL = "http://127.0.0.1:8000"


def snippets(language: str) -> str:
    """The page's blocks of one language, as one program."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.S | re.M)
    assert blocks
    return "\n".join(blocks)


@pytest.fixture(scope="module")
def desk(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing in it but the token, as in a checkout after `make up`."""
    folder = tmp_path_factory.mktemp("client")
    (folder / ".aethercast").mkdir()
    (folder / ".aethercast" / "token").write_text(stack.token + "\n")
    return folder


def run(stack: Stack, desk: Path, program: str, *command: str) -> str:
    """What a program of the page says, against this stack."""
    tools = str(Path(sys.executable).parent)
    environment = clean_environment()
    environment["PATH"] = f"{tools}:{environment['PATH']}"
    done = subprocess.run(
        [*command, program.replace(USUAL, stack.facade)],
        cwd=desk, env=environment, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_commands_make_an_episode(stack: Stack, desk: Path) -> None:
    said = run(stack, desk, snippets("bash"), "bash", "-euo", "pipefail", "-c")
    assert said.startswith("True\n")
    assert re.search(r"^podcast [0-9a-f-]{36}$", said, re.M)
    assert re.search(r"^(304|200)$", said, re.M)
    assert re.search(r"^ +\d+ event: status$", said, re.M)
    assert re.search(r"^ +1 event: end$", said, re.M)
    assert '"type":"/problems/invalid-request"' in said
    assert '"pointer":"#/topic"' in said
    assert_sound(desk / "episode.mp3", b"ID3")


def test_the_client_makes_an_episode(stack: Stack, desk: Path) -> None:
    said = run(stack, desk, snippets("python"), sys.executable, "-c")
    assert re.search(r"^COMPLETED .+ \d+ s$", said, re.M)
    assert re.search(r"^host_[ab]: ", said, re.M)
    assert re.search(r"^CANCELLED$", said, re.M)
    assert re.search(r"^\['CANCELLED', 'COMPLETED'\] then ", said, re.M)
    assert_sound(desk / "episode-2.mp3", b"ID3")
    assert_sound(desk / "episode.webm", b"\x1a\x45\xdf\xa3")


def assert_sound(file: Path, magic: bytes) -> None:
    content = file.read_bytes()
    assert content.startswith(magic)
    assert len(content) > 100_000


def test_the_readme_leads_there() -> None:
    assert "docs/CLIENT.md" in (ROOT / "README.md").read_text("utf-8")
